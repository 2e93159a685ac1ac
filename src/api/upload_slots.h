// How many uploads may be in flight at once: of all keys together, and of each key.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>

#include "base/result.h"

namespace argot::api {

// Thread-safe; must outlive its slots. It keeps count of keys that have a slot, and so of no more
// keys than there are slots.
class UploadSlots {
 public:
  // One place, given back when it is destroyed.
  class Slot {
   public:
    Slot(Slot&& other) noexcept
        : slots_(std::exchange(other.slots_, nullptr)), key_(std::move(other.key_)) {}
    Slot& operator=(Slot&&) = delete;
    Slot(const Slot&) = delete;
    Slot& operator=(const Slot&) = delete;
    ~Slot() {
      if (slots_ != nullptr) slots_->give_back(key_);
    }

   private:
    friend class UploadSlots;
    Slot(UploadSlots& slots, std::string key) : slots_(&slots), key_(std::move(key)) {}

    UploadSlots* slots_;
    std::string key_;
  };

  // `of_key_max` nothing: a key may have all of them.
  explicit UploadSlots(std::size_t slots_max,
                       std::optional<std::uint64_t> of_key_max = std::nullopt)
      : slots_max_(slots_max), of_key_max_(of_key_max) {}

  // Errors: overloaded, if all are taken; rate_limit_exceeded, if `key` has as many as it may.
  Result<Slot> take(const std::string& key);

  std::size_t taken() const { return taken_; }

 private:
  bool count(const std::string& key);
  void give_back(const std::string& key);

  const std::size_t slots_max_;
  const std::optional<std::uint64_t> of_key_max_;
  std::atomic<std::size_t> taken_ = 0;
  std::mutex mutex_;  // guards what follows
  std::unordered_map<std::string, std::uint64_t> of_key_;
};

}  // namespace argot::api
