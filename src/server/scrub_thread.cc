#include "server/scrub_thread.h"

#include <optional>
#include <string>
#include <utility>

namespace argot::server {

void ScrubThread::stop() {
  thread_.stop();
  // Where another process is by now is none of ours to write down.
  if (!is_ours_) return;
  // What could not be written down is read once more after the next start.
  [[maybe_unused]] const Result<> saved = scrubber_.save();
  if (options_.duty != nullptr) options_.duty->give_up();
}

std::chrono::milliseconds ScrubThread::step() {
  const Result<std::optional<std::uint64_t>> read = read_next();
  if (!read) {
    const std::string reason = describe(read.error());
    log_.warning("scrub_failed", {{"error", std::string_view(reason)}});
    return options_.idle;
  }
  if (!*read) return options_.idle;
  return std::chrono::milliseconds(**read * 1000 / options_.bytes_per_second_max);
}

Result<std::optional<std::uint64_t>> ScrubThread::read_next() {
  const bool was_ours = std::exchange(is_ours_, false);
  if (options_.duty != nullptr) {
    TRY(const bool claimed, options_.duty->claim());
    if (!claimed) return std::nullopt;
    if (!was_ours) scrubber_.reread_state();
  }
  is_ours_ = true;
  return scrubber_.step();
}

}  // namespace argot::server
