// The lines of a download, however its bytes are cut.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ranges>

#include "argot_open_ai/funcs/filesOpenDownload.hpp"
#include "argot_open_ai/types/download.hpp"
#include "detail/fake_content.hpp"
#include "detail/fake_surroundings.hpp"

namespace argot::openai {
namespace {

using detail::FakeContent;
using detail::FakeWorld;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using Texts = std::vector<std::string>;

static_assert(std::ranges::input_range<DownloadStream::Lines>);

constexpr std::size_t anyBytes = std::size_t{16} << 20;

DownloadStream streamOf(const FakeWorld& world, bool mends = false) {
  RequestOptions options;
  if (mends) {
    options.retries = {.strategy = RetryConfig::Strategy::official, .retryConnectionErrors = true};
  }
  return filesOpenDownload(world.core, {.fileId = "file-abc"}, options).unwrap();
}

// The last text is the error's, where there is one.
Texts linesOf(DownloadStream stream, std::size_t lineBytesMax = anyBytes) {
  Texts texts;
  for (const Result<std::string>& line : stream.lines(lineBytesMax)) {
    texts.emplace_back(line.ok() ? *line : line.error().what());
  }
  return texts;
}

// Cut after every single byte as well.
Texts linesIn(const std::string& content, std::size_t lineBytesMax = anyBytes) {
  FakeContent whole{.content = content};
  FakeContent pieces{.content = content,
                     .breaks = std::vector<std::optional<std::size_t>>(content.size(), 1)};
  const FakeWorld world(whole.transport());
  const FakeWorld brokenWorld(pieces.transport());
  const Texts texts = linesOf(streamOf(world), lineBytesMax);
  EXPECT_EQ(linesOf(streamOf(brokenWorld, true), lineBytesMax), texts);
  return texts;
}

TEST(Lines, CopiesGoOnWhereAnyOfThemWasLeft) {
  FakeContent content{.content = "a\nb\nc"};
  const FakeWorld world(content.transport());
  DownloadStream stream = streamOf(world);
  DownloadStream::Lines lines = stream.lines();
  DownloadStream::Lines copy = lines;
  EXPECT_EQ((*lines.begin()).value(), "a");
  EXPECT_EQ((*copy.begin()).value(), "b");
  EXPECT_EQ((*lines.begin()).value(), "c");
}

TEST(Lines, EndAtEachNewlineAndAtTheEnd) {
  EXPECT_THAT(linesIn(""), ElementsAre());
  EXPECT_THAT(linesIn("\n"), ElementsAre(""));
  EXPECT_THAT(linesIn("a"), ElementsAre("a"));
  EXPECT_THAT(linesIn("a\n"), ElementsAre("a"));
  EXPECT_THAT(linesIn("a\nb"), ElementsAre("a", "b"));
  EXPECT_THAT(linesIn("\na\n\nb\n\n"), ElementsAre("", "a", "", "b", ""));
}

TEST(Lines, LoseTheCarriageReturnOfTheirEndOnly) {
  EXPECT_THAT(linesIn("a\r\nb\r\n"), ElementsAre("a", "b"));
  EXPECT_THAT(linesIn("\r\n"), ElementsAre(""));
  EXPECT_THAT(linesIn("a\rb\r\r\nc\r"), ElementsAre("a\rb\r", "c\r"));
  EXPECT_THAT(linesIn("\r"), ElementsAre("\r"));
}

TEST(Lines, AreCutAnywhereInALargeContent) {
  for (std::size_t length = 65'533; length < 65'539; ++length) {
    const std::string first(length, 'x');
    FakeContent server{.content = first + "\r\n" + "second\r\n" + first};
    const FakeWorld world(server.transport());
    EXPECT_EQ(linesOf(streamOf(world)), (Texts{first, "second", first})) << length;
  }
}

TEST(Lines, HaveABound) {
  EXPECT_THAT(linesIn("1234\n1234\r\n1234", 4), ElementsAre("1234", "1234", "1234"));
  EXPECT_THAT(linesIn("12\n12345\n1\n", 4), ElementsAre("12", HasSubstr("begins at byte 3")));
  EXPECT_THAT(linesIn("12345", 4), ElementsAre(HasSubstr("longer than 4 bytes")));
  EXPECT_THAT(linesIn("12345\r\n", 4), ElementsAre(HasSubstr("longer than 4 bytes")));
  EXPECT_THAT(linesIn("1234\r", 4), ElementsAre(HasSubstr("longer than 4 bytes")));
  EXPECT_THAT(linesIn("\n\n", 0), ElementsAre("", ""));
  EXPECT_THAT(linesIn("1\n", 0), ElementsAre(HasSubstr("longer than 0 bytes")));
}

TEST(Lines, OverTheBoundAreAValidationError) {
  FakeContent server{.content = "12345"};
  const FakeWorld world(server.transport());
  DownloadStream stream = streamOf(world);
  for (const Result<std::string>& line : stream.lines(4)) {
    const auto* const error = line.error().as<SDKValidationError>();
    ASSERT_NE(error, nullptr);
    EXPECT_EQ(error->issues().at(0).code, "too_big");
  }
}

TEST(Lines, OfABoundlessLineAreNotReadToItsEnd) {
  FakeContent server{.content = std::string(1'000'000, 'x')};
  const FakeWorld world(server.transport());
  std::uint64_t received = 0;
  const RequestOptions options{
      .onProgress = [&received](const Progress& progress) { received = progress.done; }};
  DownloadStream stream = filesOpenDownload(world.core, {.fileId = "file-abc"}, options).unwrap();
  int lines = 0;
  for (const Result<std::string>& line : stream.lines(1000)) {
    EXPECT_FALSE(line.ok());
    ++lines;
  }
  EXPECT_EQ(lines, 1);
  EXPECT_LT(received, 100'000U);
}

TEST(Lines, EndAfterTheFirstError) {
  FakeContent server{.content = "one\ntwo\nthree\n", .breaks = {9}};
  const FakeWorld world(server.transport());
  EXPECT_THAT(linesOf(streamOf(world)), ElementsAre("one", "two", HasSubstr("broke off")));
}

TEST(Lines, GoThroughViews) {
  FakeContent server{.content = "1\n22\n333\n4444\n"};
  const FakeWorld world(server.transport());
  DownloadStream stream = streamOf(world);
  Texts texts;
  for (const std::string& text :
       stream.lines() | std::views::transform([](const auto& line) { return line.unwrap(); }) |
           std::views::filter([](const std::string& text) { return text.size() % 2 == 0; }) |
           std::views::take(2)) {
    texts.push_back(text);
  }
  EXPECT_THAT(texts, ElementsAre("22", "4444"));
}

}  // namespace
}  // namespace argot::openai
