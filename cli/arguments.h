// Arguments of a command, parsed with CLI11. Nothing of it throws beyond these functions.
#pragma once

#include <CLI/CLI.hpp>
#include <optional>
#include <string>
#include <vector>

#include "cli/io.h"

namespace argot::cli {

// Parses `arguments` (without the program's name and the command's). Where the command is then
// over, because of --help or a mistake, says so on `io` and returns the exit code.
std::optional<int> parse_arguments(CLI::App& app, std::vector<std::string> arguments, const Io& io);

}  // namespace argot::cli
