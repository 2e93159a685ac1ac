#include "openai/file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "base/limits.h"

namespace argot::openai {
namespace {

using ::testing::HasSubstr;

File example() {
  return {.id = "file-abc",
          .bytes = 120'000,
          .created_at = 1'677'610'602,
          .filename = "mydata.jsonl",
          .purpose = "fine-tune"};
}

template <typename Object>
std::string complaint(const Result<Object>& result) {
  if (result) return "accepted";
  EXPECT_EQ(result.error().code, ErrorCode::invalid_request);
  return result.error().param + ": " + result.error().detail;
}

TEST(File, LeavesUnsetOptionalsOut) {
  EXPECT_EQ(encode(example(), json::Form::compact),
            R"({"object":"file","id":"file-abc","purpose":"fine-tune","filename":"mydata.jsonl",)"
            R"("bytes":120000,"created_at":1677610602,"status":"processed"})");
}

TEST(File, KeepsTheOrderOfKeys) {
  File file = example();
  file.expires_at = 1'680'202'602;
  file.status = FileStatus::error;
  file.status_details = "line 1";
  EXPECT_EQ(encode(file), R"({
  "object": "file",
  "id": "file-abc",
  "purpose": "fine-tune",
  "filename": "mydata.jsonl",
  "bytes": 120000,
  "created_at": 1677610602,
  "expires_at": 1680202602,
  "status": "error",
  "status_details": "line 1"
}
)");
  EXPECT_EQ(*decode_file(encode(file)), file);
}

TEST(File, IsDecodedAsItWasEncoded) {
  File file = example();
  file.filename = "\xE4\xBD\xA0 \"quoted\" \\ \n\x01";
  file.bytes = 18'446'744'073'709'551'615U;
  for (const auto status : {FileStatus::uploaded, FileStatus::processed, FileStatus::error}) {
    file.status = status;
    EXPECT_EQ(*decode_file(encode(file)), file);
  }
}

TEST(File, IgnoresUnknownFieldsAndNulls) {
  const Result<File> file =
      decode_file(R"({"id":"file-abc","extra":{"a":[1]},"bytes":120000,"created_at":1677610602,)"
                  R"("expires_at":null,"filename":"mydata.jsonl","purpose":"fine-tune",)"
                  R"("status":"processed","status_details":null,"object":null})");
  ASSERT_TRUE(file);
  EXPECT_EQ(*file, example());
}

TEST(File, NeedsItsRequiredFields) {
  for (const std::string field : {"id", "bytes", "created_at", "filename", "purpose", "status"}) {
    std::string text = encode(example());
    text.replace(text.find('"' + field + '"'), field.size() + 2, "\"unknown\"");
    EXPECT_THAT(complaint(decode_file(text)), HasSubstr(field + ": Expected '" + field + "' to be"))
        << field;
  }
}

TEST(File, SaysWhichFieldIsWrong) {
  EXPECT_EQ(complaint(decode_file("[]")), ": Expected an object, but got an array.");
  EXPECT_EQ(complaint(decode_file(R"({"object":"list"})")),
            "object: Expected 'object' to be 'file', but got 'list'.");
  EXPECT_EQ(complaint(decode_file(R"({"id":1})")),
            "id: Expected 'id' to be a string, but got a number.");
  EXPECT_EQ(complaint(decode_file(R"({"id":"a","bytes":-1})")),
            "bytes: Expected 'bytes' to be an integer of at least 0, but got a number.");
  EXPECT_EQ(complaint(decode_file(R"({"id":"a","bytes":1,"created_at":1.5})")),
            "created_at: Expected 'created_at' to be an integer, but got a number.");
  EXPECT_EQ(complaint(decode_file(R"({"id":"a","bytes":1,"created_at":1,"expires_at":"x"})")),
            "expires_at: Expected 'expires_at' to be an integer, but got 'x'.");
  std::string text = encode(example());
  text.replace(text.find("processed"), 9, "pending");
  EXPECT_EQ(complaint(decode_file(text)),
            "status: Expected 'status' to be 'uploaded', 'processed' or 'error', "
            "but got 'pending'.");
  EXPECT_THAT(complaint(decode_file("{")), HasSubstr("Invalid JSON at byte 1"));
}

TEST(FilePage, NamesItsEnds) {
  FilePage page = {.data = {example(), example(), example()}, .has_more = true};
  page.data.front().id = "file-1";
  page.data.back().id = "file-3";
  const std::string text = encode(page, json::Form::compact);
  EXPECT_THAT(text, ::testing::StartsWith(R"({"object":"list","data":[{"object":"file",)"));
  EXPECT_THAT(text,
              ::testing::EndsWith(R"(}],"has_more":true,"first_id":"file-1","last_id":"file-3"})"));
  EXPECT_EQ(*decode_file_page(text), page);
}

TEST(FilePage, HasEmptyEndsWhereItIsEmpty) {
  EXPECT_EQ(encode(FilePage(), json::Form::compact),
            R"({"object":"list","data":[],"has_more":false,"first_id":"","last_id":""})");
  EXPECT_EQ(*decode_file_page(encode(FilePage())), FilePage());
}

TEST(FilePage, NeedsOnlyItsData) {
  EXPECT_EQ(*decode_file_page(R"({"object":"list","data":[],"first_id":null})"), FilePage());
  EXPECT_EQ(complaint(decode_file_page(R"({"object":"list"})")),
            "data: Expected 'data' to be an array, but got nothing.");
  EXPECT_EQ(complaint(decode_file_page(R"({"data":[],"has_more":1})")),
            "has_more: Expected 'has_more' to be a boolean, but got a number.");
  EXPECT_EQ(complaint(decode_file_page(R"({"data":[{}]})")),
            "id: Expected 'id' to be a string, but got nothing.");
}

TEST(FilePage, MayBeAsLargeAsTheApiAllows) {
  File file = example();
  file.filename = std::string(limits::filename_bytes_max, '\x01');
  file.expires_at = file.created_at;
  const FilePage page = {.data = std::vector<File>(limits::page_size_max, file)};
  EXPECT_TRUE(*decode_file_page(encode(page)) == page);
}

TEST(DeletedFile, GoesThereAndBack) {
  const DeletedFile deleted = {.id = "file-abc"};
  EXPECT_EQ(encode(deleted, json::Form::compact),
            R"({"object":"file","deleted":true,"id":"file-abc"})");
  EXPECT_EQ(*decode_deleted_file(encode(deleted)), deleted);
  EXPECT_FALSE(decode_deleted_file(R"({"id":"a","deleted":false})")->deleted);
  EXPECT_EQ(complaint(decode_deleted_file(R"({"id":"a"})")),
            "deleted: Expected 'deleted' to be a boolean, but got nothing.");
  EXPECT_EQ(complaint(decode_deleted_file(R"({"deleted":true})")),
            "id: Expected 'id' to be a string, but got nothing.");
}

}  // namespace
}  // namespace argot::openai
