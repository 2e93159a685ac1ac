// Numbers about what the program does: counted where it happens, read by whoever shows them
// (metrics_text.h writes them down). Counting is a relaxed atomic operation or two: no lock, no
// allocation, and no order with any other memory.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/assert.h"

namespace argot {

// Only grows, from 0. Thread-safe.
class Counter {
 public:
  void add(std::uint64_t count = 1) { value_.fetch_add(count, std::memory_order_relaxed); }
  std::uint64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_ = 0;
};

// What a Histogram had seen when it was read.
struct HistogramValues {
  std::span<const double> bounds;
  // How many values were at most each bound and above the one before it; last, how many were above
  // all of them.
  std::vector<std::uint64_t> counts;
  double sum = 0;

  std::uint64_t count() const {
    std::uint64_t total = 0;
    for (const std::uint64_t count : counts) total += count;
    return total;
  }
};

// Sorts values into buckets with fixed bounds. Thread-safe.
class Histogram {
 public:
  static constexpr std::size_t bounds_max = 15;

  // `bounds` rise, and must outlive the Histogram and what values() returns.
  explicit Histogram(std::span<const double> bounds) : bounds_(bounds) {
    ASSERT(bounds.size() <= bounds_max);
    ASSERT(std::ranges::adjacent_find(bounds, std::ranges::greater_equal()) == bounds.end());
  }

  void observe(double value) {
    const auto bucket = std::ranges::lower_bound(bounds_, value) - bounds_.begin();
    counts_[static_cast<std::size_t>(bucket)].fetch_add(1, std::memory_order_relaxed);
    sum_.fetch_add(value, std::memory_order_relaxed);
  }

  // A value that is observed meanwhile may be in the counts and not yet in the sum.
  HistogramValues values() const {
    HistogramValues seen{
        .bounds = bounds_, .counts = {}, .sum = sum_.load(std::memory_order_relaxed)};
    for (std::size_t bucket = 0; bucket <= bounds_.size(); ++bucket) {
      seen.counts.push_back(counts_[bucket].load(std::memory_order_relaxed));
    }
    return seen;
  }

 private:
  std::span<const double> bounds_;
  std::array<std::atomic<std::uint64_t>, bounds_max + 1> counts_{};
  std::atomic<double> sum_ = 0;
};

}  // namespace argot
