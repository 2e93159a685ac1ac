// What keeps two uploads of one file in parts from each other, since both would write its note.
#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "base/unique_fd.h"

namespace argot::cli {

// While it lives no other is made for the same file, in any process. It is a lock on a file beside
// the note, which is removed with it, or left empty by a crash and taken over by the next.
class UploadLock {
 public:
  // Null where no file can be made or locked there, as then no note can be fought over either.
  // Error: cannot_start, where another upload has it.
  static Result<std::unique_ptr<UploadLock>> take(const std::string& file);
  UploadLock(const UploadLock&) = delete;
  UploadLock& operator=(const UploadLock&) = delete;
  ~UploadLock();

 private:
  UploadLock(std::string path, UniqueFd locked);

  const std::string path_;
  const UniqueFd locked_;
};

}  // namespace argot::cli
