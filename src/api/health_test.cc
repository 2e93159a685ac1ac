#include "api/health.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/support/api_world.h"

namespace argot::api {
namespace {

using testing::ApiWorld;
using testing::WireReply;

TEST(Health, WhoAnswersLivesAndNeedsNoKey) {
  ApiWorld world;
  const WireReply reply = world.send({.target = "/healthz"});
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.body, "{\"status\":\"alive\"}\n");
  EXPECT_EQ(reply.header("Content-Type"), "application/json");
}

TEST(Health, AReadyServerSaysSo) {
  ApiWorld world;
  const WireReply reply = world.send({.target = "/readyz"});
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.body, "{\"status\":\"ready\"}\n");
}

TEST(Health, ADrainingServerLivesButIsNotReady) {
  ApiWorld world;
  world.api.set_draining();
  const WireReply reply = world.send({.target = "/readyz"});
  EXPECT_EQ(reply.status, 503);
  EXPECT_EQ(reply.header("Retry-After"), "1");
  EXPECT_EQ(world.send({.target = "/healthz"}).status, 200);
  EXPECT_EQ(world.get("/v1/files").status, 200);
}

TEST(Health, AServerWhoseCatalogueCannotBeReadIsNotReady) {
  ApiWorld world;
  world.front.fail_everything(ErrorCode::internal);
  const WireReply reply = world.send({.target = "/readyz"});
  EXPECT_EQ(reply.status, 503);
  EXPECT_EQ(reply.body.find("SELECT"), std::string::npos);
  EXPECT_EQ(world.send({.target = "/healthz"}).status, 200);
  world.front.mend();
  EXPECT_EQ(world.send({.target = "/readyz"}).status, 200);
}

}  // namespace
}  // namespace argot::api
