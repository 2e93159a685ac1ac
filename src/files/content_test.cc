#include "files/content.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "files/block_test.h"
#include "files/library_fixture_test.h"

namespace argot::files {
namespace {

class EventLog final : public Log {
 public:
  void write(LogLevel level, std::string_view event, std::initializer_list<LogField>) override {
    if (level == LogLevel::error) alarms.emplace_back(event);
  }

  std::vector<std::string> alarms;
};

class ContentTest : public LibraryFixture {
 protected:
  ContentTest()
      : large_(catalog_, faulty_, clock_, event_log_, {.policy = {}, .free_bytes_min = 0}) {}

  std::string put_large(const std::string& content) {
    auto intake = large_.open_intake(scope_).value();
    EXPECT_TRUE(intake->write(as_bytes(content)));
    EXPECT_TRUE(intake->finish());
    return intake->commit(submission())->id;
  }

  EventLog event_log_;
  Library large_;
};

TEST_F(ContentTest, ABlockIsReadyOnceItWasVerified) {
  const std::string id = put_large(std::string(2 * block_bytes + 10, 'x'));
  auto content = large_.open_content(scope_, id).value();
  EXPECT_EQ(content->verified_from(0), 0U);
  ASSERT_TRUE(content->verify(0, 1));
  EXPECT_EQ(content->verified_from(0), block_bytes);
  EXPECT_EQ(content->verified_from(block_bytes - 1), 1U);
  EXPECT_EQ(content->verified_from(block_bytes), 0U);
  ASSERT_TRUE(content->verify(2 * block_bytes + 9, 2 * block_bytes + 10));
  EXPECT_EQ(content->verified_from(2 * block_bytes), 10U);
}

TEST_F(ContentTest, WhatOneReaderVerifiedTheNextNeedNot) {
  const std::string id = put_large("small");
  ASSERT_TRUE(large_.open_content(scope_, id).value()->verify(0, 5));
  EXPECT_EQ(large_.open_content(scope_, id).value()->verified_from(1), 4U);
}

TEST_F(ContentTest, ADamagedByteIsFoundBeforeItIsSent) {
  const std::string id = put_large(std::string(block_bytes + 100, 'x'));
  faulty_.corrupt_reads_at(block_bytes + 50);
  auto content = large_.open_content(scope_, id).value();
  EXPECT_TRUE(content->verify(0, 1)) << "the other block is whole";
  const auto damaged = content->verify(block_bytes, block_bytes + 100);
  ASSERT_FALSE(damaged);
  EXPECT_EQ(damaged.error().code, ErrorCode::content_corrupt);
  EXPECT_EQ(content->verified_from(block_bytes), 0U);
  EXPECT_EQ(event_log_.alarms, std::vector<std::string>{"alarm_content_corrupt"});
}

TEST_F(ContentTest, SomeBlocksAreVerifiedAtOnceButNoneThatNobodyWants) {
  const std::string id = put_large(std::string(7 * block_bytes, 'x'));
  auto content = large_.open_content(scope_, id).value();
  ASSERT_TRUE(content->verify(10, 2 * block_bytes + 1));
  EXPECT_EQ(content->verified_from(2 * block_bytes), block_bytes);
  EXPECT_EQ(content->verified_from(3 * block_bytes), 0U);
  ASSERT_TRUE(content->verify(3 * block_bytes, 7 * block_bytes));
  EXPECT_EQ(content->verified_from(6 * block_bytes), block_bytes);
}

TEST_F(ContentTest, ADamagedBlockBehindWholeOnesIsToldInItsTurn) {
  const std::string id = put_large(std::string(3 * block_bytes, 'x'));
  faulty_.corrupt_reads_at(block_bytes + 50);
  auto content = large_.open_content(scope_, id).value();
  ASSERT_TRUE(content->verify(0, 3 * block_bytes));
  EXPECT_EQ(content->verified_from(0), block_bytes);
  EXPECT_EQ(content->verified_from(block_bytes), 0U);
  const auto damaged = content->verify(block_bytes, 3 * block_bytes);
  ASSERT_FALSE(damaged);
  EXPECT_EQ(damaged.error().code, ErrorCode::content_corrupt);
  EXPECT_EQ(event_log_.alarms, std::vector<std::string>{"alarm_content_corrupt"}) << "once";
}

TEST_F(ContentTest, WhatWasReadyAndCouldNotBeSentIsReadAgain) {
  const std::string id = put_large("x");
  auto content = large_.open_content(scope_, id).value();
  ASSERT_TRUE(content->verify(0, 1));
  ASSERT_EQ(content->verified_from(0), 1U);
  faulty_.fail_next(blob::FaultyStore::Operation::read,
                    Error{.code = ErrorCode::internal, .detail = {}, .param = {}});
  EXPECT_FALSE(content->verify(0, 1));
  EXPECT_EQ(event_log_.alarms, std::vector<std::string>{"alarm_content_unreadable"});
  auto next = large_.open_content(scope_, id).value();
  EXPECT_EQ(next->verified_from(0), 0U) << "the next one finds out before its reply";
  ASSERT_TRUE(next->verify(0, 1));
  EXPECT_EQ(next->verified_from(0), 1U);
}

TEST_F(ContentTest, WhatOthersVerifiedIsNotReadAgainBeforeItIsSent) {
  const std::string id = put_large("x");
  ASSERT_TRUE(large_.open_content(scope_, id).value()->verify(0, 1));
  const std::uint64_t reads = faulty_.calls(blob::FaultyStore::Operation::read);
  ASSERT_TRUE(large_.open_content(scope_, id).value()->verify(0, 1));
  EXPECT_EQ(faulty_.calls(blob::FaultyStore::Operation::read), reads);
}

TEST_F(ContentTest, AReadThatFailsIsNoVerificationAndAnAlarm) {
  const std::string id = put_large("x");
  auto content = large_.open_content(scope_, id).value();
  faulty_.fail_next(blob::FaultyStore::Operation::read,
                    Error{.code = ErrorCode::internal, .detail = {}, .param = {}});
  EXPECT_FALSE(content->verify(0, 1));
  EXPECT_EQ(content->verified_from(0), 0U);
  EXPECT_EQ(event_log_.alarms, std::vector<std::string>{"alarm_content_unreadable"});
}

class ContentElsewhereTest : public ContentTest {
 protected:
  ContentElsewhereTest() { faulty_.hide_descriptors(); }
};

TEST_F(ContentElsewhereTest, ABlockStandsInMemoryOnceItWasVerified) {
  const std::string text = std::string(block_bytes, 'a') + std::string(block_bytes, 'b') + "end";
  const std::string id = put_large(text);
  auto content = large_.open_content(scope_, id).value();
  EXPECT_EQ(content->verified_from(0), 0U);
  EXPECT_TRUE(content->bytes_at(0).empty());
  ASSERT_TRUE(content->verify(10, 2 * block_bytes));
  EXPECT_EQ(content->region_at(10).descriptor, -1);
  EXPECT_EQ(content->verified_from(10), block_bytes - 10);
  EXPECT_EQ(as_text(content->bytes_at(10)), text.substr(10, block_bytes - 10));
  EXPECT_EQ(content->verified_from(block_bytes), 0U);
  ASSERT_TRUE(content->verify(2 * block_bytes + 1, 2 * block_bytes + 3));
  EXPECT_EQ(as_text(content->bytes_at(2 * block_bytes + 1)), "nd");
  EXPECT_EQ(content->verified_from(10), 0U) << "one block at a time";
}

TEST_F(ContentElsewhereTest, TheStoreIsToldWhereTheReadsEnd) {
  const std::string id = put_large(std::string(3 * block_bytes + 5, 'x'));
  auto content = large_.open_content(scope_, id).value();
  ASSERT_TRUE(content->verify(10, block_bytes + 1));
  EXPECT_EQ(faulty_.expected_end(), 2 * block_bytes) << "checksums are of whole blocks";
  ASSERT_TRUE(content->verify(2 * block_bytes, 3 * block_bytes));
  EXPECT_EQ(faulty_.expected_end(), 3 * block_bytes);
  ASSERT_TRUE(content->verify(3 * block_bytes, 3 * block_bytes + 5));
  EXPECT_EQ(faulty_.expected_end(), 3 * block_bytes + 5);
}

TEST_F(ContentElsewhereTest, WhatOneReaderVerifiedTheNextReadsAnew) {
  const std::string id = put_large("small");
  ASSERT_TRUE(large_.open_content(scope_, id).value()->verify(0, 5));
  EXPECT_EQ(large_.open_content(scope_, id).value()->verified_from(0), 0U);
}

TEST_F(ContentElsewhereTest, ADamagedBlockIsNotThereToBeSent) {
  const std::string id = put_large(std::string(block_bytes + 100, 'x'));
  auto content = large_.open_content(scope_, id).value();
  ASSERT_TRUE(content->verify(0, 1));
  faulty_.corrupt_reads_at(block_bytes + 50);
  const auto damaged = content->verify(block_bytes, block_bytes + 100);
  ASSERT_FALSE(damaged);
  EXPECT_EQ(damaged.error().code, ErrorCode::content_corrupt);
  EXPECT_TRUE(content->bytes_at(block_bytes).empty());
  EXPECT_TRUE(content->bytes_at(0).empty());
  EXPECT_EQ(event_log_.alarms, std::vector<std::string>{"alarm_content_corrupt"});
}

TEST_F(ContentElsewhereTest, AStoreThatIsNotThereSaysNothingOfTheContent) {
  const std::string id = put_large("x");
  auto content = large_.open_content(scope_, id).value();
  for (const ErrorCode code : {ErrorCode::unavailable, ErrorCode::content_missing}) {
    faulty_.fail_next(blob::FaultyStore::Operation::read,
                      Error{.code = code, .detail = {}, .param = {}});
    const auto failed = content->verify(0, 1);
    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error().code, code);
  }
  EXPECT_TRUE(event_log_.alarms.empty());
}

}  // namespace
}  // namespace argot::files
