// Golden test: replies recorded from the original API come out of decode and encode with the same
// keys in the same order and the same values, but for nulls, which are left out.
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>

#include "json/reader.h"
#include "openai/error.h"
#include "openai/file.h"
#include "openai/upload.h"

namespace argot::openai {
namespace {

std::string recorded(const std::string& name) {
  std::ifstream in(ARGOT_OPENAI_TESTDATA "/" + name, std::ios::binary);
  EXPECT_TRUE(in) << name;
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

json::Value parsed(std::string_view text) {
  Result<json::Value> value = json::parse(text);
  EXPECT_TRUE(value) << text;
  return value ? *std::move(value) : json::Value();
}

json::Value without_nulls(const json::Value& object) {
  json::Value::Members members;
  for (const json::Member& member : object.members()) {
    if (!member.value.is_null()) members.push_back(member);
  }
  return json::Value(std::move(members));
}

class RecordedFile : public ::testing::TestWithParam<const char*> {};

TEST_P(RecordedFile, KeepsKeysOrderAndValues) {
  const std::string text = recorded(GetParam());
  const Result<File> file = decode_file(text);
  ASSERT_TRUE(file) << file.error().detail;
  EXPECT_EQ(parsed(encode(*file)), without_nulls(parsed(text)));
  EXPECT_EQ(file->status, FileStatus::processed);
  EXPECT_EQ(file->expires_at, std::nullopt);
}

INSTANTIATE_TEST_SUITE_P(Replies, RecordedFile,
                         ::testing::Values("file_assistants.json", "file_vision.json",
                                           "file_non_ascii_name.json", "file_of_an_upload.json"),
                         [](const auto& test) {
                           const std::string name = test.param;
                           return name.substr(0, name.find('.'));
                         });

TEST(Recorded, NonAsciiNameIsKept) {
  EXPECT_EQ(decode_file(recorded("file_non_ascii_name.json"))->filename,
            "\xE4\xBD\xA0\xE5\xA5\xBD.txt");
}

TEST(Recorded, DeletedFileIsTheSameToTheLetter) {
  const std::string text = recorded("file_deleted.json");
  EXPECT_EQ(encode(*decode_deleted_file(text)), text);
}

TEST(Recorded, UploadsKeepKeysOrderAndValues) {
  for (const std::string name : {"upload_pending.json", "upload_completed.json"}) {
    SCOPED_TRACE(name);
    const std::string text = recorded(name);
    const Result<Upload> upload = decode_upload(text);
    ASSERT_TRUE(upload) << upload.error().detail;
    json::Value expected = without_nulls(parsed(text));
    if (const json::Value* const file = expected.find("file")) {
      json::Value::Members members(expected.members().begin(), expected.members().end());
      members.back().value = without_nulls(*file);
      expected = json::Value(std::move(members));
    }
    EXPECT_EQ(parsed(encode(*upload)), expected);
  }
}

TEST(Recorded, APartIsTheSameToTheLetter) {
  const std::string text = recorded("upload_part.json");
  EXPECT_EQ(encode(*decode_upload_part(text)), text);
}

TEST(Recorded, ErrorsKeepTheirFourFields) {
  for (const std::string name : {"error_unknown_file.json", "error_unknown_purpose.json"}) {
    SCOPED_TRACE(name);
    const std::string text = recorded(name);
    const json::Value encoded = parsed(encode(decode_error(text)));
    ASSERT_NE(encoded.find("error"), nullptr);
    EXPECT_EQ(*encoded.find("error"), *parsed(text).find("error"));
  }
}

}  // namespace
}  // namespace argot::openai
