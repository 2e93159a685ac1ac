#include "api/uploads.h"

#include <gtest/gtest.h>

#include <string>

#include "openai/error.h"
#include "openai/upload.h"
#include "tests/support/api_world.h"

namespace argot::api {
namespace {

using testing::ApiWorld;
using testing::FormText;
using testing::RequestText;
using testing::WireReply;

class UploadsApiTest : public ::testing::Test {
 protected:
  explicit UploadsApiTest(testing::ApiWorldOptions options = {}) : world_(std::move(options)) {}

  WireReply post(const std::string& target, const std::string& body, const std::string& key) {
    return world_.send(RequestText{.method = "POST", .target = target, .body = body}.key(key));
  }
  WireReply post(const std::string& target, const std::string& body) {
    return post(target, body, world_.key);
  }

  static std::string announcement(std::uint64_t bytes, const std::string& purpose = "user_data") {
    return R"({"filename": "dir/big.bin", "mime_type": "x/y", "purpose": ")" + purpose +
           R"(", "bytes": )" + std::to_string(bytes) + "}";
  }

  // The upload's id.
  std::string begin(std::uint64_t bytes) {
    return ApiWorld::id_in(post("/v1/uploads", announcement(bytes)).body);
  }

  WireReply send_part(const std::string& upload, const FormText& form) {
    return world_.send(RequestText{
        .method = "POST", .target = "/v1/uploads/" + upload + "/parts", .body = form.body()}
                           .key(world_.key)
                           .header("Content-Type", form.content_type()));
  }
  std::string add(const std::string& upload, const std::string& content) {
    return ApiWorld::id_in(send_part(upload, FormText().file("blob", content, "data")).body);
  }

  WireReply complete(const std::string& upload, const std::string& ids) {
    return post("/v1/uploads/" + upload + "/complete", R"({"part_ids": [)" + ids + "]}");
  }

  ApiWorld world_;
};

TEST_F(UploadsApiTest, AFileComesInPartsAndIsReadAsOne) {
  const std::string upload = begin(6);
  const std::string second = add(upload, "def");
  const std::string first = add(upload, "abc");
  const WireReply reply = complete(upload, '"' + first + "\", \"" + second + '"');
  ASSERT_EQ(reply.status, 200) << reply.body;
  const auto completed = openai::decode_upload(reply.body);
  ASSERT_TRUE(completed && completed->file);
  EXPECT_EQ(completed->status, openai::UploadStatus::completed);
  EXPECT_EQ(completed->file->filename, "big.bin");
  const WireReply content = world_.get("/v1/files/" + completed->file->id + "/content");
  EXPECT_EQ(content.body, "abcdef");
  EXPECT_TRUE(content.header("ETag").ends_with("-2\"")) << content.header("ETag");
  EXPECT_EQ(world_.get("/v1/files/" + completed->file->id + "/report").body.find("sha256"),
            std::string::npos);
}

TEST_F(UploadsApiTest, AFileOfOnePartHasItsOwnDigest) {
  const std::string upload = begin(3);
  const WireReply reply = complete(upload, '"' + add(upload, "abc") + '"');
  const std::string id = openai::decode_upload(reply.body)->file->id;
  EXPECT_EQ(world_.get("/v1/files/" + id + "/content").header("ETag"),
            "\"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\"");
  EXPECT_NE(world_.get("/v1/files/" + id + "/report").body.find("\"sha256\":\"ba7816bf"),
            std::string::npos);
}

TEST_F(UploadsApiTest, APartThatBreaksOffLeavesNothing) {
  const std::string upload = begin(3);
  const FormText form = FormText().file("blob", "abc", "data");
  std::string bytes =
      RequestText{
          .method = "POST", .target = "/v1/uploads/" + upload + "/parts", .body = form.body()}
          .key(world_.key)
          .header("Content-Type", form.content_type())
          .bytes();
  bytes.resize(bytes.size() - 10);
  world_.client.send(bytes);
  EXPECT_EQ(world_.blob_count(), 0U);
  EXPECT_TRUE(world_.catalog.upload_parts(upload)->empty());
}

TEST_F(UploadsApiTest, APartThatSaysItIsTooLargeIsRefusedUnread) {
  const std::string upload = begin(3);
  const WireReply reply =
      world_.send(RequestText{.method = "POST", .target = "/v1/uploads/" + upload + "/parts"}
                      .key(world_.key)
                      .header("Content-Type", "multipart/form-data; boundary=b")
                      .header("Content-Length", std::to_string(66_MiB)));
  EXPECT_EQ(reply.status, 400);
  EXPECT_EQ(openai::decode_error(reply.body).message,
            "A part may have at most 64 MB, and this one has more.");
}

TEST_F(UploadsApiTest, ABodyIsBoundedJson) {
  for (const std::string body : {"", "[]", "{", "{\"filename\": 1}"}) {
    EXPECT_EQ(post("/v1/uploads", body).status, 400) << body;
  }
  const std::string too_long = announcement(1) + std::string(256_KiB, ' ');
  EXPECT_EQ(openai::decode_error(post("/v1/uploads", too_long).body).message,
            "The JSON body may have at most 256 KB, but it has more.");
}

TEST_F(UploadsApiTest, ANameThatCannotBeOneIsRefused) {
  const WireReply reply =
      post("/v1/uploads",
           R"({"filename": "a\u0001", "mime_type": "x", "purpose": "batch", "bytes": 1})");
  EXPECT_EQ(reply.status, 400);
  EXPECT_EQ(openai::decode_error(reply.body).param, "filename");
}

TEST_F(UploadsApiTest, InternalPurposesNeedTheirPermission) {
  const std::string internal = world_.add_key(
      world_.scope, testing::every_permission | testing::bits(catalog::Permission::files_internal));
  EXPECT_EQ(post("/v1/uploads", announcement(1, "batch_output")).status, 400);
  EXPECT_EQ(post("/v1/uploads", announcement(1, "batch_output"), internal).status, 200);
}

class CappedUploadsApiTest : public UploadsApiTest {
 protected:
  CappedUploadsApiTest() : UploadsApiTest({.uploads_max = 0, .uploads_per_minute = 1}) {}
};

TEST_F(CappedUploadsApiTest, CreatesAreCountedAndPartsTakeASlot) {
  const std::string upload = begin(3);
  EXPECT_EQ(post("/v1/uploads", announcement(3)).status, 429);
  EXPECT_EQ(send_part(upload, FormText().file("blob", "abc", "data")).status, 503);
  EXPECT_EQ(complete(upload, "").status, 400);
}

}  // namespace
}  // namespace argot::api
