#include "argot_open_ai/funcs/filesWaitForProcessing.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "detail/fake_surroundings.hpp"

namespace argot::openai {
namespace {

using namespace std::chrono_literals;
using detail::FakeWorld;
using ::testing::HasSubstr;
using testing::MockReply;
using Waits = std::vector<std::chrono::milliseconds>;

/// `status` as JSON; "" for none.
MockReply file(const std::string& status) {
  return {.body = R"({"id":"file-abc","object":"file","bytes":5,"created_at":1,"filename":"a",)"
                  R"("purpose":"fine-tune")" +
                  (status.empty() ? "" : R"(,"status":)" + status) + "}"};
}

Result<OpenAIFile> wait(const FakeWorld& world, const WaitOptions& waits = {},
                        const RequestOptions& options = {}) {
  return filesWaitForProcessing(world.core, {.fileId = "file-abc"}, waits, options);
}

TEST(WaitForProcessing, AsksUntilTheFileIsProcessed) {
  FakeWorld world({file("\"uploaded\""), file("\"uploaded\""), file("\"processed\"")});
  const Result<OpenAIFile> done = wait(world);
  ASSERT_TRUE(done.ok()) << done.error();
  EXPECT_EQ(done->status, Status(Status::Processed));
  EXPECT_EQ(world.time.waits, (Waits{5s, 5s}));
}

TEST(WaitForProcessing, EndsAtAnyOtherStatusAndAtNone) {
  for (const char* const status : {"\"processed\"", "\"error\"", "\"deleting\"", "null", ""}) {
    FakeWorld world({file(status)});
    EXPECT_TRUE(wait(world).ok()) << status;
    EXPECT_EQ(world.time.waits, Waits{}) << status;
  }
}

TEST(WaitForProcessing, LooksForTheLastTimeAtTheEnd) {
  FakeWorld world({file("\"uploaded\"")});
  const Result<OpenAIFile> done = wait(world, {.pollInterval = 4s, .maxWait = 10s});
  ASSERT_FALSE(done.ok());
  EXPECT_NE(done.error().as<RequestTimeoutError>(), nullptr);
  EXPECT_THAT(done.error().what(), HasSubstr("file-abc is still being processed after 10000 ms"));
  EXPECT_EQ(world.time.waits, (Waits{4s, 4s, 2s}));
  EXPECT_EQ(world.transport->requests().size(), 4U);
  EXPECT_EQ(done.error().attempts(), 4);
}

TEST(WaitForProcessing, TakesAnyTimes) {
  constexpr auto most = std::chrono::milliseconds::max();
  FakeWorld world({file("\"uploaded\""), file("\"processed\"")});
  EXPECT_TRUE(wait(world, {.pollInterval = -1s, .maxWait = most}).ok());
  EXPECT_EQ(world.time.waits, (Waits{0s}));
  const FakeWorld another({file("\"uploaded\"")});
  EXPECT_EQ(wait(another, {.maxWait = -1s}).error().name(), "RequestTimeoutError");
  const FakeWorld long_({file("\"uploaded\""), file("\"processed\"")});
  EXPECT_TRUE(wait(long_, {.pollInterval = 1h, .maxWait = most}).ok());
}

TEST(WaitForProcessing, EndsAtTheSignal) {
  FakeWorld world({file("\"uploaded\"")});
  std::stop_source stop;
  world.time.duringWait = [&stop] { stop.request_stop(); };
  const Result<OpenAIFile> done = wait(world, {}, {.fetchOptions = {.signal = stop.get_token()}});
  ASSERT_FALSE(done.ok());
  EXPECT_NE(done.error().as<RequestAbortedError>(), nullptr);
  EXPECT_EQ(world.transport->requests().size(), 1U);
}

TEST(WaitForProcessing, EndsAtAnError) {
  const FakeWorld world({file("\"uploaded\""), MockReply{.status = 404}});
  EXPECT_EQ(wait(world).error().statusCode(), 404);
}

TEST(WaitForProcessing, TheTimeoutIsThatOfEachQuestion) {
  FakeWorld world({file("\"uploaded\""), file("\"uploaded\""), file("\"processed\"")});
  EXPECT_TRUE(wait(world, {.pollInterval = 1min}, {.timeout = 10s}).ok());
}

}  // namespace
}  // namespace argot::openai
