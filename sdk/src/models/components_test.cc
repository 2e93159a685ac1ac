#include "argot_open_ai/models/components.hpp"

#include <gtest/gtest.h>

#include <sstream>
#include <string>

namespace argot::openai {
namespace {

template <class T>
std::string shown(const T& value) {
  std::ostringstream out;
  out << value;
  return out.str();
}

const OpenAIFile whole{.id = "file-a",
                       .bytes = 9'223'372'036'854'775'807,
                       .createdAt = 1,
                       .expiresAt = 2,
                       .filename = "a \"quoted\".jsonl",
                       .purpose = Purpose::FineTune,
                       .status = Status::Error,
                       .statusDetails = "two\nlines",
                       .extra = {{"x", R"({"a": [1, 2]})"}}};

TEST(OpenAIFile, IsWrittenInTheOrderOfTheWire) {
  EXPECT_EQ(whole.toJson(),
            R"({"object":"file","id":"file-a","purpose":"fine-tune",)"
            R"("filename":"a \"quoted\".jsonl","bytes":9223372036854775807,"created_at":1,)"
            R"("expires_at":2,"status":"error","status_details":"two\nlines","x":{"a":[1,2]}})");
  EXPECT_EQ(shown(whole), whole.toJson());
}

TEST(OpenAIFile, LeavesOutWhatIsUnset) {
  EXPECT_EQ((OpenAIFile{.id = "file-a", .filename = "a", .purpose = "batch"}).toJson(),
            R"({"object":"file","id":"file-a","purpose":"batch","filename":"a","bytes":0,)"
            R"("created_at":0})");
}

TEST(OpenAIFile, ExtraFieldsThatAreNoJsonBecomeStrings) {
  OpenAIFile file;
  const std::string tooDeep = std::string(32, '[') + std::string(32, ']');
  file.extra = {{"a", ""}, {"b", "{"}, {"c", "\"\n\""}, {"d", tooDeep}, {"e", " 1\n"}};
  EXPECT_TRUE(
      file.toJson().ends_with(R"("a":"","b":"{","c":"\"\n\"","d":")" + tooDeep + R"(","e":1})"))
      << file.toJson();
}

TEST(OpenAIFile, ExtraFieldsThatAreTooDeepForAListBecomeStrings) {
  OpenAIFile file;
  const std::string deep = std::string(31, '[') + std::string(31, ']');
  file.extra = {{"x", deep}};
  EXPECT_TRUE(file.toJson().contains("\"x\":" + deep));
  const ListFilesResponse page{.data = {file}};
  EXPECT_TRUE(page.toJson().contains("\"x\":\"" + deep + "\""));
}

TEST(ListFilesResponse, IsWrittenInTheOrderOfTheWire) {
  const ListFilesResponse page{.data = {OpenAIFile{.id = "file-a", .purpose = "batch"}},
                               .hasMore = true,
                               .firstId = "file-a",
                               .lastId = "file-a",
                               .extra = {{"total", "1"}}};
  EXPECT_EQ(page.toJson(),
            R"({"object":"list","data":[{"object":"file","id":"file-a","purpose":"batch",)"
            R"("filename":"","bytes":0,"created_at":0}],"has_more":true,"first_id":"file-a",)"
            R"("last_id":"file-a","total":1})");
  EXPECT_EQ(shown(page), page.toJson());
  EXPECT_EQ(ListFilesResponse{}.toJson(), R"({"object":"list","data":[],"has_more":false})");
}

TEST(DeleteFileResponse, IsWrittenInTheOrderOfTheWire) {
  const DeleteFileResponse deleted{.id = "file-a", .deleted = true};
  EXPECT_EQ(deleted.toJson(), R"({"object":"file","deleted":true,"id":"file-a"})");
  EXPECT_EQ(shown(deleted), deleted.toJson());
}

TEST(Purpose, KnowsItsValues) {
  for (const std::string_view value : Purpose::values) EXPECT_TRUE(Purpose(value).known()) << value;
  EXPECT_FALSE(Purpose().known());
  EXPECT_FALSE(Purpose("Batch").known());
  EXPECT_EQ(Purpose("x").str(), "x");
  EXPECT_EQ(Purpose(static_cast<const char*>(nullptr)).str(), "");
  EXPECT_EQ(Purpose("fine-tune"), Purpose::FineTune);
  EXPECT_NE(Purpose("fine-tune"), Purpose("batch"));
}

}  // namespace
}  // namespace argot::openai
