#include "server/housekeeper.h"

#include <string>

namespace argot::server {

void Housekeeper::start() {
  thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

bool Housekeeper::wait_for_first_round(std::chrono::milliseconds timeout) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, timeout, [this] { return first_round_done_; });
}

void Housekeeper::stop() {
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
}

void Housekeeper::run(const std::stop_token& stop) {
  sweep(stop);
  {
    const std::scoped_lock lock(mutex_);
    first_round_done_ = true;
  }
  changed_.notify_all();

  SteadyTime orphans_due = clock_.steady() + options_.orphan_interval;
  sweep_orphans(stop);
  while (!stop.stop_requested()) {
    {
      std::unique_lock lock(mutex_);
      // Only stop() ends the wait early; nothing is waited for but the time.
      changed_.wait_for(lock, stop, options_.interval, [] { return false; });
    }
    if (stop.stop_requested()) return;
    sweep(stop);
    if (clock_.steady() < orphans_due) continue;
    orphans_due = clock_.steady() + options_.orphan_interval;
    sweep_orphans(stop);
  }
}

void Housekeeper::sweep(const std::stop_token& stop) {
  // Expired files first: their content is garbage from then on.
  report("expired", sweeper_.remove_expired(stop));
  report("garbage", sweeper_.remove_garbage(stop));
  report("attempts", sweeper_.forget_attempts(stop));
  ballast_.renew();
}

void Housekeeper::sweep_orphans(const std::stop_token& stop) {
  report("orphans", sweeper_.remove_orphans(stop));
}

void Housekeeper::report(std::string_view what, const Result<std::uint64_t>& swept) {
  if (swept) return;
  failures_.add();
  const std::string reason = describe(swept.error());
  log_.warning("sweep_failed", {{"what", what}, {"error", std::string_view(reason)}});
}

}  // namespace argot::server
