// `argot check`: what a server would find wrong with files, without one.
#pragma once

#include <cstddef>
#include <functional>
#include <stop_token>

#include "base/clock.h"
#include "cli/io.h"
#include "cli/program.h"

namespace argot::cli {

// What a test replaces: time, the terminal, standard input and Ctrl-C.
struct CheckSurroundings {
  const Clock& clock;
  int input = 0;  // a descriptor
  bool is_out_terminal = false;
  bool is_err_terminal = false;
  std::function<std::size_t()> columns = [] { return std::size_t{80}; };
  std::stop_token stop;
};

// The exit code is 0 where nothing was found, 1 where something was, 2 where a file could not be
// read or the command was typed wrongly.
int run_check(const Invocation& invocation, const Io& io);
int run_check(const Invocation& invocation, const Io& io, const CheckSurroundings& surroundings);

}  // namespace argot::cli
