// What an upload in parts that broke off leaves beside its file, so that the same command goes on
// with it: ".NAME.argot-upload", which patterns such as * do not match.
#pragma once

#include <optional>
#include <string>

#include "argot_open_ai/funcs/uploadsUploadFileChunked.hpp"
#include "base/clock.h"
#include "base/result.h"

namespace argot::cli {

class UploadNote {
 public:
  // `target` says in one line where the file goes and as what: another one does not go on.
  UploadNote(const std::string& file, std::string target);

  const std::string& path() const { return path_; }

  // Nothing where there is none, where it is of another target or another user, or where the upload
  // is over at `now`.
  std::optional<openai::UploadCheckpoint> kept(WallTime now) const;

  // Replaces it; a crash leaves the one before or this one. Error: cannot_start.
  Result<> keep(const openai::UploadCheckpoint& checkpoint) const;
  void remove() const;

 private:
  std::string path_;
  std::string target_;
};

}  // namespace argot::cli
