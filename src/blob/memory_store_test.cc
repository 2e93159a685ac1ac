#include "blob/memory_store.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "blob/blob_contract.h"
#include "tests/support/fakes.h"

namespace argot::blob {
namespace {

struct MemoryHarness {
  BlobStore& store() { return store_; }
  // A restart would lose everything; what is sealed is there for as long as the store is.
  void reopen() { ASSERT_TRUE(store_.recover()); }

  SystemClock clock_;
  testing::SeededRandom random_;
  MemoryStore store_{clock_, random_};
};

INSTANTIATE_TYPED_TEST_SUITE_P(Memory, BlobContract, MemoryHarness);

class MemoryStoreTest : public ::testing::Test {
 protected:
  std::uint64_t available() { return store_.space()->available_bytes; }

  testing::FakeClock clock_;
  testing::SeededRandom random_;
  MemoryStore store_{clock_, random_, 100};
};

TEST_F(MemoryStoreTest, WritingBeyondTheCapacityIsInsufficientStorage) {
  auto staged = store_.stage();
  ASSERT_TRUE(staged);
  EXPECT_TRUE((*staged)->write(as_bytes(std::string(100, 'x'))));
  const Result<> beyond = (*staged)->write(as_bytes("x"));
  ASSERT_FALSE(beyond);
  EXPECT_EQ(beyond.error().code, ErrorCode::insufficient_storage);
}

TEST_F(MemoryStoreTest, SpaceComesBackFromWhatIsDroppedOrRemoved) {
  {
    auto staged = store_.stage();
    ASSERT_TRUE(staged);
    EXPECT_TRUE((*staged)->write(as_bytes(std::string(60, 'x'))));
    EXPECT_EQ(available(), 40U);
  }
  EXPECT_EQ(available(), 100U);
  const BlobId id = store_content(store_, std::string(30, 'x'));
  EXPECT_EQ(available(), 70U);
  EXPECT_TRUE(store_.remove(id));
  EXPECT_TRUE(store_.remove(id));
  EXPECT_EQ(available(), 100U);
}

TEST_F(MemoryStoreTest, TheTimeIsTheClocks) {
  const BlobId id = store_content(store_, "x");
  EXPECT_EQ(entries_of(store_).at(id).modified_at, clock_.now());
}

TEST_F(MemoryStoreTest, NobodyWritesThroughAReadersDescriptor) {
  const BlobId id = store_content(store_, "x");
  auto reader = store_.open(id);
  ASSERT_TRUE(reader);
  EXPECT_LT(::pwrite((*reader)->descriptor(), "y", 1, 0), 0);
  EXPECT_LT(::ftruncate((*reader)->descriptor(), 0), 0);
}

}  // namespace
}  // namespace argot::blob
