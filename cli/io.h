// The streams of a command, handed in so that a test can read them.
#pragma once

#include <iosfwd>

namespace argot::cli {

// What is asked for goes to `out`, everything else to `err`. Both must outlive the command.
struct Io {
  std::ostream& out;
  std::ostream& err;
};

// What a command ends with.
inline constexpr int exit_success = 0;
inline constexpr int exit_failure = 1;
inline constexpr int exit_usage = 2;
inline constexpr int exit_unreachable = 3;  // no answer came from a server

}  // namespace argot::cli
