#include "api/ranged_content.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>

#include "blob/faulty_store.h"
#include "blob/memory_store.h"
#include "catalog/memory_catalog.h"
#include "digest/crc32c.h"
#include "tests/support/fakes.h"
#include "tests/support/in_process.h"

namespace argot::api {
namespace {

constexpr std::uint64_t block = limits::checksum_block_bytes;

class RangedContentTest : public ::testing::TestWithParam<bool> {
 protected:
  void SetUp() override {
    if (GetParam()) faulty_.hide_descriptors();
    auto staged = faulty_.stage().value();
    digest::BlockChecksumSink checksums;
    for (Sink* const sink : {static_cast<Sink*>(staged.get()), static_cast<Sink*>(&checksums)}) {
      ASSERT_TRUE(sink->write(as_bytes(text_)));
      ASSERT_TRUE(sink->finish());
    }
    ASSERT_TRUE(staged->seal());
    row_ = std::make_unique<catalog::FileWithChecksums>(
        catalog::FileWithChecksums{.file = {.blob = staged->id()}, .checksums = checksums.value()});
    row_->file.bytes = text_.size();
  }

  std::string sent(http::ByteRange range) {
    auto stored = files::open_stored_content(
        *row_, {.catalog = catalog_, .blobs = faulty_, .clock = clock_, .log = log_});
    RangedContent content(
        std::make_unique<files::Content>(std::move(stored).value(), verified_, log_), range);
    std::string body;
    return testing::read_content(content, body) ? body : "(broken off)";
  }

  const std::string text_ = std::string(block, 'a') + std::string(block, 'b') + "the end";
  SystemClock clock_;
  testing::SeededRandom random_;
  SilentLog log_;
  blob::MemoryStore store_{clock_, random_};
  blob::FaultyStore faulty_{store_};
  catalog::MemoryCatalog catalog_{clock_, random_};
  files::VerifiedBlocks verified_{clock_, std::chrono::hours(1)};
  std::unique_ptr<catalog::FileWithChecksums> row_;
};

TEST_P(RangedContentTest, ARangeIsSentAndNothingBesides) {
  for (const http::ByteRange range : {http::ByteRange{.offset = 0, .length = text_.size()},
                                      http::ByteRange{.offset = 0, .length = 1},
                                      http::ByteRange{.offset = block - 2, .length = 4},
                                      http::ByteRange{.offset = 10, .length = 20},
                                      http::ByteRange{.offset = 2 * block + 4, .length = 3}}) {
    EXPECT_TRUE(sent(range) == text_.substr(range.offset, range.length)) << range.offset;
  }
}

TEST_P(RangedContentTest, ADamagedBlockBreaksItOff) {
  faulty_.corrupt_reads_at(block + 1);
  EXPECT_EQ(sent({.offset = 0, .length = text_.size()}), "(broken off)");
  EXPECT_EQ(sent({.offset = 2 * block, .length = 7}), "the end");
}

INSTANTIATE_TEST_SUITE_P(FromAFileAndFromMemory, RangedContentTest, ::testing::Bool());

}  // namespace
}  // namespace argot::api
