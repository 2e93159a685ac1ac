#include "files/block_check.h"

#include <gtest/gtest.h>

#include <string>

#include "blob/faulty_store.h"
#include "blob/memory_store.h"
#include "catalog/memory_catalog.h"
#include "digest/crc32c.h"
#include "files/block_test.h"
#include "tests/support/fakes.h"
#include "tests/support/watched_log.h"

namespace argot::files {
namespace {

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
  }

  // Checks the block at that position of the content as its row says it to be.
  Result<> check(std::uint64_t position, digest::Sha256* hash = nullptr) {
    StoredContent content(row_.file, Layout(row_),
                          {.catalog = catalog_, .blobs = faulty_, .clock = clock_, .log = log_});
    return check_block(content, content.layout().block_at(position), hash, log_);
  }

  testing::FakeClock clock_;
  testing::SeededRandom random_;
  testing::WatchedLog log_;
  catalog::MemoryCatalog catalog_{clock_, random_};
  blob::MemoryStore store_{clock_, random_};
  blob::FaultyStore faulty_{store_};
  const std::string content_ = std::string(block_bytes, 'x') + "0123456789";
  catalog::FileWithChecksums row_{
      .file = {.id = "file-1", .scope = {}, .blob = BlobId::mint(random_)}, .checksums = {}};
};

TEST_F(BlockCheckTest, HashesTheWholeBlockThatThePositionLiesIn) {
  digest::Sha256 hash;
  ASSERT_TRUE(check(5, &hash));
  EXPECT_EQ(hash.finish(), digest::sha256_of(as_bytes(std::string(block_bytes, 'x'))));
  ASSERT_TRUE(check(block_bytes + 9, &hash));
  EXPECT_EQ(hash.finish(), digest::sha256_of(as_bytes("0123456789")));
  EXPECT_TRUE(check(0));
}

TEST_F(BlockCheckTest, ABlockThatDiffersOrHasNoChecksumIsCorrupt) {
  faulty_.corrupt_reads_at(block_bytes + 3);
  EXPECT_TRUE(check(0));
  EXPECT_EQ(check(block_bytes).error().code, ErrorCode::content_corrupt);
  row_.checksums.blocks.clear();
  EXPECT_EQ(check(0).error().code, ErrorCode::content_corrupt);
}

}  // namespace
}  // namespace argot::files
