// `argot files list`.
#pragma once

#include <CLI/CLI.hpp>

#include "argot_open_ai/models/operations.hpp"
#include "cli/files_command.h"

namespace argot::cli {

struct ListArguments {
  openai::ListFilesRequest request;
  bool is_all = false;
  bool is_json = false;
};

void add_list_flags(CLI::App& command, ListArguments& arguments);
FilesCommand list_command(const ListArguments& arguments);

}  // namespace argot::cli
