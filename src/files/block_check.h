// Reading one block of a file and comparing its checksum: before it is sent, and by the scrubber.
// What says something about the content is logged as an alarm; that the store is not to be reached,
// or that somebody removed the content meanwhile, is not.
#pragma once

#include "base/bytes.h"
#include "base/log.h"
#include "base/result.h"
#include "blob/blob_store.h"
#include "digest/sha256.h"
#include "files/stored_content.h"

namespace argot::files {

// Whether a failure is of the store and leaves open how the content is.
bool says_nothing(const Error& error);

// `block` is one of the content's, in all of these. Errors, here and below: those of
// StoredContent::open().
Result<blob::BlobReader*> open_block(StoredContent& content, const Block& block, Log& log);

// All of it is hashed into `hash` where that is not null. Errors: content_corrupt, the store's.
Result<> check_block(StoredContent& content, const Block& block, digest::Sha256* hash, Log& log);

// The same, and leaves the block in `bytes`, which is as long.
Result<> load_block(StoredContent& content, const Block& block, MutableBytes bytes, Log& log);

}  // namespace argot::files
