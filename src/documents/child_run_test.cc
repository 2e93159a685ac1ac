#include "documents/child_run.h"

#include <gtest/gtest.h>

#include "documents/child_fixture.h"
#include "documents/test_text.h"

namespace argot::documents {
namespace {

using std::chrono_literals::operator""h;
using std::chrono_literals::operator""ms;

Result<ChildRun> run(std::vector<std::string> arguments, const RunBounds& bounds, Sink& text,
                     std::string_view input = "") {
  arguments.insert(arguments.begin(), "test");
  TRY(const auto child,
      ChildProcess::start({.program = "/proc/self/exe", .arguments = std::move(arguments)},
                          file_with(input).get()));
  return run_to_end(*child, bounds, text, {});
}

constexpr RunBounds wide{.wall_time_max = 1h, .text_bytes_max = 1'000'000};

TEST(RunToEnd, AChildWithoutAWordIsMalformed) {
  TextSink text;
  const auto done = run({"act", "echo"}, wide, text, "words");
  ASSERT_TRUE(done);
  EXPECT_EQ(done->verdict, (Verdict{Outcome::malformed, "its reader ended without a word"}));
  EXPECT_EQ(text.text, "words");
  EXPECT_EQ(done->text_bytes, 5U);
}

TEST(RunToEnd, AChildThatIsKilledIsTooLarge) {
  TextSink text;
  const auto done = run({"act", "kill"}, wide, text);
  ASSERT_TRUE(done);
  EXPECT_EQ(done->verdict, (Verdict{Outcome::too_large, "its reader was killed"}));
}

TEST(RunToEnd, AChildThatHangsTimesOut) {
  for (const char* what : {"hang", "close and hang"}) {
    TextSink text;
    const auto done = run({"act", what}, {.wall_time_max = 50ms, .text_bytes_max = 1}, text);
    ASSERT_TRUE(done);
    EXPECT_EQ(done->verdict.outcome, Outcome::timed_out) << what;
  }
}

TEST(RunToEnd, NoTimeIsNotUnboundedTime) {
  TextSink text;
  const auto done = run({"act", "hang"}, {.wall_time_max = 0ms, .text_bytes_max = 1}, text);
  ASSERT_TRUE(done);
  EXPECT_EQ(done->verdict.outcome, Outcome::timed_out);
}

TEST(RunToEnd, TextIsBoundedToTheByte) {
  TextSink text;
  const auto fits = run({"act", "echo"}, {.wall_time_max = 1h, .text_bytes_max = 5}, text, "words");
  ASSERT_TRUE(fits);
  EXPECT_EQ(fits->verdict.outcome, Outcome::malformed);
  EXPECT_EQ(text.text, "words");
  TextSink more;
  const auto longer =
      run({"act", "echo"}, {.wall_time_max = 1h, .text_bytes_max = 4}, more, "words");
  ASSERT_TRUE(longer);
  EXPECT_EQ(longer->verdict, (Verdict{Outcome::too_large, "its text is too long"}));
  EXPECT_EQ(more.text, "");
}

TEST(RunToEnd, WrongArgumentsAreAFailureOfTheMachine) {
  TextSink text;
  const auto done = run({"extract-text", "doc"}, wide, text);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, ErrorCode::unavailable);
}

}  // namespace
}  // namespace argot::documents
