#include "files/part_reading.h"

#include <gtest/gtest.h>

#include "files/upload_fixture_test.h"

namespace argot::files {
namespace {

using policy::Purpose;
using policy::ValidationMode;

TEST(AsksForReading, WhereThePurposeOrTheModeDoes) {
  for (const Purpose purpose : {Purpose::batch, Purpose::fine_tune, Purpose::evals}) {
    EXPECT_TRUE(asks_for_reading(purpose, "a.jsonl", ValidationMode::report));
    EXPECT_FALSE(asks_for_reading(purpose, "a.jsonl", ValidationMode::off));
  }
  EXPECT_TRUE(asks_for_reading(Purpose::assistants, "a.txt", ValidationMode::report));
  EXPECT_FALSE(asks_for_reading(Purpose::assistants, "a.pdf", ValidationMode::report));
  EXPECT_TRUE(asks_for_reading(Purpose::assistants, "a.pdf", ValidationMode::strict));
  EXPECT_FALSE(asks_for_reading(Purpose::user_data, "a.txt", ValidationMode::report));
  EXPECT_FALSE(asks_for_reading(Purpose::vision, "a.png", ValidationMode::report));
  EXPECT_TRUE(asks_for_reading(Purpose::vision, "a.png", ValidationMode::strict));
}

class PartReadingTest : public UploadFixture {
 protected:
  PartReadingTest() : upload_(uploads_.uploads().begin(announcement(100)).value()) {}

  Result<ReadParts> read(Purpose purpose, std::optional<digest::Md5Value> md5 = {}) {
    PartReading reading(faulty_, inspections_, watched_);
    parts_ = catalog_.upload_parts(upload_.id).value();
    return reading.read({.parts = parts_,
                         .purpose = purpose,
                         .filename = "a.jsonl",
                         .md5 = md5,
                         .policy = policy_});
  }

  static digest::Md5Value md5_of(std::string_view text) {
    digest::Md5 hash;
    hash.update(as_bytes(text));
    return hash.finish();
  }

  catalog::Upload upload_;
  policy::Policy policy_ = policy_of(ValidationMode::report);
  Inspections inspections_;
  std::vector<catalog::UploadPart> parts_;
};

TEST_F(PartReadingTest, WhatNobodyAsksForIsNotRead) {
  add(uploads_, upload_, "text");
  faulty_.fail_next(blob::FaultyStore::Operation::open, {.code = ErrorCode::internal});
  const auto unread = read(Purpose::user_data);
  ASSERT_TRUE(unread);
  EXPECT_EQ(unread->observer, nullptr);
  EXPECT_EQ(unread->facts("a.jsonl", 4).bytes, 4U);
}

TEST_F(PartReadingTest, RecordsGoOnFromPartToPart) {
  add(uploads_, upload_, R"({"messages": [{"role": "user", )");
  add(uploads_, upload_, R"("content": "?"}, {"role": "assistant", "content": "!"}]})");
  const auto seen = read(Purpose::fine_tune);
  ASSERT_TRUE(seen);
  EXPECT_EQ(seen->report.records, 1U);
  EXPECT_EQ(seen->facts("a.jsonl", 0).first_record, jsonl::FirstRecord::object);
  EXPECT_EQ(seen->report.problems.first_error(), std::nullopt);
}

TEST_F(PartReadingTest, TheMd5IsThatOfTheWholeInItsOrder) {
  add(uploads_, upload_, "one");
  add(uploads_, upload_, "two");
  EXPECT_TRUE(read(Purpose::user_data, md5_of("onetwo")));
  const auto refused = read(Purpose::user_data, md5_of("twoone"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::invalid_request);
  EXPECT_EQ(refused.error().param, "md5");
}

TEST_F(PartReadingTest, ADamagedPartIsFound) {
  add(uploads_, upload_, "{\"a\": 1}");
  faulty_.corrupt_reads_at(3);
  EXPECT_EQ(read(Purpose::evals).error().code, ErrorCode::content_corrupt);
  EXPECT_TRUE(watched_.wait_for("alarm_content_corrupt"));
}

}  // namespace
}  // namespace argot::files
