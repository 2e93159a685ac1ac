#include "files/layout.h"

#include <gtest/gtest.h>

#include "files/block_test.h"
#include "tests/support/fakes.h"

namespace argot::files {
namespace {

class LayoutTest : public ::testing::Test {
 protected:
  catalog::ContentPart part(std::uint64_t bytes) {
    return {.blob = BlobId::mint(random_), .bytes = bytes, .checksums = {}};
  }

  testing::SeededRandom random_;
};

TEST_F(LayoutTest, OneBlobIsOneStretchOfWholeBlocksAndARest) {
  const Layout layout(catalog::FileWithChecksums{.file = {.id = "file-1",
                                                          .scope = {},
                                                          .bytes = block_bytes + 3,
                                                          .blob = BlobId::mint(random_)},
                                                 .checksums = {}});
  EXPECT_EQ(layout.bytes(), block_bytes + 3);
  const Block last = layout.block_at(block_bytes);
  EXPECT_EQ(last.index, 1U);
  EXPECT_EQ(last.begin, block_bytes);
  EXPECT_EQ(last.end, block_bytes + 3);
  EXPECT_EQ(layout.block_at(block_bytes - 1).end, block_bytes);
}

TEST_F(LayoutTest, BlocksBeginAnewWithEachPart) {
  const std::vector<catalog::ContentPart> parts = {part(block_bytes + 1), part(1),
                                                   part(2 * block_bytes)};
  const Layout layout(parts);
  EXPECT_EQ(layout.bytes(), 3 * block_bytes + 2);
  struct Expected {
    std::uint64_t position;
    std::size_t stretch;
    std::size_t index;
    std::uint64_t begin;
    std::uint64_t end;
  };
  const Expected rows[] = {{0, 0, 0, 0, block_bytes},
                           {block_bytes - 1, 0, 0, 0, block_bytes},
                           {block_bytes, 0, 1, block_bytes, block_bytes + 1},
                           {block_bytes + 1, 1, 0, block_bytes + 1, block_bytes + 2},
                           {block_bytes + 2, 2, 0, block_bytes + 2, 2 * block_bytes + 2},
                           {2 * block_bytes + 1, 2, 0, block_bytes + 2, 2 * block_bytes + 2},
                           {2 * block_bytes + 2, 2, 1, 2 * block_bytes + 2, 3 * block_bytes + 2},
                           {3 * block_bytes + 1, 2, 1, 2 * block_bytes + 2, 3 * block_bytes + 2}};
  for (const Expected& row : rows) {
    SCOPED_TRACE(row.position);
    const Block found = layout.block_at(row.position);
    EXPECT_EQ(found.stretch->blob, parts[row.stretch].blob);
    EXPECT_EQ(found.index, row.index);
    EXPECT_EQ(found.begin, row.begin);
    EXPECT_EQ(found.end, row.end);
  }
}

}  // namespace
}  // namespace argot::files
