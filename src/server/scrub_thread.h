// The thread that reads everything that is stored, slowly, beside the requests.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <stop_token>

#include "base/limits.h"
#include "base/log.h"
#include "files/scrubber.h"
#include "server/duty.h"
#include "server/repeating_thread.h"

namespace argot::server {

struct ScrubOptions {
  std::uint64_t bytes_per_second_max = limits::scrub_bytes_per_second;
  // How long to wait where there is nothing to do, and after an error.
  std::chrono::milliseconds idle = std::chrono::minutes(1);
  Duty* duty = nullptr;  // null: no other process scrubs
};

// Thread-safe. What it is given must outlive it; only this thread uses the scrubber.
class ScrubThread {
 public:
  ScrubThread(files::Scrubber& scrubber, Log& log, ScrubOptions options)
      : scrubber_(scrubber), log_(log), options_(options) {}

  ScrubThread(const ScrubThread&) = delete;
  ScrubThread& operator=(const ScrubThread&) = delete;
  // Stops, but writes nothing down.
  ~ScrubThread() = default;

  void start() { thread_.start(); }

  // Ends after the block under way, and writes down where that was.
  void stop();

 private:
  // One step, and how long to wait after it.
  std::chrono::milliseconds step();
  // What Scrubber::step() says; nothing where another process scrubs.
  Result<std::optional<std::uint64_t>> read_next();

  files::Scrubber& scrubber_;
  Log& log_;
  ScrubOptions options_;
  bool is_ours_ = false;  // it was at the last step; the thread's
  // The last member: it ends before the others go.
  RepeatingThread thread_{[this](const std::stop_token&) { return step(); }};
};

}  // namespace argot::server
