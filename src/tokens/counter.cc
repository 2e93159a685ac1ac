#include "tokens/counter.h"

#include <algorithm>
#include <utility>

namespace argot::tokens {
namespace {

// The open text is looked at again when it is longer by this at least; most pieces end by then.
constexpr std::size_t step_bytes_min = 64;

}  // namespace

CounterPool::Lease CounterPool::take() {
  {
    const std::scoped_lock lock(mutex_);
    if (!idle_.empty()) {
      Lease lease(*this, std::move(idle_.back()));
      idle_.pop_back();
      return lease;
    }
  }
  return {*this, std::make_unique<TextCounter>(vocabulary_, kernels().front(), cache_size_)};
}

void CounterPool::put_back(std::unique_ptr<TextCounter> counter) {
  const std::scoped_lock lock(mutex_);
  idle_.push_back(std::move(counter));
}

CounterPool& LazyCounterPools::get(Encoding encoding) {
  Loaded& loaded = encoding == Encoding::o200k_base ? o200k_base_ : cl100k_base_;
  std::call_once(loaded.once, [&] {
    loaded.vocabulary = Vocabulary::load(encoding);
    loaded.pool.emplace(*loaded.vocabulary, cache_size_);
  });
  return *loaded.pool;
}

Result<> Counter::write(Bytes chunk) {
  std::string_view text = as_text(chunk);
  while (!text.empty() && !is_over()) {
    if (long_run_ != nullptr) {
      text = count_long(text);
    } else if (!open_.empty()) {
      text = count_open(text);
    } else {
      const auto counted = pool_.take()->count(text, TextEnd::more_follows);
      tokens_ += counted.tokens;
      keep(text.substr(counted.bytes));
      text = {};
    }
  }
  return {};
}

// Takes as much of `text` as it needs to see where the open piece ends, and gives the rest.
std::string_view Counter::count_open(std::string_view text) {
  const std::size_t wanted = std::max(2 * looked_at_, looked_at_ + step_bytes_min);
  const std::size_t missing = wanted - std::min(wanted, open_.size());
  const std::size_t taken = std::min(text.size(), missing);
  open_.append(text.substr(0, taken));
  if (open_.size() < wanted) return {};
  const auto counted = pool_.take()->count(open_, TextEnd::more_follows);
  tokens_ += counted.tokens;
  const std::size_t left = open_.size() - counted.bytes;
  if (left <= taken) {
    // What is open now is all in the chunk.
    open_.clear();
    return text.substr(taken - left);
  }
  keep(std::string(open_, counted.bytes));
  return text.substr(taken);
}

void Counter::keep(std::string_view open) {
  open_.assign(open);
  looked_at_ = open_.size();
  if (open_.size() <= open_bytes_max) return;
  long_run_ = std::make_unique<LongRun>(pool_.vocabulary(), open_);
  count_long({});
}

// Gives what is left of `text` when the run is done.
std::string_view Counter::count_long(std::string_view text) {
  do {
    if (open_.empty()) {
      text.remove_prefix(long_run_->take(text, TextEnd::more_follows));
      if (!long_run_->is_done()) open_.assign(std::exchange(text, {}));
    } else {
      // Enough to decide on the few bytes that were undecided.
      const std::size_t taken = std::min(text.size(), LongRun::undecided_bytes_max);
      open_.append(text.substr(0, taken));
      text.remove_prefix(taken);
      open_.erase(0, long_run_->take(open_, TextEnd::more_follows));
    }
  } while (!long_run_->is_done() && !text.empty());
  if (long_run_->is_done()) end_long_run();
  return text;
}

void Counter::end_long_run() {
  tokens_ += long_run_->tokens();
  open_.insert(0, long_run_->left_over());
  looked_at_ = 0;
  long_run_.reset();
}

Result<> Counter::finish() {
  if (long_run_ != nullptr && !is_over()) {
    open_.erase(0, long_run_->take(open_, TextEnd::is_here));
    end_long_run();
  }
  if (!is_over()) tokens_ += pool_.take()->count(open_, TextEnd::is_here).tokens;
  open_.clear();
  return {};
}

}  // namespace argot::tokens
