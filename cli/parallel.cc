#include "cli/parallel.h"

#include <algorithm>
#include <atomic>
#include <thread>
#include <utility>

namespace argot::cli {

void for_each_in_parallel(std::size_t count, std::size_t parallel,
                          const std::function<void(std::size_t)>& work) {
  std::atomic<std::size_t> next = 0;
  const auto take = [&next, &work, count] {
    for (std::size_t number = next++; number < count; number = next++) work(number);
  };
  std::vector<std::jthread> threads;
  for (std::size_t i = 1; i < std::min(count, parallel); ++i) threads.emplace_back(take);
  take();
}

void OrderedOutput::put(std::size_t number, Told told) {
  const std::scoped_lock lock(mutex_);
  told_[number] = std::move(told);
  for (; done_ < told_.size() && told_[done_]; ++done_) {
    const Told next = *std::exchange(told_[done_], Told());
    if (!next.line.empty()) board_.say(next.line);
    if (!next.text.empty()) board_.print(out_, next.text);
  }
}

}  // namespace argot::cli
