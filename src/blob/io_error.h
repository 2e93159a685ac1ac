// What a failed system call means to those above.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"

namespace argot::blob {

// insufficient_storage where the disk takes no more (full, over a quota or size limit, read-only),
// overloaded where others have what it takes (descriptors, memory), internal otherwise.
// `number` is the errno; the detail names the step and the system's text, never a path.
Error io_error(std::string_view step, int number);

// "No space left on device"; thread-safe.
std::string errno_text(int number);

}  // namespace argot::blob
