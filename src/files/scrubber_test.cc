#include "files/scrubber.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "files/block_test.h"
#include "files/library_fixture_test.h"
#include "tests/support/failing_catalog.h"

namespace argot::files {
namespace {

using namespace std::chrono_literals;

// Keeps what is said, with the block where there is one.
class KeptLog final : public Log {
 public:
  void write(LogLevel, std::string_view event, std::initializer_list<LogField> fields) override {
    std::string line(event);
    for (const LogField& field : fields) {
      if (field.name != "block") continue;
      line += " block " + std::to_string(std::get<std::uint64_t>(field.value));
    }
    lines.push_back(line);
  }

  std::vector<std::string> lines;
};

using Lines = std::vector<std::string>;

class ScrubberTest : public LibraryFixture {
 protected:
  std::string put_large(std::uint64_t bytes) {
    Library large(catalog_, faulty_, clock_, log_, {});
    auto intake = large.open_intake(scope_).value();
    EXPECT_TRUE(intake->write(as_bytes(std::string(bytes, 'x'))));
    EXPECT_TRUE(intake->finish());
    return intake->commit(submission())->id;
  }

  // Steps until no round is due; how many bytes were read.
  std::uint64_t run(Scrubber& scrubber) {
    std::uint64_t bytes = 0;
    for (int steps = 0; steps < 10'000; ++steps) {
      const auto read = scrubber.step();
      if (!read || !*read) return bytes;
      EXPECT_LE(**read, block_bytes);
      bytes += **read;
    }
    ADD_FAILURE() << "the round does not end";
    return bytes;
  }

  ScrubberParts parts() {
    return {.catalog = catalog_,
            .blobs = faulty_,
            .verified = library_.verified_blocks(),
            .clock = clock_,
            .log = kept_,
            .interval = 24h};
  }

  // Content of that many bytes, of which all is ready to be sent.
  std::unique_ptr<Content> verified_content(std::uint64_t bytes) {
    auto content = library_.open_content(scope_, put_large(bytes)).value();
    EXPECT_TRUE(content->verify(0, bytes));
    return content;
  }

  KeptLog kept_;
  Scrubber scrubber_{parts()};
};

TEST_F(ScrubberTest, ReadsEveryFileOnceARound) {
  put_large(2 * block_bytes + 10);
  put_large(5);
  put_large(0);
  EXPECT_EQ(run(scrubber_), 2 * block_bytes + 15);
  EXPECT_EQ(kept_.lines, Lines{"scrub_round"});
  EXPECT_EQ(run(scrubber_), 0U) << "the next round is not due";
  clock_.advance(24h - 1ms);
  EXPECT_EQ(run(scrubber_), 0U);
  clock_.advance(1ms);
  EXPECT_EQ(run(scrubber_), 2 * block_bytes + 15);
  EXPECT_EQ(scrubber_.damaged_files(), 0U);
}

TEST_F(ScrubberTest, GoesThroughMoreFilesThanItAsksForAtOnce) {
  for (int count = 0; count < 200; ++count) ASSERT_TRUE(put("0123456789"));
  EXPECT_EQ(run(scrubber_), 2'000U);
}

TEST_F(ScrubberTest, ADamagedByteIsAnAlarmAndTheOthersAreReadOn) {
  put_large(3 * block_bytes);
  put_large(5);
  faulty_.corrupt_reads_at(block_bytes + 50);
  EXPECT_EQ(run(scrubber_), 3 * block_bytes + 5);
  EXPECT_EQ(kept_.lines, (Lines{"alarm_content_corrupt block 1", "scrub_round"}));
  EXPECT_EQ(scrubber_.damaged_files(), 1U);
  EXPECT_EQ(blob_count(), 2U) << "nothing is deleted";
}

// Content and checksums may be wrong together: then the digest tells.
TEST_F(ScrubberTest, TheDigestIsComparedAsWell) {
  auto staged = store_.stage().value();
  ASSERT_TRUE(staged->write(as_bytes("other")));
  ASSERT_TRUE(staged->finish());
  ASSERT_TRUE(staged->seal());
  digest::BlockChecksumSink checksums;
  ASSERT_TRUE(checksums.write(as_bytes("other")));
  ASSERT_TRUE(checksums.finish());
  ASSERT_TRUE(catalog_.commit_file({.scope = scope_,
                                    .purpose = "user_data",
                                    .filename = "x",
                                    .bytes = 5,
                                    .sha256 = digest::sha256_of(as_bytes("wrong")),
                                    .checksums = checksums.value(),
                                    .blob = staged->id()}));
  run(scrubber_);
  EXPECT_EQ(kept_.lines, (Lines{"alarm_content_corrupt", "scrub_round"}));
  EXPECT_EQ(scrubber_.damaged_files(), 1U);
}

TEST_F(ScrubberTest, MissingContentIsAnAlarm) {
  const auto file = put("here").value();
  ASSERT_TRUE(put("small"));
  ASSERT_TRUE(store_.remove(file.blob));
  EXPECT_EQ(run(scrubber_), 5U);
  EXPECT_EQ(kept_.lines, (Lines{"alarm_content_missing", "scrub_round"}));
  EXPECT_EQ(scrubber_.damaged_files(), 1U);
}

TEST_F(ScrubberTest, AFileThatWasDeletedMeanwhileIsNone) {
  ASSERT_TRUE(put("first"));
  const auto file = put("second").value();
  ASSERT_TRUE(scrubber_.step());  // knows of both by now
  ASSERT_TRUE(library_.remove(scope_, file.id));
  EXPECT_EQ(sweeper_.remove_garbage(), 1U);
  EXPECT_EQ(run(scrubber_), 0U);
  EXPECT_EQ(kept_.lines, Lines{"scrub_round"});
}

TEST_F(ScrubberTest, WhatCannotBeReadIsAnAlarm) {
  put_large(2 * block_bytes);
  put_large(5);
  faulty_.fail_next(blob::FaultyStore::Operation::read,
                    Error{.code = ErrorCode::internal, .detail = {}, .param = {}});
  EXPECT_EQ(run(scrubber_), 2 * block_bytes + 5);
  EXPECT_EQ(kept_.lines, (Lines{"alarm_content_unreadable block 0", "scrub_round"}));
  EXPECT_EQ(scrubber_.damaged_files(), 1U);
}

TEST_F(ScrubberTest, DamageIsNotSentAnyMoreThoughItWasRightBefore) {
  const auto damaged = verified_content(2 * block_bytes);
  const auto whole = verified_content(5);
  ASSERT_EQ(damaged->verified_from(block_bytes), block_bytes);
  faulty_.corrupt_reads_at(block_bytes + 50);
  run(scrubber_);
  EXPECT_EQ(damaged->verified_from(block_bytes), 0U);
  EXPECT_EQ(whole->verified_from(0), 5U);
}

TEST_F(ScrubberTest, WhatCannotBeReadOrOpenedIsNotSentUnreadAnyMore) {
  using Operation = blob::FaultyStore::Operation;
  const auto content = verified_content(5);
  for (const auto& [operation, code] : {std::pair{Operation::read, ErrorCode::internal},
                                        {Operation::read, ErrorCode::content_missing},
                                        {Operation::open, ErrorCode::internal}}) {
    ASSERT_TRUE(content->verify(0, 5));
    ASSERT_EQ(content->verified_from(0), 5U);
    faulty_.fail_next(operation, {.code = code, .detail = {}, .param = {}});
    run(scrubber_);
    EXPECT_EQ(content->verified_from(0), 0U) << static_cast<int>(operation) << name(code);
    clock_.advance(24h);
  }
}

TEST_F(ScrubberTest, AStoreThatIsAwayMakesNobodyReadAgain) {
  const auto content = verified_content(5);
  for (const auto operation :
       {blob::FaultyStore::Operation::open, blob::FaultyStore::Operation::read}) {
    faulty_.fail_next(operation, {.code = ErrorCode::unavailable, .detail = {}, .param = {}});
    EXPECT_FALSE(scrubber_.step());
    EXPECT_EQ(content->verified_from(0), 5U);
  }
}

TEST_F(ScrubberTest, WhatCannotBeOpenedForNowIsNoAlarmAndComesAgain) {
  put_large(5);
  put_large(7);
  for (const ErrorCode code : {ErrorCode::overloaded, ErrorCode::unavailable}) {
    faulty_.fail_next(blob::FaultyStore::Operation::open,
                      {.code = code, .detail = "open", .param = {}});
    const auto refused = scrubber_.step();
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, code);
  }
  EXPECT_EQ(run(scrubber_), 12U);
  EXPECT_EQ(kept_.lines, Lines{"scrub_round"});
  EXPECT_EQ(scrubber_.damaged_files(), 0U);
}

TEST_F(ScrubberTest, AStoreThatGoesAwayWhileItReadsIsNoAlarmAndTheFileComesAgain) {
  put_large(2 * block_bytes + 5);
  ASSERT_EQ(scrubber_.step().value(), block_bytes);
  faulty_.fail_next(blob::FaultyStore::Operation::read,
                    {.code = ErrorCode::unavailable, .detail = "read", .param = {}});
  const auto refused = scrubber_.step();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::unavailable);
  EXPECT_EQ(run(scrubber_), 2 * block_bytes + 5) << "from its beginning";
  EXPECT_EQ(kept_.lines, Lines{"scrub_round"});
  EXPECT_EQ(scrubber_.damaged_files(), 0U);
}

TEST_F(ScrubberTest, AnObjectThatIsRemovedWhileItIsReadIsFoundMissing) {
  const catalog::File file = library_.find(scope_, put_large(2 * block_bytes)).value();
  ASSERT_EQ(scrubber_.step().value(), block_bytes);
  ASSERT_TRUE(store_.remove(file.blob));
  faulty_.fail_next(blob::FaultyStore::Operation::read,
                    {.code = ErrorCode::content_missing, .detail = "read", .param = {}});
  run(scrubber_);
  EXPECT_EQ(kept_.lines, (Lines{"alarm_content_missing", "scrub_round"}));
  EXPECT_EQ(scrubber_.damaged_files(), 1U);
}

TEST_F(ScrubberTest, ARoundGoesOnAfterARestart) {
  put_large(5);
  put_large(3 * block_bytes);
  put_large(5);
  ASSERT_EQ(scrubber_.step().value(), 5U);
  ASSERT_EQ(scrubber_.step().value(), block_bytes);
  ASSERT_TRUE(scrubber_.save());
  Scrubber after(parts());
  EXPECT_EQ(run(after), 3 * block_bytes + 5) << "the file under way is read from its start";
  EXPECT_EQ(run(after), 0U);
}

TEST_F(ScrubberTest, WritesItsPlaceDownNowAndThen) {
  for (int count = 0; count < 3; ++count) ASSERT_TRUE(put("x"));
  ASSERT_TRUE(scrubber_.step());
  EXPECT_EQ(catalog_.scrub_state()->last_sequence, std::nullopt) << "not yet";
  clock_.advance(1min);
  ASSERT_TRUE(scrubber_.step());
  EXPECT_EQ(catalog_.scrub_state()->last_sequence, 2);
}

TEST_F(ScrubberTest, ErrorsOfTheCatalogueArePassedOnAndTheRoundGoesOn) {
  argot::testing::FailingCatalog front(catalog_);
  Scrubber scrubber({.catalog = front,
                     .blobs = faulty_,
                     .verified = library_.verified_blocks(),
                     .clock = clock_,
                     .log = kept_,
                     .interval = 24h});
  ASSERT_TRUE(put("x"));
  front.fail_everything(ErrorCode::internal);
  EXPECT_FALSE(scrubber.step());
  front.mend();
  EXPECT_EQ(run(scrubber), 1U);
}

}  // namespace
}  // namespace argot::files
