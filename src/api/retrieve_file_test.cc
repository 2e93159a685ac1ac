#include "api/retrieve_file.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "openai/error.h"
#include "tests/support/api_world.h"

namespace argot::api {
namespace {

using testing::ApiWorld;
using testing::FormText;
using testing::WireReply;

TEST(RetrieveFile, SaysWhatTheUploadSaid) {
  ApiWorld world;
  const WireReply created =
      world.upload(FormText().field("purpose", "user_data").file("notes.txt", "Hello"));
  const WireReply found = world.get("/v1/files/" + ApiWorld::id_in(created.body));
  EXPECT_EQ(found.status, 200);
  EXPECT_EQ(found.body, created.body);
}

TEST(RetrieveFile, UnknownIdsAreEchoed) {
  ApiWorld world;
  for (const std::string id : {"fake_id", "file-1111111111111111111111", "..", "x y"}) {
    std::string target = "/v1/files/";
    for (const char c : id) target += c == ' ' ? std::string("%20") : std::string(1, c);
    const WireReply reply = world.get(target);
    EXPECT_EQ(reply.status, 404);
    const auto error = openai::decode_error(reply.body);
    EXPECT_EQ(error.message, "No such File object: " + id);
    EXPECT_EQ(error.type, "invalid_request_error");
    EXPECT_EQ(error.param, "id");
    EXPECT_EQ(error.code, std::nullopt);
  }
}

TEST(RetrieveFile, AnExpiredFileIsUnknownToTheSecond) {
  ApiWorld world;
  const std::string id =
      ApiWorld::id_in(world
                          .upload(FormText()
                                      .field("purpose", "user_data")
                                      .field("expires_after[anchor]", "created_at")
                                      .field("expires_after[seconds]", "3600")
                                      .file("a.txt", "x"))
                          .body);
  world.clock.advance(std::chrono::seconds(3'599));
  EXPECT_EQ(world.get("/v1/files/" + id).status, 200);
  world.clock.advance(std::chrono::seconds(1));
  EXPECT_EQ(world.get("/v1/files/" + id).status, 404);
  EXPECT_EQ(world.get("/v1/files/" + id + "/content").status, 404);
}

}  // namespace
}  // namespace argot::api
