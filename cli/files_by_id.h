// `argot files retrieve` and `argot files delete`: one call for each id.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "cli/files_command.h"

namespace argot::cli {

struct ByIdArguments {
  std::vector<std::string> ids;
  bool is_json = false;
};

void add_by_id_flags(CLI::App& command, ByIdArguments& arguments);
FilesCommand retrieve_command(const ByIdArguments& arguments);
FilesCommand delete_command(const ByIdArguments& arguments);

}  // namespace argot::cli
