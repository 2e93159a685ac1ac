#include "api/upload_slots.h"

namespace argot::api {
namespace {

// Nobody knows when an upload of theirs will end; clients wait longer each time they are refused.
constexpr int retry_after_seconds = 1;

}  // namespace

Result<UploadSlots::Slot> UploadSlots::take(const std::string& key) {
  // Counted before it is compared, so that two that come together cannot share the last place.
  if (++taken_ > slots_max_) {
    --taken_;
    return fail(ErrorCode::overloaded);
  }
  if (of_key_max_ && !count(key)) {
    --taken_;
    const std::string most = std::to_string(*of_key_max_);
    return fail(Error{.code = ErrorCode::rate_limit_exceeded,
                      .detail = "concurrent requests: Limit " + most + ", Used " + most +
                                ", Requested 1. Please try again in " +
                                std::to_string(retry_after_seconds) + "s.",
                      .param = {},
                      .retry_after_seconds = retry_after_seconds});
  }
  return Slot(*this, key);
}

bool UploadSlots::count(const std::string& key) {
  const std::scoped_lock lock(mutex_);
  std::uint64_t& used = of_key_[key];
  if (used == *of_key_max_) return false;
  ++used;
  return true;
}

void UploadSlots::give_back(const std::string& key) {
  if (of_key_max_) {
    const std::scoped_lock lock(mutex_);
    const auto found = of_key_.find(key);
    if (--found->second == 0) of_key_.erase(found);
  }
  --taken_;
}

}  // namespace argot::api
