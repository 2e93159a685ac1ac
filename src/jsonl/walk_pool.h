// The memory of walks, lent to whoever checks records at the moment: threads, not uploads, decide
// how much of it there is.
#pragma once

#include <cstddef>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "jsonl/walk.h"

namespace argot::jsonl {

// Thread-safe. Must outlive its leases.
class WalkPool {
 public:
  // Lines longer than this are walked one at a time, in memory that is not kept.
  static constexpr std::size_t long_line_bytes = 1_MiB;

  class Lease {
   public:
    explicit Lease(WalkPool& pool) : pool_(pool), memory_(pool.take()) {}
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;
    ~Lease() { pool_.take_back(std::move(memory_)); }

    WalkMemory& memory() const { return *memory_; }

   private:
    WalkPool& pool_;
    std::unique_ptr<WalkMemory> memory_;
  };

  class LongLease {
   public:
    explicit LongLease(WalkPool& pool)
        : alone_(pool.one_long_line_), memory_(std::make_unique<WalkMemory>()) {}
    LongLease(const LongLease&) = delete;
    LongLease& operator=(const LongLease&) = delete;
    ~LongLease() = default;

    WalkMemory& memory() const { return *memory_; }

   private:
    std::scoped_lock<std::mutex> alone_;
    std::unique_ptr<WalkMemory> memory_;
  };

  Lease lend() { return Lease(*this); }
  // Waits while another long line is walked.
  LongLease lend_for_long_line() { return LongLease(*this); }

 private:
  std::unique_ptr<WalkMemory> take();
  void take_back(std::unique_ptr<WalkMemory> memory);

  std::mutex one_long_line_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<WalkMemory>> idle_;
};

}  // namespace argot::jsonl
