#include "server/housekeeper.h"

#include <string>

namespace argot::server {

bool Housekeeper::wait_for_first_round(std::chrono::milliseconds timeout) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, timeout, [this] { return first_round_done_; });
}

void Housekeeper::stop() {
  thread_.stop();
  if (options_.duty != nullptr) options_.duty->give_up();
}

std::chrono::milliseconds Housekeeper::round(const std::stop_token& stop) {
  const bool sweeps = is_ours();
  if (sweeps) sweep(stop);
  if (ballast_ != nullptr) ballast_->renew();
  {
    const std::scoped_lock lock(mutex_);
    first_round_done_ = true;
  }
  changed_.notify_all();
  if (sweeps && clock_.steady() >= orphans_due_) {
    orphans_due_ = clock_.steady() + options_.orphan_interval;
    sweep_orphans(stop);
  }
  return options_.interval;
}

void Housekeeper::sweep(const std::stop_token& stop) {
  // Expired files and uploads first: their content is garbage from then on.
  report("expired", sweeper_.remove_expired(stop));
  report("uploads", sweeper_.end_uploads(stop));
  report("garbage", sweeper_.remove_garbage(stop));
  report("attempts", sweeper_.forget_attempts(stop));
}

// Whether no other process sweeps for this catalogue.
bool Housekeeper::is_ours() {
  if (options_.duty == nullptr) return true;
  const Result<bool> claimed = options_.duty->claim();
  if (claimed) return *claimed;
  report("duty", fail(claimed.error()));
  return false;
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
