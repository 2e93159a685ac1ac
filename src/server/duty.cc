#include "server/duty.h"

namespace argot::server {

Result<bool> Duty::claim() {
  const SteadyTime asked_at = clock_.steady();
  if (is_ours_ && asked_at < ask_again_at_) return true;
  is_ours_ = false;
  const WallTime now = clock_.now();
  TRY(is_ours_,
      catalog_.claim_duty({.duty = name_, .holder = holder_, .now = now, .until = now + lease}));
  ask_again_at_ = asked_at + lease / 3;
  return is_ours_;
}

void Duty::give_up() {
  if (!is_ours_) return;
  is_ours_ = false;
  // Should it fail, the others wait until the lease is over.
  [[maybe_unused]] const Result<> given_up = catalog_.give_up_duty(name_, holder_);
}

}  // namespace argot::server
