// A catalogue in memory that gives a duty to one holder at a time, as one that is shared does.
#pragma once

#include <mutex>
#include <string>
#include <string_view>

#include "catalog/memory_catalog.h"

namespace argot::testing {

// Thread-safe. It knows of one duty.
class LendingCatalog final : public catalog::MemoryCatalog {
 public:
  using MemoryCatalog::MemoryCatalog;

  Result<bool> claim_duty(const catalog::DutyClaim& claim) override {
    const std::scoped_lock lock(mutex_);
    ++claims_;
    if (fails_) return fail(ErrorCode::unavailable);
    if (last_.holder != claim.holder && claim.now < last_.until) return false;
    last_ = claim;
    return true;
  }
  Result<> give_up_duty(std::string_view /*duty*/, std::string_view holder) override {
    const std::scoped_lock lock(mutex_);
    if (last_.holder == holder) last_.until = {};
    return {};
  }

  void fail_claims(bool whether) {
    const std::scoped_lock lock(mutex_);
    fails_ = whether;
  }
  int claims() const {
    const std::scoped_lock lock(mutex_);
    return claims_;
  }
  // The last one that was granted.
  catalog::DutyClaim last() const {
    const std::scoped_lock lock(mutex_);
    return last_;
  }

 private:
  mutable std::mutex mutex_;
  int claims_ = 0;
  bool fails_ = false;
  catalog::DutyClaim last_;
};

}  // namespace argot::testing
