#include "api/attempt.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "openai/file.h"
#include "tests/support/api_world.h"

namespace argot::api {
namespace {

using testing::ApiWorld;
using testing::FormText;
using testing::RequestText;
using testing::WireReply;

using Headers = std::vector<std::pair<std::string, std::string>>;

class AttemptTest : public ::testing::Test {
 protected:
  Result<catalog::Attempt> read(const Headers& headers) {
    http::Request request;
    request.received_at = from_unix_seconds(1'700'000'000);
    for (const auto& [name, value] : headers)
      request.headers.push_back({.name = name, .value = value});
    return attempt_of(request, {.key_public_id = "k1"});
  }

  std::uint32_t retry_count(const std::string& text) {
    return read({{"X-Stainless-Retry-Count", text}})->retry_count;
  }

  // "400 code param", or the id of the file.
  std::string create(const Headers& headers, std::string_view content = "Hello") {
    const FormText form = FormText().field("purpose", "user_data").file("notes.txt", content);
    RequestText request{.method = "POST", .target = "/v1/files", .body = form.body()};
    request.key(world_.key).header("Content-Type", form.content_type());
    for (const auto& [name, value] : headers) request.header(name, value);
    world_.clock.advance(std::chrono::milliseconds(1));
    const WireReply reply = world_.send(request);
    return reply.status == 200 ? ApiWorld::id_in(reply.body) : reply.body;
  }

  ApiWorld world_;
};

TEST_F(AttemptTest, IsReadFromTheHead) {
  const auto attempt = read({{"idempotency-key", "abc"}, {"x-stainless-retry-count", "2"}});
  ASSERT_TRUE(attempt);
  EXPECT_EQ(attempt->key_id, "k1");
  EXPECT_EQ(attempt->idempotency_key, "abc");
  EXPECT_EQ(attempt->retry_count, 2U);
  EXPECT_EQ(attempt->began_at, from_unix_seconds(1'700'000'000));
  EXPECT_TRUE(may_be_done(*attempt));
}

TEST_F(AttemptTest, WithoutEitherItIsTheFirst) {
  const auto attempt = read({});
  ASSERT_TRUE(attempt);
  EXPECT_EQ(attempt->retry_count, 0U);
  EXPECT_EQ(attempt->idempotency_key, "");
  EXPECT_FALSE(may_be_done(*attempt));
}

TEST_F(AttemptTest, WhatIsNoCountIsPassedOver) {
  for (const std::string text : {"", "x", "-1", "1x", " 1", "1.0", "0x1"}) {
    EXPECT_EQ(retry_count(text), 0U) << text;
  }
  EXPECT_EQ(retry_count("62"), 62U);
  EXPECT_EQ(retry_count("63"), 62U);
  EXPECT_EQ(retry_count("99999999999999999999"), 62U);
}

TEST_F(AttemptTest, AnIdempotencyKeyHasABound) {
  EXPECT_TRUE(read({{"Idempotency-Key", std::string(255, 'k')}}));
  const auto refused = read({{"Idempotency-Key", std::string(256, 'k')}});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().detail,
            "Expected an Idempotency-Key of at most 255 bytes, but got 256.");
}

TEST_F(AttemptTest, ALostReplyLeavesOneFile) {
  const std::string id = create({{"X-Stainless-Retry-Count", "0"}});
  EXPECT_EQ(create({{"X-Stainless-Retry-Count", "1"}}), id);
  EXPECT_EQ(world_.blob_count(), 1U) << "what came again was removed";
  EXPECT_EQ(world_.file_count(), 1U);
  EXPECT_EQ(world_.get("/v1/files/" + id + "/content").body, "Hello");
  EXPECT_NE(create({{"X-Stainless-Retry-Count", "0"}}), id);
  EXPECT_EQ(world_.blob_count(), 2U);
}

// As where the key is looked up in a database that is cut off: meanwhile the client tries again.
TEST_F(AttemptTest, ATryThatWaitedBeforeItBeganIsTheEarlierOne) {
  const FormText form = FormText().field("purpose", "user_data").file("notes.txt", "Hello");
  RequestText text{.method = "POST", .target = "/v1/files", .body = form.body()};
  text.key(world_.key).header("Content-Type", form.content_type());
  const std::string bytes = text.bytes();
  const std::size_t head_bytes = bytes.size() - text.body.size();
  auto request = *http::parse_head(std::string_view(bytes).substr(0, head_bytes));
  request.received_at = world_.clock.now();

  const std::string id = create({{"X-Stainless-Retry-Count", "1"}});
  world_.clock.advance(std::chrono::seconds(5));
  auto begun = world_.api.begin(request);
  auto& exchange = std::get<std::unique_ptr<http::Exchange>>(begun);
  EXPECT_EQ(exchange->write(as_bytes(text.body)), http::Flow::more);
  const http::Response late = exchange->finish();
  EXPECT_EQ(ApiWorld::id_in(std::get<std::string>(late.body)), id);
  EXPECT_EQ(world_.file_count(), 1U);
}

TEST_F(AttemptTest, AnIdempotencyKeyGivesTheSameFile) {
  const std::string id = create({{"Idempotency-Key", "once"}});
  EXPECT_EQ(create({{"Idempotency-Key", "once"}}), id);
  EXPECT_EQ(world_.blob_count(), 1U);
  const std::string refused = create({{"Idempotency-Key", "once"}}, "Hallo");
  EXPECT_NE(refused.find("The Idempotency-Key 'once' came with another file"), std::string::npos)
      << refused;
  EXPECT_NE(refused.find("\"idempotency_key_reused\""), std::string::npos) << refused;
  EXPECT_EQ(world_.blob_count(), 1U);
}

// The file of the first try has taken the last of the quota, and is not a reason to refuse its
// retry before the first byte.
TEST(AttemptQuota, AFullQuotaDoesNotRefuseARetryEarly) {
  policy::Policy policy;
  policy.organization_bytes_max = 2 * limits::request_overhead_bytes;
  ApiWorld world({.policy = policy});
  const std::string content(2 * limits::request_overhead_bytes, 'x');
  const auto create = [&](const Headers& headers) {
    const FormText form = FormText().field("purpose", "user_data").file("notes.txt", content);
    RequestText request{.method = "POST", .target = "/v1/files", .body = form.body()};
    request.key(world.key).header("Content-Type", form.content_type());
    for (const auto& [name, value] : headers) request.header(name, value);
    world.clock.advance(std::chrono::milliseconds(1));
    return world.send(request, 1U << 20U);
  };
  const WireReply first = create({});
  ASSERT_EQ(first.status, 200) << first.body;
  EXPECT_EQ(create({{"X-Stainless-Retry-Count", "1"}}).body, first.body);
  EXPECT_EQ(create({}).status, 400);
}

}  // namespace
}  // namespace argot::api
