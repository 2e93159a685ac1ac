#include "blob/faulty_store.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "blob/blob_contract.h"
#include "blob/memory_store.h"
#include "tests/support/fakes.h"

namespace argot::blob {
namespace {

using Operation = FaultyStore::Operation;
using Lasts = FaultyStore::Lasts;

struct FaultyHarness {
  BlobStore& store() { return store_; }
  void reopen() { ASSERT_TRUE(store_.recover()); }

  SystemClock clock_;
  testing::SeededRandom random_;
  MemoryStore behind_{clock_, random_};
  FaultyStore store_{behind_};
};

// Without a fault it is the store behind it.
INSTANTIATE_TYPED_TEST_SUITE_P(Faulty, BlobContract, FaultyHarness);

const Error disk_failed{.code = ErrorCode::internal, .detail = "planted"};

class FaultyStoreTest : public ::testing::Test, protected FaultyHarness {
 protected:
  Result<BlobId> try_to_store(std::string_view content) {
    TRY(auto staged, store_.stage());
    TRY_DO(staged->write(as_bytes(content)));
    TRY_DO(staged->finish());
    TRY_DO(staged->seal());
    return staged->id();
  }

  Result<> use_everything() {
    TRY(const BlobId id, try_to_store("12345"));
    TRY(auto reader, store_.open(id));
    std::array<std::byte, 5> out{};
    TRY_DO(reader->read(0, out));
    TRY_DO(store_.visit([](const BlobEntry&) -> Result<> { return {}; }));
    TRY_DO(store_.space());
    TRY_DO(store_.recover());
    return store_.remove(id);
  }
};

TEST_F(FaultyStoreTest, EachOperationFailsOnceWhereItIsTold) {
  for (const Operation operation :
       {Operation::stage, Operation::write, Operation::finish, Operation::seal, Operation::open,
        Operation::read, Operation::visit, Operation::space, Operation::recover,
        Operation::remove}) {
    const std::uint64_t before = store_.calls(operation);
    store_.fail_next(operation, disk_failed);
    const Result<> failed = use_everything();
    ASSERT_FALSE(failed) << static_cast<int>(operation);
    EXPECT_EQ(failed.error(), disk_failed);
    EXPECT_EQ(store_.calls(operation), before + 1);
    EXPECT_TRUE(use_everything()) << static_cast<int>(operation);
  }
}

TEST_F(FaultyStoreTest, TheNthCallFailsAndNoOther) {
  store_.plant({.operation = Operation::seal, .nth = 3, .error = disk_failed});
  std::vector<bool> outcomes;
  for (int count = 0; count < 5; ++count) outcomes.push_back(try_to_store("x").has_value());
  EXPECT_EQ(outcomes, (std::vector<bool>{true, true, false, true, true}));
}

TEST_F(FaultyStoreTest, AFaultForEverLastsUntilItIsHealed) {
  store_.plant(
      {.operation = Operation::stage, .nth = 2, .error = disk_failed, .lasts = Lasts::for_ever});
  EXPECT_TRUE(try_to_store("x"));
  EXPECT_FALSE(try_to_store("x"));
  EXPECT_FALSE(try_to_store("x"));
  store_.heal();
  EXPECT_TRUE(try_to_store("x"));
}

TEST_F(FaultyStoreTest, EveryCallOfAScenarioCanBeFailedInTurn) {
  ASSERT_TRUE(use_everything());
  const std::uint64_t calls = store_.calls();
  EXPECT_EQ(calls, 10U);
  for (std::uint64_t nth = 1; nth <= calls; ++nth) {
    store_.plant({.operation = {}, .nth = nth, .error = disk_failed});
    EXPECT_FALSE(use_everything()) << nth;
  }
  EXPECT_TRUE(use_everything());
}

TEST_F(FaultyStoreTest, AFailedCallHasNoEffectBehind) {
  store_.fail_next(Operation::seal, disk_failed);
  EXPECT_FALSE(try_to_store("x"));
  EXPECT_TRUE(entries_of(behind_).empty());
  const BlobId id = *try_to_store("x");
  store_.fail_next(Operation::remove, disk_failed);
  EXPECT_FALSE(store_.remove(id));
  EXPECT_EQ(content_of(behind_, id), "x");
}

TEST_F(FaultyStoreTest, ACorruptByteIsChangedInEveryReadThatCoversIt) {
  const BlobId id = *try_to_store("0123456789");
  store_.corrupt_reads_at(4);
  auto reader = store_.open(id);
  ASSERT_TRUE(reader);
  EXPECT_EQ(read_all(**reader), "0123556789");
  std::string part(2, '\0');
  ASSERT_TRUE((*reader)->read(4, std::as_writable_bytes(std::span(part))));
  EXPECT_EQ(part, "55");
  ASSERT_TRUE((*reader)->read(5, std::as_writable_bytes(std::span(part))));
  EXPECT_EQ(part, "56");
  ASSERT_TRUE((*reader)->read(2, std::as_writable_bytes(std::span(part))));
  EXPECT_EQ(part, "23");
  store_.heal();
  EXPECT_EQ(read_all(**reader), "0123456789");
}

TEST_F(FaultyStoreTest, ChancesRepeatWithTheirSeed) {
  const auto outcomes = [&](std::uint32_t seed) {
    store_.plant(FaultyStore::Chance{.seed = seed, .per_mille = 300, .error = disk_failed});
    std::vector<bool> results;
    for (int count = 0; count < 60; ++count) results.push_back(try_to_store("x").has_value());
    return results;
  };
  const std::vector<bool> first = outcomes(7);
  EXPECT_EQ(outcomes(7), first);
  EXPECT_NE(outcomes(8), first);
  EXPECT_NE(std::ranges::count(first, true), 0);
  EXPECT_NE(std::ranges::count(first, false), 0);
}

}  // namespace
}  // namespace argot::blob
