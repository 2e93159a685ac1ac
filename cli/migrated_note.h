// The file `migrated` that `argot admin migrate` leaves in the data folder whose catalogue it has
// copied: what is changed in the old catalogue from then on, nobody sees.
#pragma once

#include <string>

#include "base/result.h"

namespace argot::cli {

// `where` says where the catalogue is now, without a password. Error: cannot_start.
Result<> leave_migrated_note(const std::string& folder, const std::string& where);

// Whether the SQLite catalogue at `path` is the one in use, as far as its folder says. Error:
// invalid_request, in one line, with where to look instead.
Result<> check_not_migrated(const std::string& path);

}  // namespace argot::cli
