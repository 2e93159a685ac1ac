// The program: which command is meant, and how it ends.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "cli/io.h"

namespace argot::cli {

// What a command is called with.
struct Invocation {
  std::vector<std::string> arguments;              // without the program's name
  std::map<std::string, std::string> environment;  // ARGOT_...
  // What clients are told by: cli/connection_choice.h.
  std::map<std::string, std::string> connection_environment;
};

// Runs the command that the first argument names; the exit code.
int run_program(Invocation invocation, const Io& io);

}  // namespace argot::cli
