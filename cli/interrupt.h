// Ctrl-C and its kin as a std::stop_token.
#pragma once

#include <atomic>
#include <optional>
#include <stop_token>
#include <thread>

#include "base/unique_fd.h"

namespace argot::cli {

// While it exists, the first SIGINT, SIGTERM or SIGHUP asks for a stop, and a second one ends the
// process at once. One at a time, made before other threads, which have to inherit its mask.
class Interrupt {
 public:
  Interrupt();
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;
  ~Interrupt();

  std::stop_token token() const { return source_.get_token(); }
  // The signal that came.
  std::optional<int> signal() const;

  // What the process ends with, where a command says `code`: commands know of a stop, not of which
  // signal asked for it, and say that of SIGINT.
  int exit_code(int code) const;

 private:
  void watch();

  std::stop_source source_;
  std::atomic<int> signal_ = 0;
  UniqueFd signals_;
  UniqueFd over_;  // readable once the watcher is to end
  std::thread watcher_;
};

// What a shell says of a process that this signal ended.
constexpr int exit_code_of_signal(int signal) { return 128 + signal; }

}  // namespace argot::cli
