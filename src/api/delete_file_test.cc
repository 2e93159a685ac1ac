#include "api/delete_file.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/support/api_world.h"

namespace argot::api {
namespace {

using testing::ApiWorld;
using testing::RequestText;
using testing::WireReply;

WireReply remove(ApiWorld& world, const std::string& id) {
  return world.send(RequestText{.method = "DELETE", .target = "/v1/files/" + id}.key(world.key));
}

TEST(DeleteFile, ADeletedFileIsGone) {
  ApiWorld world;
  const std::string id = world.add_file("x");
  const WireReply reply = remove(world, id);
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.body,
            "{\n  \"object\": \"file\",\n  \"deleted\": true,\n  \"id\": \"" + id + "\"\n}\n");
  EXPECT_EQ(world.get("/v1/files/" + id).status, 404);
  EXPECT_EQ(world.get("/v1/files/" + id + "/content").status, 404);
  EXPECT_EQ(world.file_count(), 0U);
}

TEST(DeleteFile, TheSecondTimeThereIsNone) {
  ApiWorld world;
  const std::string id = world.add_file("x");
  EXPECT_EQ(remove(world, id).status, 200);
  const WireReply again = remove(world, id);
  EXPECT_EQ(again.status, 404);
  EXPECT_NE(again.body.find("No such File object: " + id), std::string::npos);
}

TEST(DeleteFile, AContentTypeWithoutABodyIsTolerated) {
  ApiWorld world;
  const WireReply reply =
      world.send(RequestText{.method = "DELETE", .target = "/files/" + world.add_file("x")}
                     .key(world.key)
                     .header("Content-Type", "application/json"));
  EXPECT_EQ(reply.status, 200);
}

}  // namespace
}  // namespace argot::api
