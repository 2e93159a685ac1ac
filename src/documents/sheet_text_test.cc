#include "documents/sheet_text.h"

#include <gtest/gtest.h>

#include <string>

#include "base/limits.h"
#include "documents/test_text.h"

namespace argot::documents {
namespace {

void parse(XmlEvents& events, const std::string& xml) {
  XmlParser parser(events);
  parser.feed(as_bytes(xml));
  EXPECT_EQ(parser.finish(), Verdict{});
}

constexpr const char* strings_xml =
    "<sst><si><t>one</t></si><si><r><t>tw</t></r><r><t>o</t></r></si><si/>"
    "<si><t>kan</t><rPh sb='0'><t>reading</t></rPh><t>ji</t></si></sst>";

std::string sheet_text(const std::string& rows, bool* has_unknown = nullptr) {
  SharedStrings strings;
  parse(strings, strings_xml);
  TextSink sink;
  TextWriter writer(sink);
  SheetText sheet(strings, writer);
  parse(sheet, "<worksheet><sheetData>" + rows + "</sheetData></worksheet>");
  writer.flush();
  if (has_unknown != nullptr) *has_unknown = sheet.has_unknown_string();
  return sink.text;
}

TEST(SharedStrings, RunsAreOneStringAndReadingsAreNone) {
  SharedStrings strings;
  parse(strings, strings_xml);
  EXPECT_EQ(strings.find(0), "one");
  EXPECT_EQ(strings.find(1), "two");
  EXPECT_EQ(strings.find(2), "");
  EXPECT_EQ(strings.find(3), "kanji");
  EXPECT_EQ(strings.find(4), std::nullopt);
  EXPECT_FALSE(strings.is_full());
}

TEST(SharedStrings, AreBoundedTogether) {
  SharedStrings strings;
  const XmlAttributes none(nullptr, 0);
  const std::string piece(1_MiB, 'x');
  std::size_t count = 0;
  while (!strings.is_full() && count < 1'000) {
    strings.start("si", none);
    strings.start("t", none);
    strings.text(piece);
    strings.end("t");
    strings.end("si");
    ++count;
  }
  EXPECT_TRUE(strings.is_full());
  EXPECT_EQ(count, limits::document_strings_bytes_max / 1_MiB);
}

TEST(SharedStrings, EmptyOnesCountTowardsTheBound) {
  SharedStrings strings;
  const XmlAttributes none(nullptr, 0);
  std::uint64_t count = 0;
  for (; !strings.is_full(); ++count) {
    strings.start("si", none);
    strings.end("si");
  }
  EXPECT_EQ(count, limits::document_strings_bytes_max / sizeof(std::uint32_t) + 1);
}

TEST(SheetText, CellsAreSeparatedByTabsAndRowsByLines) {
  EXPECT_EQ(sheet_text("<row><c t='s'><v>0</v></c><c><v>12.50</v></c><c t='s'><v>3</v></c></row>"
                       "<row><c t='b'><v>1</v></c><c t='e'><v>#N/A</v></c></row>"),
            "one\t12.50\tkanji\n1\t#N/A\n");
}

TEST(SheetText, InlineStringsAndResultsOfFormulasAreText) {
  EXPECT_EQ(sheet_text("<row><c t='inlineStr'><is><t>a </t><r><t>b</t></r>"
                       "<rPh><t>no</t></rPh></is></c>"
                       "<c t='str'><f>CONCAT(A1)</f><v>c</v></c></row>"),
            "a b\tc\n");
}

TEST(SheetText, NothingIsWrittenForWhatIsEmpty) {
  EXPECT_EQ(sheet_text("<row/><row><c/><c t='s'><v>2</v></c></row>"
                       "<row><c/><c><v>1</v></c><c/><c><v>2</v></c></row>"),
            "1\t2\n");
}

TEST(SheetText, AStringThatIsNotThereIsNoticed) {
  bool has_unknown = false;
  EXPECT_EQ(sheet_text("<row><c t='s'><v>1</v></c></row>", &has_unknown), "two\n");
  EXPECT_FALSE(has_unknown);
  for (const char* number : {"4", "-1", "", "99999999999999999999999", "1x"}) {
    sheet_text("<row><c t='s'><v>" + std::string(number) + "</v></c></row>", &has_unknown);
    EXPECT_TRUE(has_unknown) << number;
  }
}

}  // namespace
}  // namespace argot::documents
