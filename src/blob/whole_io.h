// Reading and writing until all of it is done, over system calls that may do less.
#pragma once

#include <cstdint>

#include "base/bytes.h"
#include "base/result.h"
#include "blob/file_ops.h"

namespace argot::blob {

// Errors: content_corrupt (the file ends before `out` is full), those of io_error().
Result<> read_whole(FileOps& operations, int file, std::uint64_t offset, MutableBytes out);

// At where the file's next byte goes. Errors: those of io_error(); how much was written is then
// unknown.
Result<> write_whole(FileOps& operations, int file, Bytes bytes);

}  // namespace argot::blob
