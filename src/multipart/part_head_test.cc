#include "multipart/part_head.h"

#include <gtest/gtest.h>

#include <initializer_list>
#include <string>

namespace argot::multipart {
namespace {

Result<PartHead> head_of(std::initializer_list<std::string_view> lines) {
  PartHeadReader reader(4);
  for (const auto line : lines) TRY_DO(reader.add(line));
  return reader.finish();
}

PartHead taken(std::initializer_list<std::string_view> lines) {
  auto head = head_of(lines);
  if (head) return *head;
  ADD_FAILURE() << describe(head.error());
  return {};
}

std::string refusal(std::initializer_list<std::string_view> lines) {
  const auto head = head_of(lines);
  if (head) {
    ADD_FAILURE() << "taken: " << head->name;
    return {};
  }
  EXPECT_EQ(head.error().code, ErrorCode::invalid_request);
  return head.error().detail;
}

std::string filename_in(std::string_view parameters) {
  const std::string line = "Content-Disposition: form-data; name=\"f\"" + std::string(parameters);
  return taken({line}).filename.value_or("(none)");
}

constexpr std::string_view field = "Content-Disposition: form-data; name=\"purpose\"";

TEST(PartHeadReader, ReadsATextField) {
  EXPECT_EQ(taken({field}), (PartHead{.name = "purpose"}));
  EXPECT_FALSE(taken({field}).is_file);
}

TEST(PartHeadReader, ReadsAFile) {
  EXPECT_EQ(taken({"Content-Disposition: form-data; name=\"file\"; filename=\"a.jsonl\"",
                   "Content-Type: application/octet-stream"}),
            (PartHead{.name = "file",
                      .filename = "a.jsonl",
                      .is_file = true,
                      .content_type = "application/octet-stream"}));
}

TEST(PartHeadReader, AnEmptyFileNameStillMakesAFile) {
  const auto head = taken({"Content-Disposition: form-data; name=\"file\"; filename=\"\""});
  EXPECT_TRUE(head.is_file);
  EXPECT_EQ(head.filename, "");
}

TEST(PartHeadReader, TakesBareParameters) {
  EXPECT_EQ(taken({"Content-Disposition: form-data; name=file; filename=a.txt"}),
            (PartHead{.name = "file", .filename = "a.txt", .is_file = true}));
}

TEST(PartHeadReader, IgnoresTheCaseOfHeadersTypesAndParameters) {
  EXPECT_EQ(taken({"CONTENT-TYPE:Text/Plain", "content-disposition:Form-Data;NAME=x"}),
            (PartHead{.name = "x", .content_type = "Text/Plain"}));
}

TEST(PartHeadReader, DecodesTheEscapesOfFormsAndNothingElse) {
  EXPECT_EQ(filename_in("; filename=\"a%22b%0D%0Ac\""), "a\"b\r\nc");
  EXPECT_EQ(filename_in("; filename=\"100%25 %2F %0d %2\""), "100%25 %2F %0d %2");
  EXPECT_EQ(filename_in(R"(; filename="a\"b\\c")"), "a\"b\\c");
  EXPECT_EQ(filename_in(R"(; filename="a\b.txt")"), "a\\b.txt");
  EXPECT_EQ(taken({"Content-Disposition: form-data; name=\"a%22b\""}).name, "a\"b");
}

TEST(PartHeadReader, KeepsRawUtf8) {
  EXPECT_EQ(filename_in("; filename=\"\xE4\xBD\xA0.txt\""), "\xE4\xBD\xA0.txt");
}

TEST(PartHeadReader, PrefersTheExtendedFileName) {
  EXPECT_EQ(filename_in("; filename=\"plain\"; filename*=utf-8''%C3%A9%22"), "\xC3\xA9\"");
  EXPECT_EQ(filename_in("; filename*=UTF-8'en'a%20b; filename=plain"), "a b");
  EXPECT_EQ(filename_in("; filename*=utf-8''%2522"), "%22") << "decoded once only";
}

TEST(PartHeadReader, FallsBackToThePlainFileName) {
  EXPECT_EQ(filename_in("; filename=\"plain\"; filename*=koi8-r''%C1"), "plain");
  EXPECT_EQ(refusal({"Content-Disposition: form-data; name=f; filename*=koi8-r''%C1"}),
            "has a filename* that is not UTF-8 or ISO-8859-1 as RFC 8187 writes it: "
            "\"koi8-r''%C1\".");
}

TEST(PartHeadReader, TakesAnExtendedFieldName) {
  EXPECT_EQ(taken({"Content-Disposition: form-data; name*=utf-8''%C3%A9"}).name, "\xC3\xA9");
}

TEST(PartHeadReader, RefusesAPartWithoutDispositionOrName) {
  const std::string expected = "; expected was Content-Disposition: form-data; name=\"...\".";
  EXPECT_EQ(refusal({}), "has no Content-Disposition header" + expected);
  EXPECT_EQ(refusal({"Content-Type: text/plain"}), "has no Content-Disposition header" + expected);
  EXPECT_EQ(refusal({"Content-Disposition: form-data"}),
            "has no name in its Content-Disposition" + expected);
  EXPECT_EQ(refusal({"Content-Disposition: attachment; name=x"}),
            "has the Content-Disposition \"attachment; name=x\"" + expected);
  EXPECT_EQ(refusal({"Content-Disposition: form-data; name=\"x"}),
            "has the Content-Disposition \"form-data; name=\"x\"" + expected);
  EXPECT_EQ(refusal({"Content-Disposition:"}), "has the Content-Disposition \"\"" + expected);
}

TEST(PartHeadReader, RefusesWhatIsSaidTwice) {
  EXPECT_EQ(refusal({field, field}), "has two Content-Disposition headers.");
  EXPECT_EQ(refusal({"content-type:", field, "Content-Type: b"}), "has two Content-Type headers.");
  for (const std::string twice : {"name=a; name=b", "name=a; filename=b; FileName=c"}) {
    EXPECT_EQ(refusal({"Content-Disposition: form-data; " + twice}),
              "has the Content-Disposition \"form-data; " + twice +
                  "\"; expected was Content-Disposition: form-data; name=\"...\".");
  }
}

TEST(PartHeadReader, TakesTheIdentityTransferEncodingsOnly) {
  for (const auto* identity : {"", "binary", "8bit", "7bit", "BINARY"}) {
    EXPECT_EQ(taken({field, "Content-Transfer-Encoding: " + std::string(identity)}).name,
              "purpose");
  }
  EXPECT_EQ(refusal({field, "Content-Transfer-Encoding: base64"}),
            "has Content-Transfer-Encoding \"base64\", but only binary, 8bit and 7bit are "
            "supported: send the bytes as they are.");
  refusal({"content-transfer-encoding: quoted-printable", field});
}

TEST(PartHeadReader, RefusesALineThatIsNoHeader) {
  const std::string expected = "has a header line that does not read `name: value`: ";
  EXPECT_EQ(refusal({"nonsense"}), expected + "\"nonsense\".");
  EXPECT_EQ(refusal({": x"}), expected + "\": x\".");
  EXPECT_EQ(refusal({"Content-Type : x"}), expected + "\"Content-Type : x\".");
  EXPECT_EQ(refusal({field, " folded"}),
            "has a header that goes on over a second line, which is not supported: \" folded\".");
  EXPECT_EQ(refusal({std::string_view("X: a\0b", 6)}),
            "has a header line with a bare CR or a NUL in it: \"X: a\\x00b\".");
  EXPECT_EQ(refusal({"X: a\rb"}),
            "has a header line with a bare CR or a NUL in it: \"X: a\\x0db\".");
}

TEST(PartHeadReader, TakesAsManyHeadersAsItsLimitAndNotOneMore) {
  EXPECT_EQ(taken({field, "A: 1", "B: 2"}).name, "purpose");
  EXPECT_EQ(taken({field, "A: 1", "B: 2", "C: 3"}).name, "purpose");
  EXPECT_EQ(refusal({field, "A: 1", "B: 2", "C: 3", "D: 4"}), "has more than 4 headers.");
}

}  // namespace
}  // namespace argot::multipart
