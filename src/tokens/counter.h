// Counts the tokens of text that comes in pieces of any size.
#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/lease.h"
#include "base/sink.h"
#include "tokens/long_run.h"
#include "tokens/text_counter.h"

namespace argot::tokens {

// The TextCounters that threads count with, each for one at a time. There are never more of them
// than there were threads that counted at once. Thread-safe.
class CounterPool {
 public:
  // `vocabulary` must outlive it.
  explicit CounterPool(const Vocabulary& vocabulary, CacheSize cache_size = CacheSize::large)
      : vocabulary_(vocabulary), cache_size_(cache_size) {}

  using Lease = argot::Lease<CounterPool, TextCounter>;
  Lease take();

  const Vocabulary& vocabulary() const { return vocabulary_; }

 private:
  friend Lease;

  void put_back(std::unique_ptr<TextCounter> counter);

  const Vocabulary& vocabulary_;
  CacheSize cache_size_;
  std::mutex mutex_;  // guards what follows
  std::vector<std::unique_ptr<TextCounter>> idle_;
};

// For each encoding its vocabulary and counters, loaded when they are first asked for: 20 MB, and
// some 50 ms. Thread-safe.
class LazyCounterPools {
 public:
  explicit LazyCounterPools(CacheSize cache_size) : cache_size_(cache_size) {}

  CounterPool& get(Encoding encoding);

 private:
  struct Loaded {
    std::once_flag once;
    std::unique_ptr<const Vocabulary> vocabulary;
    std::optional<CounterPool> pool;
  };

  CacheSize cache_size_;
  Loaded o200k_base_;
  Loaded cl100k_base_;
};

// The count does not depend on where the text was cut. Memory: 128 KiB of text or the length of a
// chunk, and 140 KiB more while it is in a piece longer than 64 KiB. Bytes that are not UTF-8 count
// as U+FFFD, one for each maximal part of a code point.
class Counter final : public Sink {
 public:
  // Past `tokens_max` it counts no further, and is_over() says so. `pool` must outlive it.
  explicit Counter(CounterPool& pool,
                   std::uint64_t tokens_max = std::numeric_limits<std::uint64_t>::max())
      : pool_(pool), tokens_max_(tokens_max) {}

  // Neither fails.
  Result<> write(Bytes chunk) override;
  Result<> finish() override;

  // Of the text so far, or fewer; after finish() of the whole text, unless it is over.
  std::uint64_t tokens() const {
    return tokens_ + (long_run_ == nullptr ? 0 : long_run_->tokens_min());
  }
  bool is_over() const { return tokens() > tokens_max_; }

 private:
  static constexpr std::size_t open_bytes_max = std::size_t{64} << 10U;

  std::string_view count_open(std::string_view text);
  std::string_view count_long(std::string_view text);
  void end_long_run();
  void keep(std::string_view open);

  CounterPool& pool_;
  std::uint64_t tokens_max_;
  std::uint64_t tokens_ = 0;
  // What depends on text that has not come yet, and how much of it was looked at. It is looked at
  // again when it is twice as long, so that no chunks, however small, make that slow.
  std::string open_;
  std::size_t looked_at_ = 0;
  std::unique_ptr<LongRun> long_run_;
};

}  // namespace argot::tokens
