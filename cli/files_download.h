// `argot files download`: contents, several at a time, each whole or not there.
#pragma once

#include <CLI/CLI.hpp>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "cli/files_command.h"

namespace argot::cli {

struct DownloadArguments {
  std::vector<std::string> ids;
  std::optional<std::string> output;
  std::string output_dir;
  std::size_t parallel = 4;
  bool is_no_resume = false;
  bool is_force = false;
};

void add_download_flags(CLI::App& command, DownloadArguments& arguments);

// Error: invalid_request.
Result<FilesCommand> download_command(const DownloadArguments& arguments);

}  // namespace argot::cli
