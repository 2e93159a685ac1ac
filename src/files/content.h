// A file's content, open for sending: each block's checksum is compared on its first read since the
// process started, before any byte of it leaves the machine.
#pragma once

#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

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

  // Reads the block at `position` and compares its checksum. Errors: content_corrupt, the store's.
  // Each is logged as an alarm, because all a client sees is a broken connection; nothing is
  // deleted.
  Result<> verify(std::uint64_t position);

 private:
  catalog::FileWithChecksums row_;
  std::unique_ptr<blob::BlobReader> reader_;
  VerifiedBlocks& verified_;
  Log& log_;
};

}  // namespace argot::files
