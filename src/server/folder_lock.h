// A folder that one server at a time works in.
#pragma once

#include <string>
#include <utility>

#include "base/result.h"
#include "base/unique_fd.h"

namespace argot::server {

// Held with flock(2) on FOLDER/LOCK for as long as it exists, so that the end of the process,
// however it comes, frees it. The file's text is the process id, for the message to the second
// server.
class FolderLock {
 public:
  // Makes the folder (mode 0700) and those above it if they are not there; a power cut does not
  // take their names away again. Error: cannot_start, with one line that says what is wrong and how
  // to mend it; `setting` is the flag that the advice names, "--data".
  static Result<FolderLock> take(const std::string& folder, const std::string& setting);

  FolderLock(FolderLock&&) noexcept = default;
  FolderLock& operator=(FolderLock&&) noexcept = default;

 private:
  explicit FolderLock(UniqueFd file) : file_(std::move(file)) {}

  UniqueFd file_;
};

}  // namespace argot::server
