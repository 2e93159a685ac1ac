#include "api/file_report.h"

#include <gtest/gtest.h>

#include <string>

#include "json/reader.h"
#include "tests/support/api_world.h"

namespace argot::api {
namespace {

using testing::ApiWorld;
using testing::FormText;
using testing::WireReply;

const std::string wrong = R"({"messages":[{"role":"user","content":"a"},{"role":"assistant"}]})"
                          "\n";

class FileReportTest : public ::testing::Test {
 protected:
  WireReply report_of(const std::string& id) { return world_.get("/v1/files/" + id + "/report"); }

  json::Value decoded(const WireReply& reply) {
    EXPECT_EQ(reply.status, 200) << reply.body;
    return json::parse(reply.body).value_or(json::Value());
  }

  ApiWorld world_;
};

TEST_F(FileReportTest, NamesTheProblemsOfAFileThatWasKept) {
  const std::string id = world_.add_file(wrong, "train.jsonl", "fine-tune");
  const json::Value report = decoded(report_of(id));
  EXPECT_EQ(*report.find("object")->string(), "file.report");
  EXPECT_EQ(*report.find("file_id")->string(), id);
  EXPECT_EQ(*report.find("filename")->string(), "train.jsonl");
  EXPECT_EQ(*report.find("purpose")->string(), "fine-tune");
  EXPECT_EQ(*report.find("format")->string(), "chat");
  EXPECT_EQ(report.find("bytes")->unsigned_integer(), wrong.size());
  EXPECT_EQ(report.find("records")->unsigned_integer(), 1U);
  const json::Value& problem = report.find("problems")->items().front();
  EXPECT_EQ(*problem.find("code")->string(), "missing_content");
  EXPECT_EQ(problem.find("line")->unsigned_integer(), 1U);
  EXPECT_EQ(problem.find("column")->unsigned_integer(), 44U);
  EXPECT_EQ(*problem.find("pointer")->string(), "/messages/1");
}

TEST_F(FileReportTest, IsTheSameHoweverThePurposeCame) {
  const auto report_after = [&](const FormText& form) {
    std::string body = report_of(ApiWorld::id_in(world_.upload(form).body)).body;
    return body.substr(body.find("\"filename\""));
  };
  const FormText early = FormText().field("purpose", "fine-tune").file("a.jsonl", wrong);
  const FormText late = FormText().file("a.jsonl", wrong).field("purpose", "fine-tune");
  EXPECT_EQ(report_after(late), report_after(early));
  const FormText early_batch = FormText().field("purpose", "batch").file("a.jsonl", wrong);
  const FormText late_batch = FormText().file("a.jsonl", wrong).field("purpose", "batch");
  EXPECT_EQ(report_after(late_batch), report_after(early_batch));
  EXPECT_TRUE(report_after(late_batch).contains("wrong_format"));
}

TEST_F(FileReportTest, SaysNothingOfWhatNobodyLookedFor) {
  const json::Value report = decoded(report_of(world_.add_file("x", "a.bin", "user_data")));
  EXPECT_TRUE(report.find("format")->is_null());
  EXPECT_TRUE(report.find("records")->is_null());
  EXPECT_EQ(report.find("problem_count")->unsigned_integer(), 0U);
}

TEST_F(FileReportTest, GoesWithItsFileAndIsNobodyElses) {
  const std::string id = world_.add_file(wrong, "train.jsonl", "fine-tune");
  const std::string foreign = world_.add_key(world_.add_organization("other"));
  const auto asked_by = [&](const std::string& key) {
    return world_.send(testing::RequestText{.target = "/files/" + id + "/report"}.key(key)).status;
  };
  EXPECT_EQ(asked_by(foreign), 404);
  EXPECT_EQ(asked_by(world_.key), 200);
  EXPECT_EQ(
      world_
          .send(testing::RequestText{.method = "DELETE", .target = "/files/" + id}.key(world_.key))
          .status,
      200);
  EXPECT_EQ(asked_by(world_.key), 404);
}

}  // namespace
}  // namespace argot::api
