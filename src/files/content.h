// A file's content, open for sending: each block's checksum is compared on its first read since the
// process started, before any byte of it leaves the machine. Content without a descriptor is sent
// from memory, where one block stands at a time, and is compared whenever it is read.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "base/log.h"
#include "base/result.h"
#include "blob/blob_store.h"
#include "catalog/records.h"
#include "files/verified_blocks.h"

namespace argot::files {

// Positions are offsets in the file. Not thread-safe. The references must outlive it.
class Content {
 public:
  Content(catalog::FileWithChecksums row, std::unique_ptr<blob::BlobReader> reader,
          VerifiedBlocks& verified, Log& log);

  const catalog::File& file() const { return row_.file; }
  int descriptor() const { return reader_->descriptor(); }

  // How many bytes from `position` are known to be right; 0 asks for verify(). Never reads.
  std::uint64_t verified_from(std::uint64_t position);

  // Those bytes, until the next verify(). Only where there is no descriptor.
  Bytes bytes_at(std::uint64_t position) const;

  // Reads the block at `position` and compares its checksum, and those of some blocks behind it
  // that begin before `end`, so that whoever sends is not woken for each. Errors, all of the first
  // block: content_corrupt, the store's. Each is logged as an alarm, because all a client sees is a
  // broken connection; nothing is deleted.
  Result<> verify(std::uint64_t position, std::uint64_t end);

 private:
  Result<> load(std::uint64_t position);

  catalog::FileWithChecksums row_;
  std::unique_ptr<blob::BlobReader> reader_;
  VerifiedBlocks& verified_;
  Log& log_;
  // Of a block behind the one that was asked for: it is told when that one is.
  std::uint64_t failed_block_ = 0;
  std::optional<Error> failure_;
  // Where there is no descriptor: a block that was found right.
  std::vector<std::byte> block_;
  std::uint64_t block_begin_ = 0;
};

}  // namespace argot::files
