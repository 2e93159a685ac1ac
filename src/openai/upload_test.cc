#include "openai/upload.h"

#include <gtest/gtest.h>

#include <string>

namespace argot::openai {
namespace {

// What is wrong with a request, and which field it is.
template <typename T>
std::string refusal(const Result<T>& decoded) {
  if (decoded) return "none";
  return decoded.error().param + ": " + decoded.error().detail;
}

std::string create(const std::string& more) {
  return R"({"filename": "a.jsonl", "purpose": "batch", "mime_type": "text/jsonl")" + more + "}";
}

const Upload pending = {.id = "upload_1",
                        .bytes = 8,
                        .created_at = 100,
                        .expires_at = 3'700,
                        .filename = "a.jsonl",
                        .purpose = "batch"};

TEST(Upload, HasAFileOnlyOnceItIsCompleted) {
  EXPECT_EQ(encode(pending, json::Form::compact),
            R"({"id":"upload_1","object":"upload","bytes":8,"created_at":100,)"
            R"("filename":"a.jsonl","purpose":"batch","status":"pending","expires_at":3700})");
  Upload completed = pending;
  completed.status = UploadStatus::completed;
  completed.file = File{.id = "file-1", .bytes = 8, .filename = "a.jsonl", .purpose = "batch"};
  const std::string text = encode(completed);
  EXPECT_NE(text.find("\"file\": {\n    \"object\": \"file\",\n    \"id\": \"file-1\""),
            std::string::npos)
      << text;
  EXPECT_EQ(decode_upload(text).value(), completed);
}

TEST(Upload, EveryStatusIsReadAsItWasWritten) {
  for (const UploadStatus status : {UploadStatus::pending, UploadStatus::completed,
                                    UploadStatus::cancelled, UploadStatus::expired}) {
    Upload upload = pending;
    upload.status = status;
    EXPECT_EQ(decode_upload(encode(upload)).value(), upload);
  }
}

TEST(UploadPart, IsReadAsItWasWritten) {
  const UploadPart part = {.id = "part_1", .created_at = 5, .upload_id = "upload_1"};
  EXPECT_EQ(encode(part, json::Form::compact),
            R"({"id":"part_1","object":"upload.part","created_at":5,"upload_id":"upload_1"})");
  EXPECT_EQ(decode_upload_part(encode(part)).value(), part);
}

TEST(CreateUploadRequest, SaysWhatTheFileIsToBe) {
  const auto plain = decode_create_upload_request(create(R"(, "bytes": 8)"));
  ASSERT_TRUE(plain);
  EXPECT_EQ(plain->filename, "a.jsonl");
  EXPECT_EQ(plain->purpose, "batch");
  EXPECT_EQ(plain->bytes, 8U);
  EXPECT_EQ(plain->mime_type, "text/jsonl");
  EXPECT_FALSE(plain->expires_after);
  const auto expiring = decode_create_upload_request(
      create(R"(, "bytes": 0, "expires_after": {"anchor": "created_at", "seconds": 3600})"));
  ASSERT_TRUE(expiring && expiring->expires_after);
  EXPECT_EQ(expiring->expires_after->anchor, "created_at");
  EXPECT_EQ(expiring->expires_after->seconds, 3'600U);
}

TEST(CreateUploadRequest, TheFieldAtFaultIsNamed) {
  const auto refused = [](const std::string& more) {
    return refusal(decode_create_upload_request(create(more)));
  };
  EXPECT_EQ(refused(""),
            "bytes: Expected 'bytes' to be an integer of at least 0, but got nothing.");
  EXPECT_EQ(refused(R"(, "bytes": -1)"),
            "bytes: Expected 'bytes' to be an integer of at least 0, but got a number.");
  EXPECT_EQ(refused(R"(, "bytes": 1, "expires_after": {"anchor": "created_at"})"),
            "expires_after.seconds: Expected 'seconds' to be an integer of at least 0, but got "
            "nothing.");
  EXPECT_EQ(refused(R"(, "bytes": 1, "expires_after": 3600)"),
            "expires_after: Expected an object, but got a number.");
  EXPECT_EQ(refusal(decode_create_upload_request("[]")), ": Expected an object, but got an array.");
  EXPECT_NE(refusal(decode_create_upload_request("")), "none");
}

TEST(CompleteUploadRequest, NamesThePartsInTheirOrder) {
  const auto request = decode_complete_upload_request(R"({"part_ids": ["b", "a"], "md5": "x"})");
  ASSERT_TRUE(request);
  EXPECT_EQ(request->part_ids, (std::vector<std::string>{"b", "a"}));
  EXPECT_EQ(request->md5, "x");
  const auto empty = decode_complete_upload_request(R"({"part_ids": [], "md5": null})");
  ASSERT_TRUE(empty);
  EXPECT_TRUE(empty->part_ids.empty());
  EXPECT_EQ(empty->md5, std::nullopt);
}

TEST(CompleteUploadRequest, PartIdsAreAnArrayOfStrings) {
  for (const char* const text : {"{}", R"({"part_ids": "a"})", R"({"part_ids": [1]})"}) {
    EXPECT_TRUE(refusal(decode_complete_upload_request(text))
                    .starts_with("part_ids: Expected 'part_ids' to be an array of strings"))
        << text;
  }
}

}  // namespace
}  // namespace argot::openai
