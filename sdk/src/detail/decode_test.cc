#include "detail/decode.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <limits>
#include <string>

#include "json/reader.h"

namespace argot::openai {
namespace {

using detail::decodeDeleted;
using detail::decodeErrorResponse;
using detail::decodeFile;
using detail::decodeFileList;
using detail::decodeUpload;
using detail::decodeUploadPart;
using detail::Issues;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

std::string recorded(const std::string& name) {
  std::ifstream in(ARGOT_OPEN_AI_TESTDATA "/" + name, std::ios::binary);
  EXPECT_TRUE(in) << name;
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

json::Value withoutNulls(const std::string& text) {
  json::Value::Members members;
  const argot::Result<json::Value> parsed = json::parse(text);
  EXPECT_TRUE(parsed) << text;
  for (const json::Member& member : parsed->members()) {
    if (!member.value.is_null()) members.push_back(member);
  }
  return json::Value(std::move(members));
}

// A file with `fields` besides, or instead of, what it needs.
std::string fileWith(const std::string& fields) {
  std::string text = "{";
  for (const std::string required : {R"("id":"file-a")", R"("bytes":3)", R"("created_at":7)",
                                     R"("filename":"a.txt")", R"("purpose":"batch")"}) {
    const std::string key = required.substr(0, required.find(':') + 1);
    if (!fields.contains(key)) text += required + ",";
  }
  return fields.empty() ? text.substr(0, text.size() - 1) + "}" : text + fields + "}";
}

template <class T>
Issues issuesOf(const std::expected<T, Issues>& decoded) {
  return decoded ? Issues{} : decoded.error();
}

ValidationIssue typeIssue(std::string path, std::string expected, std::string received) {
  std::string message = received == "undefined" ? std::string("Required")
                                                : "Expected " + expected + ", received " + received;
  return {.path = std::move(path),
          .message = std::move(message),
          .code = "invalid_type",
          .expected = std::move(expected),
          .received = std::move(received)};
}

class Recorded : public ::testing::TestWithParam<const char*> {};

TEST_P(Recorded, FilesKeepKeysOrderAndValues) {
  const std::string text = recorded(GetParam());
  const auto file = decodeFile(text);
  ASSERT_TRUE(file);
  EXPECT_EQ(withoutNulls(file->toJson()), withoutNulls(text));
  EXPECT_EQ(file->status, Status::Processed);
  EXPECT_EQ(file->expiresAt, std::nullopt);
  EXPECT_EQ(file->statusDetails, std::nullopt);
  EXPECT_THAT(file->extra, SizeIs(0));
  EXPECT_TRUE(file->purpose.known());
  EXPECT_EQ(decodeFile(file->toJson()), file);
}

INSTANTIATE_TEST_SUITE_P(Replies, Recorded,
                         ::testing::Values("file_assistants.json", "file_vision.json",
                                           "file_non_ascii_name.json", "file_of_an_upload.json"),
                         [](const auto& test) {
                           const std::string name = test.param;
                           return name.substr(0, name.find('.'));
                         });

TEST(DecodeFile, KnowsTheRecordedValues) {
  const auto file = decodeFile(recorded("file_vision.json"));
  ASSERT_TRUE(file);
  EXPECT_EQ(file->id, "file-MyNqKnXPtYeCSxqL3f8EdK");
  EXPECT_EQ(file->bytes, 3162696);
  EXPECT_EQ(file->createdAt, 1780006005);
  EXPECT_EQ(file->filename, "images_dog_and_cat.png");
  EXPECT_EQ(file->object, "file");
  EXPECT_EQ(file->purpose, Purpose::Vision);
  EXPECT_EQ(decodeFile(recorded("file_non_ascii_name.json"))->filename,
            "\xE4\xBD\xA0\xE5\xA5\xBD.txt");
}

TEST(DecodeDeleted, KeepsKeysOrderAndValues) {
  const std::string text = recorded("file_deleted.json");
  const auto deleted = decodeDeleted(text);
  ASSERT_TRUE(deleted);
  EXPECT_TRUE(deleted->deleted);
  EXPECT_EQ(withoutNulls(deleted->toJson()), withoutNulls(text));
}

TEST(DecodeErrorResponse, ReadsTheRecordedErrors) {
  EXPECT_EQ(decodeErrorResponse(recorded("error_unknown_file.json")),
            (ErrorResponse{.message = "No such File object: fake_id",
                           .type = "invalid_request_error",
                           .param = "id"}));
  const auto purpose = decodeErrorResponse(recorded("error_unknown_purpose.json"));
  ASSERT_TRUE(purpose);
  EXPECT_THAT(purpose->message, HasSubstr("'world_domination' is not one of"));
  EXPECT_EQ(purpose->param, "purpose");
  EXPECT_EQ(purpose->code, std::nullopt);
}

TEST(DecodeFile, NeedsFiveFieldsOnly) {
  const auto file = decodeFile(fileWith(""));
  ASSERT_TRUE(file);
  EXPECT_EQ(
      *file,
      (OpenAIFile{
          .id = "file-a", .bytes = 3, .createdAt = 7, .filename = "a.txt", .purpose = "batch"}));
}

TEST(DecodeFile, TellsEveryMissingField) {
  EXPECT_THAT(
      issuesOf(decodeFile("{}")),
      ElementsAre(typeIssue("id", "string", "undefined"), typeIssue("bytes", "number", "undefined"),
                  typeIssue("created_at", "number", "undefined"),
                  typeIssue("filename", "string", "undefined"),
                  typeIssue("purpose", "string", "undefined")));
}

TEST(DecodeFile, TellsEveryWrongType) {
  EXPECT_THAT(
      issuesOf(decodeFile(R"({"id":1,"bytes":"3","created_at":true,"expires_at":"x","filename":[],
                              "purpose":{},"status":2,"status_details":false})")),
      ElementsAre(typeIssue("id", "string", "number"), typeIssue("bytes", "number", "string"),
                  typeIssue("created_at", "number", "boolean"),
                  typeIssue("expires_at", "number", "string"),
                  typeIssue("filename", "string", "array"),
                  typeIssue("purpose", "string", "object"), typeIssue("status", "string", "number"),
                  typeIssue("status_details", "string", "boolean")));
}

TEST(DecodeFile, NullIsAbsent) {
  const auto file = decodeFile(
      fileWith(R"("expires_at":null,"status":null,"status_details":null,"object":null)"));
  ASSERT_TRUE(file);
  EXPECT_EQ(*file, *decodeFile(fileWith("")));
  EXPECT_THAT(issuesOf(decodeFile(fileWith(R"("id":null)"))),
              ElementsAre(typeIssue("id", "string", "null")));
}

TEST(DecodeFile, ObjectIsCheckedWhereItIsPresent) {
  EXPECT_TRUE(decodeFile(fileWith(R"("object":"file")")));
  EXPECT_THAT(issuesOf(decodeFile(fileWith(R"("object":"list")"))),
              ElementsAre(ValidationIssue{.path = "object",
                                          .message = "Invalid literal value, expected \"file\"",
                                          .code = "invalid_literal",
                                          .expected = "file",
                                          .received = "list"}));
  EXPECT_EQ(issuesOf(decodeFile(fileWith(R"("object":["file"])"))).at(0).received, R"(["file"])");
}

TEST(DecodeFile, EnumerationsAreOpen) {
  const auto file = decodeFile(fileWith(R"("purpose":"mind_reading","status":"pending")"));
  ASSERT_TRUE(file);
  EXPECT_EQ(file->purpose.str(), "mind_reading");
  EXPECT_FALSE(file->purpose.known());
  EXPECT_EQ(file->status->str(), "pending");
  EXPECT_FALSE(file->status->known());
  EXPECT_EQ(decodeFile(file->toJson()), file);
}

TEST(DecodeFile, NumbersAreIntegersOf64Bits) {
  const auto file = decodeFile(fileWith(
      R"("bytes":9223372036854775807,"created_at":-9223372036854775808,"expires_at":4294967296)"));
  ASSERT_TRUE(file);
  EXPECT_EQ(file->bytes, std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(file->createdAt, std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(file->expiresAt, 4294967296);
  EXPECT_EQ(decodeFile(file->toJson()), file);

  EXPECT_THAT(issuesOf(decodeFile(fileWith(R"("bytes":1.5,"created_at":0.5,"expires_at":-1e-3)"))),
              ElementsAre(typeIssue("bytes", "integer", "float"),
                          typeIssue("created_at", "integer", "float"),
                          typeIssue("expires_at", "integer", "float")));
}

TEST(DecodeFile, AnIntegerMayBeWrittenAsAFloat) {
  const auto file = decodeFile(fileWith(R"("bytes":8.0,"created_at":1.78e9,"expires_at":-0.0)"));
  ASSERT_TRUE(file);
  EXPECT_EQ(file->bytes, 8);
  EXPECT_EQ(file->createdAt, 1'780'000'000);
  EXPECT_EQ(file->expiresAt, 0);
}

TEST(DecodeFile, NumbersBeyond64BitsAreRefused) {
  const ValidationIssue tooBig{.path = "bytes",
                               .message = "Number does not fit an integer of 64 bits",
                               .code = "too_big",
                               .expected = "integer of 64 bits",
                               .received = "9223372036854775808"};
  EXPECT_THAT(issuesOf(decodeFile(fileWith(R"("bytes":9223372036854775808)"))),
              ElementsAre(tooBig));
  EXPECT_EQ(issuesOf(decodeFile(fileWith(R"("bytes":1e300)"))).at(0).code, "too_big");
  EXPECT_EQ(issuesOf(decodeFile(fileWith(R"("bytes":-1e300)"))).at(0).code, "too_small");
}

TEST(DecodeFile, UnknownFieldsAreKeptAsJson) {
  const auto file =
      decodeFile(fileWith(R"("mime":"a\"b\u00e9","tags":[1, 2.5, null, {"a" : true}],)"
                          R"("big":18446744073709551615,"n":null)"));
  ASSERT_TRUE(file);
  EXPECT_EQ(file->extra, (ExtraFields{{"mime", "\"a\\\"b\xC3\xA9\""},
                                      {"tags", R"([1,2.5,null,{"a":true}])"},
                                      {"big", "18446744073709551615"},
                                      {"n", "null"}}));
  EXPECT_EQ(decodeFile(file->toJson()), file);
}

TEST(DecodeFile, DeepUnknownFieldsSurvive) {
  const std::string deep = std::string(29, '[') + std::string(29, ']');
  const auto file = decodeFile(fileWith(R"("deep":)" + deep));
  ASSERT_TRUE(file);
  EXPECT_EQ(decodeFile(file->toJson()), file);
  const auto page = decodeFileList(R"({"data":[)" + file->toJson() + "]}");
  ASSERT_TRUE(page);
  EXPECT_EQ(page->data.at(0), *file);
  EXPECT_EQ(decodeFileList(page->toJson()), page);
}

TEST(DecodeFile, WhatIsNoObjectIsOneIssue) {
  EXPECT_THAT(issuesOf(decodeFile("[]")), ElementsAre(typeIssue("", "object", "array")));
  EXPECT_THAT(issuesOf(decodeFile("null")), ElementsAre(typeIssue("", "object", "null")));
  EXPECT_THAT(issuesOf(decodeFileList("\"x\"")), ElementsAre(typeIssue("", "object", "string")));
  EXPECT_THAT(issuesOf(decodeDeleted("1")), ElementsAre(typeIssue("", "object", "number")));
}

TEST(DecodeFile, WhatIsNoJsonIsOneIssue) {
  for (const std::string text : {"", "{", "<html>", R"({"id":"a","id":"b"})", "{} {}", "\xFF"}) {
    SCOPED_TRACE(text);
    const Issues issues = issuesOf(decodeFile(text));
    ASSERT_THAT(issues, SizeIs(1));
    EXPECT_EQ(issues[0].code, "invalid_json");
    EXPECT_EQ(issues[0].path, "");
    EXPECT_THAT(issues[0].message, HasSubstr("Invalid JSON at byte"));
  }
}

TEST(DecodeFileList, NeedsDataOnly) {
  const auto page = decodeFileList(R"({"data":[]})");
  ASSERT_TRUE(page);
  EXPECT_EQ(*page, ListFilesResponse{});
  EXPECT_THAT(issuesOf(decodeFileList("{}")), ElementsAre(typeIssue("data", "array", "undefined")));
  EXPECT_THAT(issuesOf(decodeFileList(R"({"data":{}})")),
              ElementsAre(typeIssue("data", "array", "object")));
}

TEST(DecodeFileList, ReadsAllOfIt) {
  const auto page = decodeFileList(R"({"object":"list","data":[)" + fileWith("") + "," +
                                   fileWith(R"("id":"file-b")") +
                                   R"(],"has_more":true,"first_id":"file-a","last_id":"file-b",
                                      "total":2})");
  ASSERT_TRUE(page);
  EXPECT_THAT(page->data, SizeIs(2));
  EXPECT_EQ(page->data[1].id, "file-b");
  EXPECT_TRUE(page->hasMore);
  EXPECT_EQ(page->firstId, "file-a");
  EXPECT_EQ(page->lastId, "file-b");
  EXPECT_EQ(page->extra, (ExtraFields{{"total", "2"}}));
  EXPECT_EQ(decodeFileList(page->toJson()), page);
}

TEST(DecodeFileList, NullsAreAbsent) {
  EXPECT_EQ(
      decodeFileList(R"({"data":[],"object":null,"has_more":null,"first_id":null,"last_id":null})"),
      ListFilesResponse{});
}

TEST(DecodeFileList, TellsTheIssuesOfAllFiles) {
  const auto issues = issuesOf(decodeFileList(
      R"({"object":"page","data":[)" + fileWith(R"("id":5)") + "," + fileWith("") + R"(,7,)" +
      fileWith(R"("bytes":1.5,"filename":null)") + R"(],"has_more":"no","first_id":1})"));
  ASSERT_THAT(issues, SizeIs(7));
  EXPECT_EQ(issues[0], typeIssue("data.0.id", "string", "number"));
  EXPECT_EQ(issues[1], typeIssue("data.2", "object", "number"));
  EXPECT_EQ(issues[2], typeIssue("data.3.bytes", "integer", "float"));
  EXPECT_EQ(issues[3], typeIssue("data.3.filename", "string", "null"));
  EXPECT_EQ(issues[4].path, "object");
  EXPECT_EQ(issues[5], typeIssue("has_more", "boolean", "string"));
  EXPECT_EQ(issues[6], typeIssue("first_id", "string", "number"));
}

TEST(DecodeFileList, TakesTheLargestPageThatThereIs) {
  // 255 characters that need six bytes each, and fields that are yet to be invented.
  std::string name;
  for (int i = 0; i < 255; ++i) name += "\\u0001";
  const std::string file = fileWith("\"filename\":\"" + name + R"(","x":[1,2,3,4,5,6,7,8])");
  std::string text = R"({"data":[)" + file;
  for (int i = 1; i < 10'000; ++i) text += "," + file;
  text += "]}";
  const auto page = decodeFileList(text);
  ASSERT_TRUE(page) << issuesOf(page).at(0).message;
  EXPECT_THAT(page->data, SizeIs(10'000));
}

TEST(DecodeDeleted, NeedsIdAndDeleted) {
  EXPECT_THAT(issuesOf(decodeDeleted(R"({"object":"files"})")), SizeIs(3));
  EXPECT_THAT(issuesOf(decodeDeleted(R"({"id":"file-a","deleted":"true"})")),
              ElementsAre(typeIssue("deleted", "boolean", "string")));
  const auto deleted = decodeDeleted(R"({"id":"file-a","deleted":false,"x":1})");
  ASSERT_TRUE(deleted);
  EXPECT_FALSE(deleted->deleted);
  EXPECT_EQ(deleted->toJson(), R"({"object":"file","deleted":false,"id":"file-a","x":1})");
}

TEST(DecodeUpload, SaysWhatOfItsFileDoesNotFit) {
  const std::string head =
      R"({"id":"upload_a","bytes":3,"created_at":7,"filename":"a","purpose":"x",)";
  const auto pending = decodeUpload(head + R"("status":"held","file":null,"y":[]})");
  ASSERT_TRUE(pending);
  EXPECT_FALSE(pending->status.known());
  EXPECT_FALSE(pending->file);
  EXPECT_EQ(pending->expiresAt, 0);
  const auto completed =
      decodeUpload(head + R"("status":"completed","file":)" + fileWith("") + "}");
  ASSERT_TRUE(completed);
  EXPECT_EQ(completed->file->id, "file-a");
  EXPECT_THAT(issuesOf(decodeUpload(head + R"("file":)" + fileWith("\"bytes\":\"3\"") + "}")),
              ElementsAre(typeIssue("status", "string", "undefined"),
                          typeIssue("file.bytes", "number", "string")));
  EXPECT_THAT(issuesOf(decodeUpload(head + R"("status":"completed","file":[]})")),
              ElementsAre(typeIssue("file", "object", "array")));
}

TEST(DecodeUploadPart, NeedsAllButItsKind) {
  EXPECT_THAT(issuesOf(decodeUploadPart("{}")), SizeIs(3));
  EXPECT_THAT(issuesOf(decodeUploadPart(R"({"id":"part_a","created_at":1,"upload_id":"u",)"
                                        R"("object":"file"})")),
              SizeIs(1));
}

TEST(DecodeErrorResponse, ReadsAllFourFields) {
  EXPECT_EQ(decodeErrorResponse(R"({"error":{"message":"m","type":"t","param":"p","code":"c"}})"),
            (ErrorResponse{.message = "m", .type = "t", .param = "p", .code = "c"}));
}

TEST(DecodeErrorResponse, NeedsAMessageOnly) {
  EXPECT_EQ(decodeErrorResponse(R"({"error":{"message":"m","type":null,"param":[],"code":404}})"),
            (ErrorResponse{.message = "m", .code = "404"}));
  for (const std::string text : {"", "{}", "[]", "<html>", R"({"error":"m"})", R"({"error":{}})",
                                 R"({"error":{"message":1}})", R"({"message":"m"})"}) {
    EXPECT_EQ(decodeErrorResponse(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace argot::openai
