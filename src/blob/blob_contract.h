// What every BlobStore does, whatever is behind it. A test file names a harness and instantiates:
//
//   struct DiskHarness {
//     BlobStore& store();
//     void reopen();  // As after a restart: what was sealed is there, recover() has run.
//     // Both may be left out: why it cannot be made here, and where removed content is gone for
//     // those too who have it open.
//     static std::string why_missing();
//     static constexpr bool removes_at_once = true;
//   };
//   INSTANTIATE_TYPED_TEST_SUITE_P(Disk, BlobContract, DiskHarness);
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "blob/blob_store.h"
#include "blob/test_content.h"
#include "digest/sha256.h"
#include "tests/support/recut.h"

namespace argot::blob {

template <typename Harness>
class BlobContract : public ::testing::Test {
 protected:
  void SetUp() override {
    if constexpr (requires { Harness::why_missing(); }) {
      const std::string why_missing = Harness::why_missing();
      if (!why_missing.empty()) GTEST_SKIP() << why_missing;
    }
    harness_.emplace();
  }

  BlobStore& store() { return harness_->store(); }
  void reopen() { harness_->reopen(); }

  std::optional<Harness> harness_;
};

TYPED_TEST_SUITE_P(BlobContract);

TYPED_TEST_P(BlobContract, SealedContentReadsBack) {
  for (const std::size_t size :
       {std::size_t{0}, std::size_t{1}, std::size_t{4096}, std::size_t{1'048'583}}) {
    const std::string content = patterned(size);
    const BlobId id = store_content(this->store(), content);
    auto reader = this->store().open(id);
    ASSERT_TRUE(reader) << size;
    EXPECT_EQ((*reader)->size(), size);
    EXPECT_EQ(read_all(**reader), content) << size;
  }
}

TYPED_TEST_P(BlobContract, RangesReadBack) {
  const std::string content = patterned(10'000);
  const BlobId id = store_content(this->store(), content);
  auto reader = this->store().open(id);
  ASSERT_TRUE(reader);
  for (const auto& [offset, size] : std::vector<std::pair<std::size_t, std::size_t>>{
           {0, 1}, {1, 4'096}, {9'999, 1}, {10'000, 0}, {5'000, 5'000}}) {
    std::string part(size, '?');
    ASSERT_TRUE((*reader)->read(offset, std::as_writable_bytes(std::span(part)))) << offset;
    EXPECT_EQ(part, content.substr(offset, size)) << offset;
  }
}

TYPED_TEST_P(BlobContract, AnExpectedEndKeepsNobodyFromReading) {
  const std::string content = patterned(5'000);
  auto reader = this->store().open(store_content(this->store(), content));
  ASSERT_TRUE(reader);
  for (const std::uint64_t end : {0U, 150U, 5'000U, 9'000U}) {
    (*reader)->expect_end(end);
    for (const std::size_t offset : {100UL, 200UL, 4'900UL}) {
      std::string part(100, '?');
      ASSERT_TRUE((*reader)->read(offset, std::as_writable_bytes(std::span(part)))) << end;
      EXPECT_EQ(part, content.substr(offset, 100)) << end;
    }
  }
}

TYPED_TEST_P(BlobContract, ReadingPastTheEndIsAnError) {
  const BlobId id = store_content(this->store(), "12345");
  auto reader = this->store().open(id);
  ASSERT_TRUE(reader);
  std::array<std::byte, 6> out{};
  for (const std::uint64_t offset : {0U, 1U, 5U, 6U, 1'000'000U}) {
    const Result<> got = (*reader)->read(offset, out);
    ASSERT_FALSE(got) << offset;
    EXPECT_EQ(got.error().code, ErrorCode::content_corrupt) << offset;
  }
}

TYPED_TEST_P(BlobContract, TheDescriptorShowsTheContentFromItsStart) {
  const std::string content = patterned(5'000);
  const BlobId id = store_content(this->store(), content);
  auto reader = this->store().open(id);
  ASSERT_TRUE(reader);
  const int descriptor = (*reader)->descriptor();
  if (descriptor < 0) GTEST_SKIP() << "this store has no descriptors";
  std::string got(content.size() + 1, '\0');
  EXPECT_EQ(::pread(descriptor, got.data(), got.size(), 0), 5'000);
  got.pop_back();
  EXPECT_EQ(got, content);
}

TYPED_TEST_P(BlobContract, ContentIsTheSameHoweverTheBytesAreCut) {
  testing::expect_same_however_cut(patterned(60), [&](const testing::Play& play) {
    auto staged = this->store().stage();
    EXPECT_TRUE(staged);
    EXPECT_TRUE(play(**staged));
    std::string outcome = (*staged)->sha256().hex();
    EXPECT_TRUE((*staged)->seal());
    outcome += content_of(this->store(), (*staged)->id());
    EXPECT_TRUE(this->store().remove((*staged)->id()));
    return outcome;
  });
}

TYPED_TEST_P(BlobContract, StagedContentReadsBackBeforeItIsSealed) {
  const std::string content = patterned(10'000);
  auto staged = this->store().stage();
  ASSERT_TRUE(staged);
  ASSERT_TRUE((*staged)->write(as_bytes(content)));
  ASSERT_TRUE((*staged)->finish());
  for (const auto& [offset, size] : std::vector<std::pair<std::size_t, std::size_t>>{
           {0, 10'000}, {1, 4'096}, {9'999, 1}, {10'000, 0}}) {
    std::string part(size, '?');
    ASSERT_TRUE((*staged)->read(offset, std::as_writable_bytes(std::span(part)))) << offset;
    EXPECT_EQ(part, content.substr(offset, size)) << offset;
  }
  for (const std::uint64_t offset : {9'999U, 10'001U, 1'000'000U}) {
    std::array<std::byte, 2> out{};
    const Result<> got = (*staged)->read(offset, out);
    ASSERT_FALSE(got) << offset;
    EXPECT_EQ(got.error().code, ErrorCode::content_corrupt) << offset;
  }
  ASSERT_TRUE((*staged)->seal());
  EXPECT_EQ(content_of(this->store(), (*staged)->id()), content);
}

TYPED_TEST_P(BlobContract, ContentThatNobodyReadsBackIsKeptLikeAnyOther) {
  for (const std::size_t bytes : {0U, 1U, 10'000U, 12'000'000U}) {
    const std::string content = patterned(bytes);
    auto staged = this->store().stage();
    ASSERT_TRUE(staged);
    (*staged)->forgo_reading();
    ASSERT_TRUE((*staged)->write(as_bytes(content)));
    ASSERT_TRUE((*staged)->finish());
    ASSERT_TRUE((*staged)->seal());
    EXPECT_TRUE(content_of(this->store(), (*staged)->id()) == content) << bytes;
  }
}

TYPED_TEST_P(BlobContract, TheSha256IsThatOfAllThatWasWritten) {
  for (const bool forgoes_reading : {false, true}) {
    for (const std::size_t bytes : {0U, 1U, 64U, 12'000'000U}) {
      const std::string content = patterned(bytes);
      auto staged = this->store().stage();
      ASSERT_TRUE(staged);
      if (forgoes_reading) (*staged)->forgo_reading();
      for (std::string_view rest = content; !rest.empty();) {
        const std::string_view piece = rest.substr(0, 262'143);
        ASSERT_TRUE((*staged)->write(as_bytes(piece)));
        rest.remove_prefix(piece.size());
      }
      ASSERT_TRUE((*staged)->finish());
      EXPECT_EQ((*staged)->sha256(), digest::sha256_of(as_bytes(content))) << bytes;
      ASSERT_TRUE((*staged)->seal());
      EXPECT_EQ((*staged)->sha256(), digest::sha256_of(as_bytes(content))) << bytes;
    }
  }
}

TYPED_TEST_P(BlobContract, StagedContentIsNotThereBeforeItIsSealed) {
  auto staged = this->store().stage();
  ASSERT_TRUE(staged);
  ASSERT_TRUE((*staged)->write(as_bytes("secret")));
  ASSERT_TRUE((*staged)->finish());
  const auto opened = this->store().open((*staged)->id());
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, ErrorCode::content_missing);
  EXPECT_TRUE(entries_of(this->store()).empty());
}

TYPED_TEST_P(BlobContract, StagedButDroppedLeavesNothing) {
  {
    EXPECT_TRUE(this->store().stage());
  }
  {
    auto staged = this->store().stage();
    ASSERT_TRUE(staged);
    EXPECT_TRUE((*staged)->write(as_bytes("half")));
  }
  {
    auto staged = this->store().stage();
    ASSERT_TRUE(staged);
    EXPECT_TRUE((*staged)->write(as_bytes("whole")));
    EXPECT_TRUE((*staged)->finish());
  }
  EXPECT_TRUE(entries_of(this->store()).empty());
  this->reopen();
  EXPECT_TRUE(entries_of(this->store()).empty());
}

TYPED_TEST_P(BlobContract, SealedContentSurvivesReopening) {
  const BlobId id = store_content(this->store(), "kept");
  this->reopen();
  EXPECT_EQ(content_of(this->store(), id), "kept");
  EXPECT_EQ(entries_of(this->store()).size(), 1U);
}

TYPED_TEST_P(BlobContract, ARemovedBlobIsMissingAndStaysSo) {
  const BlobId id = store_content(this->store(), "gone");
  const BlobId other = store_content(this->store(), "kept");
  ASSERT_TRUE(this->store().remove(id));
  const auto opened = this->store().open(id);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, ErrorCode::content_missing);
  this->reopen();
  EXPECT_FALSE(this->store().open(id));
  EXPECT_EQ(content_of(this->store(), other), "kept");
}

TYPED_TEST_P(BlobContract, RemovingWhatIsNotThereSucceeds) {
  const BlobId id = store_content(this->store(), "gone");
  EXPECT_TRUE(this->store().remove(id));
  EXPECT_TRUE(this->store().remove(id));
  const BlobId unknown = *BlobId::parse(std::string(40, 'f'));
  EXPECT_EQ(this->store().open(unknown).error().code, ErrorCode::content_missing);
  EXPECT_TRUE(this->store().remove(unknown));
}

TYPED_TEST_P(BlobContract, AnOpenReaderSurvivesTheRemovalOrIsTold) {
  const std::string content = patterned(300'000);
  const BlobId id = store_content(this->store(), content);
  auto reader = this->store().open(id);
  ASSERT_TRUE(reader);
  ASSERT_TRUE(this->store().remove(id));
  EXPECT_EQ((*reader)->size(), content.size());
  if constexpr (requires { TypeParam::removes_at_once; }) {
    std::string out(content.size(), '?');
    const Result<> got = (*reader)->read(0, std::as_writable_bytes(std::span(out)));
    ASSERT_FALSE(got);
    EXPECT_EQ(got.error().code, ErrorCode::content_missing);
  } else {
    EXPECT_EQ(read_all(**reader), content);
  }
}

TYPED_TEST_P(BlobContract, VisitSeesEverySealedBlobOnceWithItsFacts) {
  std::map<BlobId, std::uint64_t> expected;
  for (std::size_t size = 0; size < 20; ++size) {
    expected[store_content(this->store(), patterned(size))] = size;
  }
  const WallTime now = SystemClock().now();
  const auto entries = entries_of(this->store());
  ASSERT_EQ(entries.size(), expected.size());
  for (const auto& [id, entry] : entries) {
    ASSERT_TRUE(expected.contains(id));
    EXPECT_EQ(entry.bytes, expected[id]);
    EXPECT_LT(std::chrono::abs(entry.modified_at - now), std::chrono::minutes(10));
  }
}

TYPED_TEST_P(BlobContract, VisitEndsWithTheErrorOfWhoeverSees) {
  for (int count = 0; count < 5; ++count) store_content(this->store(), "x");
  int seen = 0;
  const Result<> visited = this->store().visit([&](const BlobEntry&) -> Result<> {
    if (++seen == 3) return fail(ErrorCode::unavailable, "stop");
    return {};
  });
  ASSERT_FALSE(visited);
  EXPECT_EQ(visited.error().code, ErrorCode::unavailable);
  EXPECT_EQ(seen, 3);
}

TYPED_TEST_P(BlobContract, WhoeverSeesABlobMayRemoveIt) {
  for (int count = 0; count < 20; ++count) store_content(this->store(), "x");
  EXPECT_TRUE(this->store().visit(
      [&](const BlobEntry& entry) -> Result<> { return this->store().remove(entry.id); }));
  EXPECT_TRUE(entries_of(this->store()).empty());
}

TYPED_TEST_P(BlobContract, SpaceIsWithinTheTotal) {
  const auto space = this->store().space();
  ASSERT_TRUE(space);
  EXPECT_GT(space->total_bytes, 0U);
  EXPECT_LE(space->available_bytes, space->total_bytes);
}

TYPED_TEST_P(BlobContract, ThreadsDoNotDisturbEachOther) {
  std::array<std::vector<BlobId>, 4> kept;
  {
    std::vector<std::jthread> threads;
    for (std::vector<BlobId>& mine : kept) {
      threads.emplace_back([&mine, this] {
        for (std::size_t round = 0; round < 15; ++round) {
          const BlobId id = store_content(this->store(), patterned(round * 100));
          EXPECT_EQ(content_of(this->store(), id), patterned(round * 100));
          if (round % 3 == 0) {
            EXPECT_TRUE(this->store().remove(id));
          } else {
            mine.push_back(id);
          }
        }
      });
    }
  }
  const auto entries = entries_of(this->store());
  std::set<BlobId> expected;
  for (const auto& mine : kept) expected.insert(mine.begin(), mine.end());
  EXPECT_EQ(expected.size(), 40U);
  EXPECT_EQ(entries.size(), expected.size());
  for (const BlobId& id : expected) EXPECT_TRUE(entries.contains(id));
}

REGISTER_TYPED_TEST_SUITE_P(
    BlobContract, SealedContentReadsBack, RangesReadBack, AnExpectedEndKeepsNobodyFromReading,
    ReadingPastTheEndIsAnError, TheDescriptorShowsTheContentFromItsStart,
    ContentIsTheSameHoweverTheBytesAreCut, ContentThatNobodyReadsBackIsKeptLikeAnyOther,
    TheSha256IsThatOfAllThatWasWritten, StagedContentReadsBackBeforeItIsSealed,
    StagedContentIsNotThereBeforeItIsSealed, StagedButDroppedLeavesNothing,
    SealedContentSurvivesReopening, ARemovedBlobIsMissingAndStaysSo, RemovingWhatIsNotThereSucceeds,
    AnOpenReaderSurvivesTheRemovalOrIsTold, VisitSeesEverySealedBlobOnceWithItsFacts,
    VisitEndsWithTheErrorOfWhoeverSees, WhoeverSeesABlobMayRemoveIt, SpaceIsWithinTheTotal,
    ThreadsDoNotDisturbEachOther);

}  // namespace argot::blob
