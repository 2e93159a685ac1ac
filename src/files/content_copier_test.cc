#include "files/content_copier.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "blob/faulty_store.h"
#include "blob/memory_store.h"
#include "blob/s3_fault_fixture.h"
#include "blob/test_content.h"
#include "digest/sha256.h"

namespace argot::files {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;

class ContentCopierTest : public blob::S3StubTest {
 protected:
  // In the source, as a row has it.
  catalog::NeededBlob keep(const std::string& owner, const std::string& content) {
    return {.owner = owner,
            .blob = blob::store_content(source_, content),
            .bytes = content.size(),
            .sha256 = digest::sha256_of(as_bytes(content))};
  }

  // Of several sizes, some of more than one part.
  std::vector<catalog::NeededBlob> keep_many() {
    std::vector<catalog::NeededBlob> all;
    for (std::size_t number = 0; number < 40; ++number) {
      all.push_back(
          keep("file-" + std::to_string(number), blob::patterned(number % 5 * 700 + number)));
    }
    return all;
  }

  ContentCopierOptions options() {
    return {.stop = stop_.get_token(),
            .on_bytes = [this](std::uint64_t bytes) { told_bytes_ += bytes; },
            .on_damaged = [this](const catalog::NeededBlob& needed,
                                 const std::string& reason) { damaged_[needed.owner] = reason; }};
  }

  Result<CopyTally> copy(const std::vector<catalog::NeededBlob>& all, blob::S3Store* target) {
    ContentCopier copier(&source_, target, options());
    for (const catalog::NeededBlob& needed : all) TRY_DO(copier.add(needed));
    return copier.finish();
  }

  std::string kept(const catalog::NeededBlob& needed) {
    const auto objects = stub_.objects();
    const auto found = objects.find("/files/p/" + needed.blob.text());
    return found == objects.end() ? "none" : found->second;
  }

  blob::MemoryStore source_{clock_, random_};
  std::stop_source stop_;
  std::uint64_t told_bytes_ = 0;
  std::map<std::string, std::string> damaged_;
};

TEST_F(ContentCopierTest, AllArrivesUnderItsNameAndOnceMoreItIsThere) {
  const auto store = open_store();
  const auto all = keep_many();
  std::uint64_t bytes = 0;
  for (const auto& needed : all) bytes += needed.bytes;
  const auto tally = copy(all, store.get());
  ASSERT_TRUE(tally) << describe(tally.error());
  EXPECT_EQ(tally->copied, all.size());
  EXPECT_EQ(tally->copied_bytes, bytes);
  EXPECT_EQ(tally->there + tally->damaged, 0U);
  EXPECT_EQ(told_bytes_, bytes);
  for (const auto& needed : all) {
    EXPECT_EQ(kept(needed), blob::content_of(source_, needed.blob));
  }
  const std::size_t puts = stub_.count("PUT ");
  const auto again = copy(all, store.get());
  ASSERT_TRUE(again);
  EXPECT_EQ(again->there, all.size());
  EXPECT_EQ(again->there_bytes, bytes);
  EXPECT_EQ(again->copied, 0U);
  EXPECT_EQ(told_bytes_, 2 * bytes);
  EXPECT_EQ(stub_.count("PUT "), puts);
}

TEST_F(ContentCopierTest, AnEmptyBucketIsNotAskedForEachPiece) {
  const auto store = open_store();
  const auto needed = keep("file-1", "content");
  ContentCopierOptions fresh = options();
  fresh.may_be_there = false;
  ContentCopier copier(&source_, store.get(), fresh);
  ASSERT_TRUE(copier.add(needed));
  EXPECT_EQ(copier.finish()->copied, 1U);
  EXPECT_EQ(stub_.count("HEAD "), 0U);
  EXPECT_EQ(kept(needed), "content");
}

TEST_F(ContentCopierTest, DamageIsToldWithItsReasonAndTheRestIsCopied) {
  const auto store = open_store();
  auto all = keep_many();
  all[3].sha256.bytes[31] ^= std::byte{1};
  all[4].bytes += 1;
  ASSERT_TRUE(source_.remove(all[5].blob));
  const auto tally = copy(all, store.get());
  ASSERT_TRUE(tally);
  EXPECT_EQ(tally->damaged, 3U);
  EXPECT_EQ(tally->copied, all.size() - 3);
  EXPECT_THAT(damaged_, ElementsAre(Pair("file-3", "its SHA-256 is not what the catalogue says"),
                                    Pair("file-4", HasSubstr("bytes instead of")),
                                    Pair("file-5", "it is missing")));
  EXPECT_EQ(kept(all[3]), "none");
  EXPECT_EQ(stub_.objects().size(), all.size() - 3);
}

TEST_F(ContentCopierTest, WhatIsThereUnderTheNameIsComparedAndNotReplaced) {
  const auto store = open_store();
  auto all = keep_many();
  ASSERT_TRUE(copy(all, store.get()));
  // As if somebody else had put these there: other bytes, and another size.
  const auto keep_other = [&](catalog::NeededBlob& needed, const std::string& content) {
    const BlobId blob = blob::store_content(*store, content);
    needed = {.owner = needed.owner,
              .blob = blob,
              .bytes = 7,
              .sha256 = digest::sha256_of(as_bytes("content"))};
  };
  keep_other(all[1], "CONTENT");
  keep_other(all[2], "contents");
  keep_other(all[3], "content");
  const auto tally = copy(all, store.get());
  ASSERT_TRUE(tally);
  EXPECT_EQ(tally->damaged, 2U);
  EXPECT_EQ(tally->there, all.size() - 2);
  EXPECT_THAT(damaged_["file-1"],
              HasSubstr("what the bucket has of it is something else: its SHA"));
  EXPECT_THAT(damaged_["file-2"], HasSubstr("it has 8 bytes instead of 7"));
  EXPECT_EQ(kept(all[1]), "CONTENT");
}

TEST_F(ContentCopierTest, WithoutATargetTheContentIsComparedWhereItIs) {
  auto all = keep_many();
  all[7].sha256.bytes[0] ^= std::byte{1};
  const auto tally = copy(all, nullptr);
  ASSERT_TRUE(tally);
  EXPECT_EQ(tally->there, all.size() - 1);
  EXPECT_EQ(tally->damaged, 1U);
  EXPECT_TRUE(damaged_.contains("file-7"));
}

TEST_F(ContentCopierTest, WithoutASourceItHasToBeThere) {
  const auto store = open_store();
  const auto all = keep_many();
  ASSERT_TRUE(copy(all, store.get()));
  ASSERT_TRUE(store->remove(all[9].blob));
  ContentCopier copier(nullptr, store.get(), options());
  for (const auto& needed : all) ASSERT_TRUE(copier.add(needed));
  const auto tally = copier.finish();
  ASSERT_TRUE(tally);
  EXPECT_EQ(tally->there, all.size() - 1);
  EXPECT_THAT(damaged_, ElementsAre(Pair("file-9", "it is missing")));
}

TEST_F(ContentCopierTest, AServerThatRefusesEndsItAndSaysWhoseContentItWas) {
  const auto store = open_store();
  const auto all = keep_many();
  stub_.plant("PUT ", blob::s3_error("403 Forbidden", "AccessDenied"), 1'000);
  const auto tally = copy(all, store.get());
  ASSERT_FALSE(tally);
  EXPECT_EQ(tally.error().code, ErrorCode::unavailable);
  EXPECT_THAT(tally.error().detail, HasSubstr("the content of file-"));
  EXPECT_THAT(tally.error().detail, HasSubstr("AccessDenied"));
  EXPECT_TRUE(damaged_.empty());
  // Those that were under way, and no more.
  EXPECT_LT(stub_.count("PUT "), 12U);
}

TEST_F(ContentCopierTest, AStopEndsIt) {
  const auto store = open_store();
  const auto all = keep_many();
  ContentCopierOptions stopping = options();
  stopping.on_bytes = [this](std::uint64_t bytes) {
    told_bytes_ += bytes;
    if (told_bytes_ > 5'000) stop_.request_stop();
  };
  ContentCopier copier(&source_, store.get(), stopping);
  Result<> added;
  for (std::size_t number = 0; added && number < all.size(); ++number) {
    added = copier.add(all[number]);
  }
  EXPECT_FALSE(copier.finish());
  EXPECT_LT(stub_.objects().size(), all.size());
}

}  // namespace
}  // namespace argot::files
