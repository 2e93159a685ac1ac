#include "documents/office_reader.h"

#include <gtest/gtest.h>

#include <string>

#include "documents/test_documents.h"
#include "documents/test_text.h"

namespace argot::documents {
namespace {

using std::string_literals::operator""s;

struct OfficeRead {
  Verdict verdict;
  std::string text;
};

OfficeRead read(const std::string& bytes, Kind kind) {
  const UniqueFd file = file_with(bytes);
  TextSink text;
  const auto verdict = read_office(file.get(), kind, text);
  EXPECT_TRUE(verdict);
  return {.verdict = verdict.value_or(Verdict{}), .text = text.text};
}

std::string text_of(const std::vector<TestEntry>& entries, Kind kind) {
  const OfficeRead done = read(zip_of(entries), kind);
  EXPECT_EQ(done.verdict, Verdict{});
  return done.text;
}

std::string slide_xml(std::string_view text) {
  return "<p:sld xmlns:p='p' xmlns:a='a'><a:p><a:r><a:t>" + std::string(text) +
         "</a:t></a:r></a:p></p:sld>";
}

TEST(ReadWord, TheDocumentComesFirstThenNotesThenHeads) {
  const auto part = [](std::string name, std::string_view text) {
    return deflated(std::move(name), word_xml(paragraph_xml(text)));
  };
  EXPECT_EQ(
      text_of({part("word/footer1.xml", "foot"), part("word/header2.xml", "head 2"),
               part("word/header1.xml", "head 1"), part("word/endnotes.xml", "end note"),
               part("word/footnotes.xml", "foot note"), part("word/comments.xml", "no"),
               part("word/document.xml", "gr\xC3\xBC\xC3\x9F"), part("word/styles.xml", "no")},
              Kind::docx),
      "gr\xC3\xBC\xC3\x9F\nfoot note\nend note\nhead 1\nhead 2\nfoot\n");
}

TEST(ReadWord, ANumberedDocumentIsOneToo) {
  EXPECT_EQ(text_of({stored("word/document2.xml", word_xml(paragraph_xml("x")))}, Kind::docx),
            "x\n");
}

TEST(ReadSlides, SlidesComeInTheOrderOfTheirNumbers) {
  EXPECT_EQ(text_of({stored("ppt/presentation.xml", "<p/>"),
                     stored("ppt/slides/slide10.xml", slide_xml("ten")),
                     stored("ppt/slides/slide2.xml", slide_xml("two")),
                     stored("ppt/slides/slide1.xml", slide_xml("one")),
                     stored("ppt/slides/_rels/slide1.xml.rels", "<x/>"),
                     stored("ppt/notesSlides/notesSlide1.xml", slide_xml("note")),
                     stored("ppt/slideLayouts/slideLayout1.xml", slide_xml("no"))},
                    Kind::pptx),
            "one\ntwo\nten\nnote\n");
}

TEST(ReadSheets, CellsFindTheirStrings) {
  EXPECT_EQ(text_of({stored("xl/worksheets/sheet2.xml", sheet_xml("<row><c><v>7</v></c></row>")),
                     stored("xl/worksheets/sheet1.xml",
                            sheet_xml("<row><c t='s'><v>1</v></c><c t='s'><v>0</v></c></row>")),
                     stored("xl/workbook.xml", "<workbook/>"),
                     stored("xl/sharedStrings.xml",
                            "<sst><si><t>zero</t></si><si><t>one</t></si></sst>")},
                    Kind::xlsx),
            "one\tzero\n7\n");
}

TEST(ReadSheets, AStringThatIsNotThereIsMalformed) {
  const OfficeRead done = read(
      zip_of({stored("xl/workbook.xml", "<workbook/>"),
              stored("xl/worksheets/sheet1.xml", sheet_xml("<row><c t='s'><v>1</v></c></row>"))}),
      Kind::xlsx);
  EXPECT_EQ(done.verdict.outcome, Outcome::malformed);
}

TEST(ReadSheets, TooManyStringsAreTooLarge) {
  std::string strings = "<sst>";
  const std::string text(8_MiB, 's');
  for (int i = 0; i < 20; ++i) strings += "<si><t>" + text + "</t></si>";
  strings += "</sst>";
  const OfficeRead done = read(
      zip_of({stored("xl/workbook.xml", "<workbook/>"), stored("xl/sharedStrings.xml", strings)}),
      Kind::xlsx);
  EXPECT_EQ(done.verdict, (Verdict{Outcome::too_large, "the workbook has too many strings"}));
}

TEST(ReadOffice, ADocumentOfAnotherKindIsMalformed) {
  const std::string word = small_docx();
  EXPECT_EQ(read(word, Kind::docx).verdict, Verdict{});
  EXPECT_EQ(read(word, Kind::pptx).verdict.outcome, Outcome::malformed);
  EXPECT_EQ(read(word, Kind::xlsx).verdict.outcome, Outcome::malformed);
  const std::string nested = zip_of({stored("word/document.xml.zip", small_docx())});
  EXPECT_EQ(read(nested, Kind::docx).verdict.detail, "there is no Word document in the file");
}

TEST(ReadOffice, TellsEncryptedDocumentsFromOldOnes) {
  const std::string begin = "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1" + std::string(600, '\0');
  std::string name;
  for (const char c : "EncryptedPackage"s) name += std::string{c, '\0'};
  EXPECT_EQ(read(begin + name, Kind::docx).verdict.outcome, Outcome::encrypted);
  // Over the end of the pieces that are looked through.
  const std::string far = begin + std::string(1_MiB - begin.size() - 7, 'x') + name + "rest";
  EXPECT_EQ(read(far, Kind::xlsx).verdict.outcome, Outcome::encrypted);
  EXPECT_EQ(read(begin, Kind::docx).verdict.outcome, Outcome::unsupported);
  EXPECT_EQ(read(begin + std::string(1_MiB - begin.size(), 'x'), Kind::docx).verdict.outcome,
            Outcome::unsupported);
}

TEST(ReadOffice, CutAnywhereADocumentIsMalformed) {
  const std::string whole = small_docx();
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_EQ(read(whole.substr(0, size), Kind::docx).verdict.outcome, Outcome::malformed) << size;
  }
}

TEST(ReadOffice, WhicheverByteIsWrongTheOutcomeIsDefined) {
  const std::string whole = small_docx();
  for (std::size_t at = 0; at < whole.size(); ++at) {
    for (const int change : {1, 0x80, 0xFF}) {
      std::string broken = whole;
      broken[at] = static_cast<char>(broken[at] ^ change);
      const Outcome outcome = read(broken, Kind::docx).verdict.outcome;
      EXPECT_TRUE(outcome == Outcome::extracted || outcome == Outcome::malformed ||
                  outcome == Outcome::encrypted || outcome == Outcome::too_large)
          << at << ' ' << name(outcome);
    }
  }
}

TEST(ReadOffice, BombsEndInADefinedWay) {
  const auto with = [](std::string xml) {
    return read(zip_of({deflated("word/document.xml", xml)}), Kind::docx).verdict.outcome;
  };
  EXPECT_EQ(with("<!DOCTYPE w [<!ENTITY a 'a'>]><w>&a;</w>"), Outcome::malformed);
  std::string deep;
  for (int i = 0; i < 5'000; ++i) deep += "<w:p>";
  EXPECT_EQ(with(deep), Outcome::malformed);
  const auto attribute = bomb("word/document.xml", "<w a='x", 100_MiB);
  EXPECT_EQ(read(zip_of({attribute}), Kind::docx).verdict.outcome, Outcome::malformed);
  // Well-formed until the bound.
  const auto spaces = bomb("word/document.xml", "<w><t> ", 300_MiB);
  TextSink enough;
  const auto verdict = read_office(file_with(zip_of({spaces})).get(), Kind::docx, enough);
  ASSERT_TRUE(verdict);
  EXPECT_EQ(verdict->outcome, Outcome::too_large);
}

TEST(ReadOffice, TheErrorOfTheSinkIsHandedOn) {
  const std::string bytes =
      zip_of({stored("word/document.xml", word_xml(paragraph_xml(std::string(500'000, 'x'))))});
  TextSink text(100'000);
  const auto verdict = read_office(file_with(bytes).get(), Kind::docx, text);
  ASSERT_FALSE(verdict);
  EXPECT_EQ(verdict.error().detail, "that is enough");
  EXPECT_EQ(text.text.size(), 65'536U);
}

}  // namespace
}  // namespace argot::documents
