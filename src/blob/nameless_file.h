// Room on the disk for what need not outlive whoever holds it.
#pragma once

#include <string>

#include "base/result.h"
#include "base/unique_fd.h"

namespace argot::blob {

// An empty file in `folder`, to read and to write, which is gone with its descriptor, whatever
// happens. Errors: as io_error() has them.
Result<UniqueFd> make_nameless_file(const std::string& folder);

}  // namespace argot::blob
