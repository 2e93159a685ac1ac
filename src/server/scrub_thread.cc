#include "server/scrub_thread.h"

#include <optional>
#include <string>

namespace argot::server {

void ScrubThread::stop() {
  thread_.stop();
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
