// `argot files create` and `argot uploads create`: uploads, several at a time, and waits for what
// the server makes of them.
#pragma once

#include <CLI/CLI.hpp>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "cli/files_command.h"

namespace argot::cli {

struct CreateArguments {
  std::vector<std::string> files;
  std::string purpose;
  std::optional<std::string> name;
  std::string expires_in;
  std::optional<std::int64_t> expires_after;
  std::size_t parallel = 4;
  std::string parts_above;
  std::string part_size;
  bool is_no_resume = false;
  bool is_no_wait = false;
  bool is_json = false;
  std::string timeout;  // that of the connection, which also bounds the wait
};

// All but the one below.
void add_create_flags(CLI::App& command, CreateArguments& arguments);
void add_parts_above_flag(CLI::App& command, CreateArguments& arguments);

// Error: invalid_request.
Result<FilesCommand> create_command(const CreateArguments& arguments);

}  // namespace argot::cli
