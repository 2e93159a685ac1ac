// Reading one block of a file and comparing its checksum: before it is sent, and by the scrubber.
#pragma once

#include "base/log.h"
#include "base/result.h"
#include "digest/sha256.h"
#include "files/stored_content.h"

namespace argot::files {

// `block` is one of the content's. All of it is hashed into `hash` where that is not null. Errors:
// content_corrupt, those of StoredContent::open() and of the store. What says something about the
// content is logged as an alarm.
Result<> check_block(StoredContent& content, const Block& block, digest::Sha256* hash, Log& log);

}  // namespace argot::files
