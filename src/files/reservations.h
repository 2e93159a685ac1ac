// Quota set aside for uploads in progress, in memory: a crash cannot leak it. It only turns away
// early what the commit would refuse anyway; the commit's transaction is what keeps the quota
// exact.
#pragma once

#include <cstdint>
#include <mutex>
#include <string>
#include <unordered_map>
#include <utility>

namespace argot::files {

class Reservations;

// Gives its bytes back when it is destroyed.
class Reservation {
 public:
  Reservation(Reservations& book, std::string tenant, std::uint64_t bytes)
      : book_(&book), tenant_(std::move(tenant)), bytes_(bytes) {}
  Reservation(Reservation&& other) noexcept
      : book_(std::exchange(other.book_, nullptr)),
        tenant_(std::move(other.tenant_)),
        bytes_(other.bytes_) {}
  Reservation& operator=(Reservation&&) = delete;
  Reservation(const Reservation&) = delete;
  Reservation& operator=(const Reservation&) = delete;
  ~Reservation();

 private:
  Reservations* book_;
  std::string tenant_;
  std::uint64_t bytes_;
};

// Thread-safe; must outlive its reservations.
class Reservations {
 public:
  // Whether `bytes` more fit beside what is reserved for `tenant` already, given that `free_bytes`
  // of its quota are unused. Adds them if so.
  bool try_add(const std::string& tenant, std::uint64_t bytes, std::uint64_t free_bytes) {
    const std::scoped_lock lock(mutex_);
    const auto found = bytes_of_.find(tenant);
    const std::uint64_t reserved = found == bytes_of_.end() ? 0 : found->second;
    if (reserved > free_bytes || bytes > free_bytes - reserved) return false;
    // Nothing is noted of nothing, so that an entry stands for bytes that are given back later.
    if (bytes > 0) bytes_of_[tenant] += bytes;
    return true;
  }

  std::uint64_t reserved(const std::string& tenant) const {
    const std::scoped_lock lock(mutex_);
    const auto found = bytes_of_.find(tenant);
    return found == bytes_of_.end() ? 0 : found->second;
  }

 private:
  friend class Reservation;

  void release(const std::string& tenant, std::uint64_t bytes) {
    if (bytes == 0) return;
    const std::scoped_lock lock(mutex_);
    const auto found = bytes_of_.find(tenant);
    found->second -= bytes;
    if (found->second == 0) bytes_of_.erase(found);
  }

  mutable std::mutex mutex_;
  std::unordered_map<std::string, std::uint64_t> bytes_of_;
};

inline Reservation::~Reservation() {
  if (book_ != nullptr) book_->release(tenant_, bytes_);
}

}  // namespace argot::files
