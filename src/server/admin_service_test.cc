#include "server/admin_service.h"

#include <gtest/gtest.h>

#include <string>

#include "base/metrics_text.h"
#include "server/app_fixture_test.h"
#include "tests/support/socket_client.h"

namespace argot::server {
namespace {

using argot::testing::SocketClient;
using argot::testing::WireReply;

class AdminServiceTest : public AppFixture {
 protected:
  WireReply ask(const std::string& target, const std::string& method = "GET") {
    return send(admin(), method + " " + target + " HTTP/1.1\r\nHost: x\r\n\r\n", method == "HEAD");
  }

  void SetUp() override { start(); }
};

TEST_F(AdminServiceTest, AnswersMetricsAsText) {
  const WireReply reply = ask("/metrics");
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.header("content-type"), MetricsText::content_type);
  EXPECT_EQ(reply.header("cache-control"), "no-store");
  EXPECT_TRUE(reply.body.starts_with("# HELP argot_"));
  EXPECT_TRUE(reply.body.ends_with("\n"));
  const WireReply head = ask("/metrics", "HEAD");
  EXPECT_EQ(head.status, 200);
  EXPECT_EQ(head.header("content-type"), MetricsText::content_type);
}

TEST_F(AdminServiceTest, AnswersTheQuestionsOfOrchestrators) {
  EXPECT_EQ(ask("/healthz").status, 200);
  EXPECT_EQ(ask("/readyz").status, 200);
}

TEST_F(AdminServiceTest, ServesNothingElse) {
  for (const std::string target : {"/", "/v1/files", "/openapi.json", "/metrics/", "/v1/metrics"}) {
    const WireReply reply = ask(target);
    EXPECT_EQ(reply.status, 404) << target;
    EXPECT_EQ(reply.header("content-type"), "application/json");
    EXPECT_NE(reply.body.find("Invalid URL"), std::string::npos) << reply.body;
  }
  const WireReply posted = ask("/metrics", "DELETE");
  EXPECT_EQ(posted.status, 405);
  EXPECT_EQ(posted.header("allow"), "GET, HEAD");
  EXPECT_EQ(send(admin(), "nonsense\r\n\r\n").status, 400);
}

TEST_F(AdminServiceTest, ThePublicListenerHasNoMetrics) {
  const WireReply reply = send(app_->url().substr(7), "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(reply.status, 404);
  EXPECT_EQ(reply.header("content-type"), "application/json");
}

TEST_F(AdminServiceTest, WhoeverWatchesIsNotCounted) {
  ask("/metrics");
  const std::string first = ask("/metrics").body;
  const std::string second = ask("/metrics").body;
  const auto requests = [](const std::string& text) {
    const std::size_t from = text.find("# HELP argot_http_requests_total");
    return text.substr(from, text.find("# HELP argot_uploads") - from);
  };
  EXPECT_EQ(requests(first), requests(second));
  EXPECT_GT(requests(first).size(), 1'000U);
}

}  // namespace
}  // namespace argot::server
