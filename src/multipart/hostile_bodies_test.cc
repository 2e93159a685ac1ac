// Bodies that are built to cost more than they weigh. None of them may take more than linear time
// or more than bounded memory: the first shows in the counts of calls and bytes below and in the
// time that the test driver allows, the second in what has been taken when the refusal comes.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/limits.h"
#include "multipart/parser.h"
#include "tests/support/form_recorder.h"
#include "tests/support/recut.h"

namespace argot::multipart {
namespace {

using argot::literals::operator""_KiB;
using argot::literals::operator""_MiB;

// Counts, and keeps nothing.
class CountingHandler final : public PartHandler {
 public:
  explicit CountingHandler(std::uint64_t bytes_max = UINT64_MAX) : bytes_max_(bytes_max) {}

  Result<> begin(const PartHead&) override {
    ++parts;
    return {};
  }
  Result<> data(Bytes bytes) override {
    ++calls;
    content_bytes += bytes.size();
    if (content_bytes > bytes_max_) return fail(ErrorCode::file_too_large);
    return {};
  }
  Result<> end() override { return {}; }

  std::uint64_t parts = 0;
  std::uint64_t calls = 0;
  std::uint64_t content_bytes = 0;

 private:
  std::uint64_t bytes_max_;
};

// Repeats `unit` in chunks of `chunk_bytes` until the parser refuses or `bytes` have been taken.
struct Flood {
  std::uint64_t taken_bytes = 0;
  Result<> outcome;
};

Flood flood(Parser& parser, std::string_view unit, std::uint64_t bytes, std::size_t chunk_bytes) {
  std::string text;
  while (text.size() < chunk_bytes + unit.size()) text += unit;
  Flood done;
  while (done.taken_bytes < bytes && done.outcome) {
    const std::size_t phase = done.taken_bytes % unit.size();
    done.outcome = parser.write(as_bytes(std::string_view(text).substr(phase, chunk_bytes)));
    done.taken_bytes += chunk_bytes;
  }
  return done;
}

std::string refusal(const Result<>& outcome) {
  return outcome ? "taken" : outcome.error().detail.substr(0, 45);
}

constexpr std::string_view head = "Content-Disposition: form-data; name=a\r\n\r\n";
const std::string opening = "--B\r\n" + std::string(head);

TEST(HostileBodies, AMegabyteOfDashesAfterTheBoundaryIsRefusedAtOnce) {
  for (const std::size_t chunk_bytes : {std::size_t{1}, std::size_t{4096}, std::size_t{1} << 20U}) {
    CountingHandler handler;
    Parser parser("B", handler);
    ASSERT_TRUE(parser.write(as_bytes("--B")));
    const auto done = flood(parser, "-", 1_MiB, chunk_bytes);
    EXPECT_EQ(refusal(done.outcome), "The boundary line at byte 0 of the request bo");
    EXPECT_LE(done.taken_bytes, std::max<std::size_t>(3, chunk_bytes));
  }
}

TEST(HostileBodies, AMegabyteOfPaddingIsRefusedAtItsLimit) {
  CountingHandler handler;
  Parser opening_line("B", handler);
  ASSERT_TRUE(opening_line.write(as_bytes("--B")));
  auto done = flood(opening_line, " ", 1_MiB, 1);
  EXPECT_EQ(refusal(done.outcome), "The headers of a part may have at most 8192 b");
  EXPECT_EQ(done.taken_bytes, 8_KiB + 1);

  Parser closing_line("B", handler);
  ASSERT_TRUE(closing_line.write(as_bytes("--B--")));
  done = flood(closing_line, "\t", 1_MiB, 1);
  EXPECT_EQ(refusal(done.outcome), "A form may have at most 65536 bytes before it");
  EXPECT_EQ(done.taken_bytes, 64_KiB + 1);
}

TEST(HostileBodies, JunkAroundThePartsIsRefusedAtItsLimit) {
  CountingHandler handler;
  Parser preamble("B", handler);
  auto done = flood(preamble, "\n", 1_MiB, 1);
  EXPECT_EQ(refusal(done.outcome), "A form may have at most 65536 bytes before it");
  EXPECT_EQ(done.taken_bytes, 64_KiB + 1);

  Parser both("B", handler);
  ASSERT_TRUE(both.write(as_bytes(std::string(32_KiB, 'x') + "\r\n--B--\r\n")));
  done = flood(both, "\r\n", 1_MiB, 1);
  EXPECT_EQ(refusal(done.outcome), "A form may have at most 65536 bytes before it");
  EXPECT_EQ(done.taken_bytes, 32_KiB + 1);
}

TEST(HostileBodies, AMillionPartsAreRefusedAtTheThirtyThird) {
  CountingHandler handler;
  Parser parser("B", handler);
  const std::string unit = opening + "\r\n";
  const auto done = flood(parser, unit, 1'000'000 * unit.size(), 1);
  EXPECT_EQ(refusal(done.outcome), "A form may have at most 32 parts, but this on");
  EXPECT_EQ(handler.parts, 32U);
  EXPECT_EQ(done.taken_bytes, 32 * unit.size() + std::string_view("--B\r\n").size());
}

TEST(HostileBodies, AnEndlessHeaderLineIsRefusedAtItsLimit) {
  CountingHandler handler;
  Parser parser("B", handler);
  ASSERT_TRUE(parser.write(as_bytes("--B\r\n")));
  const auto done = flood(parser, "x", 1_MiB, 1);
  EXPECT_EQ(refusal(done.outcome), "The headers of a part may have at most 8192 b");
  EXPECT_EQ(done.taken_bytes, 8_KiB + 1);
}

TEST(HostileBodies, EndlessHeadersAreRefusedAtTheSeventeenth) {
  CountingHandler handler;
  Parser parser("B", handler);
  ASSERT_TRUE(parser.write(as_bytes("--B\r\n")));
  const auto done = flood(parser, "A:\r\n", 1_MiB, 1);
  EXPECT_EQ(refusal(done.outcome), "Part 1 of the form, at byte 0 of the request ");
  EXPECT_EQ(done.taken_bytes, 17U * 4);
}

TEST(HostileBodies, ThePublishedLimitsAreTheDefaults) {
  const Limits limits;
  EXPECT_EQ(limits.parts_max, 32U);
  EXPECT_EQ(limits.part_head_bytes_max, 8_KiB);
  EXPECT_EQ(limits.part_header_count_max, 16U);
  EXPECT_EQ(limits.around_parts_bytes_max, 64_KiB);
}

TEST(HostileBodies, AHugeTextFieldEndsWhereItsHandlerSaysSo) {
  CountingHandler handler(limits::text_field_bytes_max);
  Parser parser("B", handler);
  ASSERT_TRUE(parser.write(as_bytes(opening)));
  const auto done = flood(parser, "x", 1024_MiB, 1024);
  ASSERT_FALSE(done.outcome);
  EXPECT_EQ(done.outcome.error().code, ErrorCode::file_too_large);
  EXPECT_EQ(done.taken_bytes, limits::text_field_bytes_max + 1024);
}

TEST(HostileBodies, DataDenseInAlmostBoundariesIsPassedOnWhole) {
  const std::string dashes(70, '-');
  for (const std::string_view unit :
       {std::string_view("\r\n--"), std::string_view("\r"), std::string_view("\r\n"),
        std::string_view("-"), std::string_view("\r\n-----------------------------------------")}) {
    for (const std::size_t chunk_bytes : {std::size_t{1}, std::size_t{73}, std::size_t{65536}}) {
      // So that the dense data never is the boundary itself.
      const std::string boundary = dashes.substr(0, 69) + "x";
      CountingHandler handler;
      Parser parser(boundary, handler);
      ASSERT_TRUE(parser.write(as_bytes("--" + boundary + "\r\n" + std::string(head))));
      const auto done = flood(parser, unit, 1_MiB, chunk_bytes);
      ASSERT_TRUE(done.outcome) << done.outcome.error().detail;
      ASSERT_TRUE(parser.write(as_bytes("\r\n--" + boundary + "--")));
      ASSERT_TRUE(parser.finish());
      EXPECT_EQ(handler.content_bytes, done.taken_bytes);
      // At most what was held back and what the chunk brings, twice: not a call per byte.
      EXPECT_LE(handler.calls, 2 * (done.taken_bytes / chunk_bytes) + 2);
    }
  }
}

TEST(HostileBodies, ABoundaryThatIsAPrefixOfItselfIsFoundInEveryCut) {
  for (const std::string boundary : {"--", "aaaaaaaa", "abababab", "--B--B"}) {
    const std::string delimiter = "\r\n--" + boundary;
    for (std::size_t size = 1; size < delimiter.size(); ++size) {
      const std::string content = delimiter.substr(0, size) + delimiter.substr(0, size) + "\r";
      const std::string body =
          delimiter.substr(2) + "\r\n" + std::string(head) + content + delimiter + "--";
      const auto run = [&](const auto& play) { return testing::record_form(boundary, {}, play); };
      testing::expect_same_however_cut(body, run);
      const auto form = run([&](Sink& sink) { return testing::play_cut(sink, body, {}); });
      ASSERT_EQ(form.parts.size(), 1U) << form;
      EXPECT_FALSE(form.error) << form;
      EXPECT_EQ(form.parts[0].content, content);
    }
  }
}

TEST(HostileBodies, ContentIsCountedBeyondFourGigabytes) {
  CountingHandler handler;
  Parser parser("B", handler);
  ASSERT_TRUE(parser.write(as_bytes(opening)));
  const auto done = flood(parser, "x", 4100_MiB, 64_MiB);
  ASSERT_TRUE(done.outcome);
  EXPECT_EQ(handler.content_bytes, done.taken_bytes);
  const auto finished = parser.finish();
  ASSERT_FALSE(finished);
  EXPECT_NE(finished.error().detail.find(
                "after " + std::to_string(done.taken_bytes + opening.size()) + " bytes"),
            std::string::npos);
}

TEST(HostileBodies, AFormForAnotherBoundaryIsRefused) {
  CountingHandler handler;
  Parser parser("A", handler);
  ASSERT_TRUE(parser.write(as_bytes(opening + "x\r\n--B--\r\n")));
  const auto finished = parser.finish();
  ASSERT_FALSE(finished);
  EXPECT_EQ(finished.error().code, ErrorCode::invalid_request);
  EXPECT_EQ(handler.parts, 0U);
}

}  // namespace
}  // namespace argot::multipart
