#include "multipart/parser.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/form_recorder.h"
#include "tests/support/recut.h"

namespace argot::multipart {
namespace {

using testing::RecordedForm;

constexpr std::string_view head_of_a = "Content-Disposition: form-data; name=a\r\n\r\n";

RecordedForm form_of(std::string_view body, const Limits& limits = {},
                     std::string_view boundary = "B") {
  const auto run = [&](const auto& play) { return testing::record_form(boundary, limits, play); };
  testing::expect_same_however_cut(body, run);
  return run([&](Sink& sink) { return testing::play_cut(sink, body, {}); });
}

// The contents of the parts, each in brackets, or the error.
std::string contents_of(std::string_view body, const Limits& limits = {},
                        std::string_view boundary = "B") {
  const auto form = form_of(body, limits, boundary);
  if (form.error) return describe(*form.error);
  std::string out;
  for (const auto& part : form.parts) out += "[" + part.content + "]";
  return out;
}

std::string part(std::string_view content, std::string_view boundary = "B") {
  return "--" + std::string(boundary) + "\r\n" + std::string(head_of_a) + std::string(content) +
         "\r\n";
}

std::string invalid(std::string_view detail) { return "invalid_request: " + std::string(detail); }

// The whole of it, so that a message that lost its place or its number is noticed.
std::string ended_early(std::string_view came) {
  return invalid(
      "The request body ended before the closing boundary: \"--B--\" was expected, but the body "
      "ended after " +
      std::string(came) + ".");
}

std::string bad_line(std::size_t offset, std::string_view but) {
  return invalid(
      "The boundary line at byte " + std::to_string(offset) +
      " of the request body must read \"--B\" or the same with \"--\" after it, but it " +
      std::string(but) + ".");
}

TEST(Parser, HandsOverEveryPart) {
  EXPECT_EQ(contents_of(part("one") + part("") + part("three\r\n") + "--B--\r\n"),
            "[one][][three\r\n]");
}

TEST(Parser, ContentIsABorrowedSpanOfTheChunk) {
  class AddressHandler final : public PartHandler {
   public:
    Result<> begin(const PartHead&) override { return {}; }
    Result<> data(Bytes bytes) override {
      seen.push_back(bytes);
      return {};
    }
    Result<> end() override { return {}; }
    std::vector<Bytes> seen;
  };
  AddressHandler handler;
  Parser parser("B", handler);
  const std::string body = part("content") + "--B--\r\n";
  ASSERT_TRUE(parser.write(as_bytes(body)));
  ASSERT_EQ(handler.seen.size(), 1U);
  const Bytes expected = as_bytes(body).subspan(body.find("content"), 7);
  EXPECT_EQ(handler.seen[0].data(), expected.data());
  EXPECT_EQ(handler.seen[0].size(), expected.size());
}

TEST(Parser, IgnoresAPreamble) {
  EXPECT_EQ(contents_of("This is a form.\r\n" + part("x") + "--B--"), "[x]");
  EXPECT_EQ(contents_of("\r\n" + part("x") + "--B--"), "[x]");
  EXPECT_EQ(contents_of("--A\r\n--\r\n\r\n\r\n" + part("x") + "--B--"), "[x]");
}

TEST(Parser, IgnoresAnEpilogue) {
  EXPECT_EQ(contents_of(part("x") + "--B--\r\nany\r\n--B\r\nthing"), "[x]");
}

TEST(Parser, TakesPaddingAfterABoundary) {
  EXPECT_EQ(contents_of("--B \t\r\n" + std::string(head_of_a) + "x\r\n--B-- \t \r\n"), "[x]");
  EXPECT_EQ(contents_of(part("x") + "--B--  "), "[x]");
}

TEST(Parser, TheClosingLineNeedsNoLineEnd) {
  EXPECT_EQ(contents_of(part("x") + "--B--"), "[x]");
  EXPECT_EQ(contents_of(part("x") + "--B--\r"), "[x]");
}

TEST(Parser, TakesAFormWithoutParts) { EXPECT_EQ(contents_of("--B--\r\n"), ""); }

TEST(Parser, TheBlankLineOfAHeadMayBelongToTheNextBoundary) {
  EXPECT_EQ(contents_of("--B\r\n" + std::string(head_of_a) + part("x") + "--B--"), "[][x]");
}

TEST(Parser, WhatOnlyResemblesABoundaryIsContent) {
  for (const std::string_view content :
       {"\r", "\n", "-", "--", "\r\n", "\r\n-", "\r\n--", "\r\r\n--", "\n--B", "x--B--", "\r--B",
        "\r\n-B\r\n", "\r\n--C", "\r\n--b\r\n", "\r\n\r\n--\r\n--\r\n", "B", "-\r\n--",
        "\r\n --B\r\n"}) {
    EXPECT_EQ(contents_of(part(content) + "--B--"), "[" + std::string(content) + "]");
  }
}

TEST(Parser, WhatOnlyResemblesALongBoundaryIsContent) {
  const std::string boundary(70, '-');
  for (std::size_t size = 0; size < boundary.size(); ++size) {
    const std::string content = "\r\n--" + boundary.substr(0, size) + "x\r\n-";
    EXPECT_EQ(contents_of(part(content, boundary) + "--" + boundary + "--", {}, boundary),
              "[" + content + "]");
  }
}

TEST(Parser, RefusesALineThatGoesOnAfterTheBoundary) {
  EXPECT_EQ(contents_of("--Bx\r\n"), bad_line(0, "goes on with other text"));
  EXPECT_EQ(contents_of("12\r\n--B x\r\n"), bad_line(4, "goes on with other text"));
  EXPECT_EQ(contents_of("--B --\r\n"), bad_line(0, "goes on with other text"));
  EXPECT_EQ(contents_of("--B-\r\n"), bad_line(0, "goes on with a single '-'"));
  EXPECT_EQ(contents_of("--B\rx"), bad_line(0, "has a CR without LF"));
  EXPECT_EQ(contents_of("--B--x"), bad_line(0, "goes on after its closing \"--\""));
  EXPECT_EQ(contents_of("--B----"), bad_line(0, "goes on after its closing \"--\""));
  EXPECT_EQ(contents_of("--B--\rx"), bad_line(0, "has a CR without LF"));
}

// No client is known to send it.
TEST(Parser, RefusesABareLineFeed) {
  EXPECT_EQ(contents_of("--B\n" + std::string(head_of_a)), bad_line(0, "goes on with other text"));
  EXPECT_EQ(contents_of("--B--\n"), bad_line(0, "goes on after its closing \"--\""));
  EXPECT_EQ(
      contents_of("--B\r\nA: b\n\r\n"),
      invalid("Part 1 of the form, at byte 0 of the request body, has a header line that ends "
              "with LF alone; CRLF was expected."));
}

TEST(Parser, ContentThatHoldsTheBoundaryIsRefusedAndNotCutShort) {
  const auto form = form_of(part("x\r\n--Boundary\r\ny") + "--B--");
  ASSERT_TRUE(form.error);
  ASSERT_EQ(form.parts.size(), 1U);
  EXPECT_FALSE(form.parts[0].ended);
}

TEST(Parser, NamesThePartWhoseHeadIsWrong) {
  EXPECT_EQ(contents_of(part("x") + "--B\r\nnonsense\r\n\r\n"),
            invalid("Part 2 of the form, at byte 50 of the request body, has a header line that "
                    "does not read `name: value`: \"nonsense\"."));
  EXPECT_EQ(contents_of("--B\r\n\r\nx\r\n--B--"),
            invalid("Part 1 of the form, at byte 0 of the request body, has no Content-Disposition "
                    "header; expected was Content-Disposition: form-data; name=\"...\"."));
}

TEST(Parser, SaysWhatIsMissingWhereTheBodyEnds) {
  EXPECT_EQ(contents_of(""), ended_early("0 bytes, and the boundary was not in it"));
  EXPECT_EQ(contents_of("{\"a\":1}"), ended_early("7 bytes, and the boundary was not in it"));
  EXPECT_EQ(contents_of("--B"), ended_early("3 bytes, in the boundary line at byte 0"));
  EXPECT_EQ(contents_of("--B\r\nCon"), ended_early("8 bytes, in the headers of part 1"));
  EXPECT_EQ(contents_of(part("x")), ended_early("50 bytes, in the content of part 1"));
  EXPECT_EQ(contents_of(part("x") + "--B"),
            ended_early("53 bytes, in the boundary line at byte 50"));
  EXPECT_EQ(contents_of(part("x") + "--B-"),
            ended_early("54 bytes, in the boundary line at byte 50"));
}

TEST(Parser, EveryPrefixOfABodyIsIncompleteUntilItsClosingBoundary) {
  const std::string body = part("one") + part("two") + "--B--";
  for (std::size_t size = 0; size < body.size(); ++size) {
    const auto form = form_of(body.substr(0, size));
    ASSERT_TRUE(form.error) << size;
    EXPECT_NE(form.error->detail.find("after " + std::to_string(size) + " bytes"),
              std::string::npos);
  }
  EXPECT_FALSE(form_of(body).error);
}

TEST(Parser, TakesAsManyPartsAsItsLimitAndNotOneMore) {
  const std::string one = part("x");
  const Limits two = {.parts_max = 2};
  EXPECT_EQ(contents_of(one + "--B--", two), "[x]");
  EXPECT_EQ(contents_of(one + one + "--B--", two), "[x][x]");
  EXPECT_EQ(contents_of(one + one + one + "--B--", two),
            invalid("A form may have at most 2 parts, but this one has more."));
}

TEST(Parser, TakesAsManyHeadBytesAsItsLimitAndNotOneMore) {
  // Counted from the padding of the boundary line to the blank line.
  const std::string body = "--B \r\nX: y\r\n" + std::string(head_of_a) + "x\r\n--B--";
  const std::size_t head_bytes = 1 + 6 + head_of_a.size();
  EXPECT_EQ(contents_of(body, {.part_head_bytes_max = head_bytes + 1}), "[x]");
  EXPECT_EQ(contents_of(body, {.part_head_bytes_max = head_bytes}), "[x]");
  EXPECT_EQ(contents_of(body, {.part_head_bytes_max = head_bytes - 1}),
            invalid("The headers of a part may have at most 48 bytes, but those at byte 0 of the "
                    "request body have more."));
}

TEST(Parser, TakesAsManyHeadersAsItsLimitAndNotOneMore) {
  const std::string body = "--B\r\nX: y\r\n" + std::string(head_of_a) + "x\r\n";
  EXPECT_EQ(contents_of(body + body + "--B--", {.part_header_count_max = 3}), "[x][x]");
  EXPECT_EQ(contents_of(body + body + "--B--", {.part_header_count_max = 2}), "[x][x]");
  EXPECT_EQ(contents_of(body + "--B--", {.part_header_count_max = 1}),
            invalid("Part 1 of the form, at byte 0 of the request body, has more than 1 headers."));
}

TEST(Parser, TakesAsManyBytesAroundThePartsAsItsLimitAndNotOneMore) {
  const std::string refusal = invalid(
      "A form may have at most 8 bytes before its first and after its closing boundary, but this "
      "one, whose boundary is \"B\", has more.");
  const Limits eight = {.around_parts_bytes_max = 8};
  const std::string inside = "\r\n" + part("x");
  EXPECT_EQ(contents_of("1234567" + inside + "--B--", eight), "[x]");
  EXPECT_EQ(contents_of("12345678" + inside + "--B--", eight), "[x]");
  EXPECT_EQ(contents_of("123456789" + inside + "--B--", eight), refusal);
  EXPECT_EQ(contents_of("123" + inside + "--B--\r\n45678", eight), "[x]");
  EXPECT_EQ(contents_of("123" + inside + "--B--\r\n456789", eight), refusal);
  EXPECT_EQ(contents_of("123" + inside + "--B-- \r\n45678", eight), refusal);
}

// Fails at the call it is told to.
class RefusingHandler final : public PartHandler {
 public:
  explicit RefusingHandler(std::string at) : at_(std::move(at)) {}

  Result<> begin(const PartHead&) override { return answer("begin"); }
  Result<> data(Bytes) override { return answer("data"); }
  Result<> end() override { return answer("end"); }

 private:
  Result<> answer(std::string_view call) {
    if (call != at_) return {};
    return fail(ErrorCode::file_too_large, "the detail", "the param");
  }

  std::string at_;
};

TEST(Parser, PassesOnTheErrorsOfItsHandlerUnchanged) {
  const Error expected = {
      .code = ErrorCode::file_too_large, .detail = "the detail", .param = "the param"};
  for (const auto* call : {"begin", "data", "end"}) {
    RefusingHandler handler(call);
    Parser parser("B", handler);
    const auto written = parser.write(as_bytes(part("x") + "--B--"));
    ASSERT_FALSE(written) << call;
    EXPECT_EQ(written.error(), expected) << call;
  }
}

TEST(Parser, PassesOnTheErrorOfContentThatWasHeldBack) {
  RefusingHandler handler("data");
  Parser parser("B", handler);
  ASSERT_TRUE(parser.write(as_bytes("--B\r\n" + std::string(head_of_a) + "\r\n--")));
  EXPECT_FALSE(parser.write(as_bytes("x")));
}

TEST(ParserDeathTest, ABoundaryThatCannotBeOneIsOurMistake) {
  RefusingHandler handler("");
  EXPECT_DEATH(Parser("", handler), "boundary");
  EXPECT_DEATH(Parser(std::string(71, 'x'), handler), "boundary");
  EXPECT_DEATH(Parser("a\rb", handler), "boundary");
}

}  // namespace
}  // namespace argot::multipart
