// Reading one block of a file and comparing its checksum: before it is sent, and by the scrubber.
// What is wrong with it is logged as an alarm; that the store is not to be reached, or that
// somebody removed it meanwhile, is not.
#pragma once

#include <cstdint>

#include "base/bytes.h"
#include "base/log.h"
#include "base/result.h"
#include "blob/blob_store.h"
#include "catalog/records.h"
#include "digest/sha256.h"

namespace argot::files {

// `position` lies in the file. All of the block is hashed into `hash` where that is not null.
// Errors: content_corrupt, the store's.
Result<> check_block(const catalog::FileWithChecksums& row, blob::BlobReader& reader,
                     std::uint64_t position, digest::Sha256* hash, Log& log);

// The same for the block that begins at `begin`, which is left in `block`, as long as it is.
Result<> load_block(const catalog::FileWithChecksums& row, blob::BlobReader& reader,
                    std::uint64_t begin, MutableBytes block, Log& log);

}  // namespace argot::files
