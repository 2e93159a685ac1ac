// A file's content, open for sending: each block's checksum is compared on its first read since the
// process started, before any byte of it leaves the machine. Content without a descriptor is sent
// from memory, where one block of it stands, and is compared whenever it is read.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "base/log.h"
#include "base/result.h"
#include "files/stored_content.h"
#include "files/verified_blocks.h"

namespace argot::files {

// Where bytes are that sendfile(2) can read.
struct ContentRegion {
  int descriptor = -1;
  std::uint64_t offset = 0;
};

// Positions are offsets in the file. Not thread-safe. The references must outlive it.
class Content {
 public:
  Content(std::unique_ptr<StoredContent> stored, VerifiedBlocks& verified, Log& log)
      : stored_(std::move(stored)), verified_(verified), log_(log) {}

  const catalog::File& file() const { return stored_->file(); }

  // Where a client gets all of it from the store; nothing where we have to send it.
  std::optional<std::string> direct_url(std::string_view disposition) const {
    return stored_->direct_url(disposition);
  }

  // So that content that is missing is found before anything is sent. Errors: those of
  // StoredContent::open().
  Result<> open();

  // Where the bytes from `position` on are, as far as verified_from() says that they are ready.
  ContentRegion region_at(std::uint64_t position) const;

  // How many bytes from `position` are known to be right and can be sent; 0 asks for verify().
  // Never reads.
  std::uint64_t verified_from(std::uint64_t position);

  // Those bytes, until verify() is called again. Only where there is no descriptor.
  Bytes bytes_at(std::uint64_t position) const;

  // Opens what the position lies in, reads its block and compares the checksum, and those of some
  // blocks behind it in the same blob that begin before `end`, so that whoever sends is not woken
  // for each. Where verified_from() said that it is ready it could not be sent after all: then all
  // of its blob is read again before anybody is sent any of it. Errors, all of the first block:
  // content_corrupt, those of StoredContent::open(), the store's. Each that says something about
  // the content is logged as an alarm, because a client sees no more than a 500 or a broken
  // connection; nothing is deleted.
  Result<> verify(std::uint64_t position, std::uint64_t end);

 private:
  bool is_verified(const Block& block) {
    return verified_.contains(block.stretch->blob, block.index);
  }

  Result<> load(const Block& block, std::uint64_t end);

  std::unique_ptr<StoredContent> stored_;
  VerifiedBlocks& verified_;
  Log& log_;
  std::optional<std::uint64_t> ready_begin_;  // of the block that was said to be ready last
  // Of a block behind the one that was asked for: it is told when that one is.
  std::uint64_t failed_begin_ = 0;
  std::optional<Error> failure_;
  // Where there is no descriptor: the last block, if it was found right.
  std::vector<std::byte> block_;
  std::uint64_t block_begin_ = 0;
};

}  // namespace argot::files
