// Uploads of one file in parts: how `argot files create` sends a large one, and goes on with one
// that broke off.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "argot_open_ai/models/components.hpp"
#include "argot_open_ai/types/result.hpp"
#include "cli/files_session.h"
#include "cli/progress_board.h"

namespace argot::cli {

struct PartsChoice {
  std::uint64_t above = std::uint64_t{512} << 20;  // files of more bytes than that go in parts
  std::int64_t part_bytes = std::int64_t{64} << 20;
  std::size_t parallel = 4;
  bool resumes = true;
};

// Whether the file at `path` goes in parts; what is no regular file never does.
bool goes_in_parts(const std::string& path, const PartsChoice& choice);

// What breaks off for a while leaves a note beside the file, and a line says so; what fails for
// good is cancelled. `request` is of the file at `path`.
openai::Result<openai::OpenAIFile> upload_in_parts(FilesSession& session, const std::string& path,
                                                   const openai::CreateFileRequest& request,
                                                   const PartsChoice& choice,
                                                   ProgressBoard::Bar& bar);

}  // namespace argot::cli
