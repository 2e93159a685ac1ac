// The write-ahead log as a file. Everything else about it is SQLite's.
#pragma once

#include <string>

#include "base/result.h"

namespace argot::catalog {

// Writes the file at `path` again, byte for byte and in its place, and syncs it. After a sync that
// failed the system shows what was written and takes it for written, though the disk does not have
// it: only what is written anew reaches it. Nobody else may write there meanwhile. Errors:
// insufficient_storage, internal.
Result<> write_again(const std::string& path);

}  // namespace argot::catalog
