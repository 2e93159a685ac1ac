// How many uploads may be in flight at once, over all connections and keys.
#pragma once

#include <atomic>
#include <cstddef>
#include <optional>
#include <utility>

namespace argot::api {

// Thread-safe; must outlive its slots.
class UploadSlots {
 public:
  // One place, given back when it is destroyed.
  class Slot {
   public:
    explicit Slot(UploadSlots& slots) : slots_(&slots) {}
    Slot(Slot&& other) noexcept : slots_(std::exchange(other.slots_, nullptr)) {}
    Slot& operator=(Slot&&) = delete;
    Slot(const Slot&) = delete;
    Slot& operator=(const Slot&) = delete;
    ~Slot() {
      if (slots_ != nullptr) --slots_->taken_;
    }

   private:
    UploadSlots* slots_;
  };

  explicit UploadSlots(std::size_t slots_max) : slots_max_(slots_max) {}

  // Nothing if all are taken.
  std::optional<Slot> take() {
    // Counted before it is compared, so that two that come together cannot share the last place.
    if (++taken_ > slots_max_) {
      --taken_;
      return std::nullopt;
    }
    return Slot(*this);
  }

  std::size_t taken() const { return taken_; }

 private:
  std::size_t slots_max_;
  std::atomic<std::size_t> taken_ = 0;
};

}  // namespace argot::api
