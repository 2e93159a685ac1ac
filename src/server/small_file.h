// Whole small files: read with a bound, and replaced so that a crash leaves the old one or the new
// one and never half of either.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"

namespace argot::server {

// What errno says, in words: "Permission denied".
std::string errno_text(int code);

// Error: cannot_start, whose detail says why ("No such file or directory", "is larger than ...").
Result<std::string> read_small_file(const std::string& path, std::size_t bytes_max);

// Writes `text` to `path` (mode 0600): a new file beside it, synced, renamed over it, and the
// folder synced. Error: cannot_start, whose detail says why; then the old file is as it was.
Result<> replace_file(const std::string& path, std::string_view text);

}  // namespace argot::server
