#include "server/scrub_thread.h"

#include <optional>
#include <string>

namespace argot::server {

void ScrubThread::start() {
  thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

void ScrubThread::stop() {
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
}

void ScrubThread::run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    const std::chrono::milliseconds pause = step();
    std::unique_lock lock(mutex_);
    // Only stop() ends the wait early; nothing is waited for but the time.
    if (pause.count() > 0) changed_.wait_for(lock, stop, pause, [] { return false; });
  }
  // What could not be written down is read once more after the next start.
  [[maybe_unused]] const Result<> saved = scrubber_.save();
}

std::chrono::milliseconds ScrubThread::step() {
  const Result<std::optional<std::uint64_t>> read = scrubber_.step();
  if (!read) {
    const std::string reason = describe(read.error());
    log_.warning("scrub_failed", {{"error", std::string_view(reason)}});
    return options_.idle;
  }
  if (!*read) return options_.idle;
  return std::chrono::milliseconds(**read * 1000 / options_.bytes_per_second_max);
}

}  // namespace argot::server
