#include "files/block_check.h"

#include <gtest/gtest.h>

#include <string>

#include "blob/faulty_store.h"
#include "blob/memory_store.h"
#include "digest/crc32c.h"
#include "tests/support/fakes.h"

namespace argot::files {
namespace {

constexpr std::uint64_t block = limits::checksum_block_bytes;

class BlockCheckTest : public ::testing::Test {
 protected:
  // One block and ten bytes, as they are stored.
  BlockCheckTest() {
    auto staged = store_.stage().value();
    digest::BlockChecksumSink checksums;
    for (Sink* sink : {static_cast<Sink*>(staged.get()), static_cast<Sink*>(&checksums)}) {
      EXPECT_TRUE(sink->write(as_bytes(content_)));
      EXPECT_TRUE(sink->finish());
    }
    EXPECT_TRUE(staged->seal());
    row_.file.blob = staged->id();
    row_.file.bytes = content_.size();
    row_.checksums = checksums.value();
    reader_ = faulty_.open(staged->id()).value();
  }

  testing::FakeClock clock_;
  testing::SeededRandom random_;
  SilentLog log_;
  blob::MemoryStore store_{clock_, random_};
  blob::FaultyStore faulty_{store_};
  const std::string content_ = std::string(block, 'x') + "0123456789";
  catalog::FileWithChecksums row_{
      .file = {.id = "file-1", .scope = {}, .blob = BlobId::mint(random_)}, .checksums = {}};
  std::unique_ptr<blob::BlobReader> reader_;
};

TEST_F(BlockCheckTest, HashesTheWholeBlockThatThePositionLiesIn) {
  digest::Sha256 hash;
  ASSERT_TRUE(check_block(row_, *reader_, 5, &hash, log_));
  EXPECT_EQ(hash.finish(), digest::sha256_of(as_bytes(std::string(block, 'x'))));
  ASSERT_TRUE(check_block(row_, *reader_, block + 9, &hash, log_));
  EXPECT_EQ(hash.finish(), digest::sha256_of(as_bytes("0123456789")));
  EXPECT_TRUE(check_block(row_, *reader_, 0, nullptr, log_));
}

TEST_F(BlockCheckTest, ABlockThatDiffersOrHasNoChecksumIsCorrupt) {
  faulty_.corrupt_reads_at(block + 3);
  EXPECT_TRUE(check_block(row_, *reader_, 0, nullptr, log_));
  EXPECT_EQ(check_block(row_, *reader_, block, nullptr, log_).error().code,
            ErrorCode::content_corrupt);
  row_.checksums.blocks.clear();
  EXPECT_EQ(check_block(row_, *reader_, 0, nullptr, log_).error().code, ErrorCode::content_corrupt);
}

}  // namespace
}  // namespace argot::files
