// Reading one block of a file and comparing its checksum: before it is sent, and by the scrubber.
#pragma once

#include <cstdint>

#include "base/log.h"
#include "base/result.h"
#include "blob/blob_store.h"
#include "catalog/records.h"
#include "digest/sha256.h"

namespace argot::files {

// `position` lies in the file. All of the block is hashed into `hash` where that is not null.
// Errors: content_corrupt, the store's; each is logged as an alarm.
Result<> check_block(const catalog::FileWithChecksums& row, blob::BlobReader& reader,
                     std::uint64_t position, digest::Sha256* hash, Log& log);

}  // namespace argot::files
