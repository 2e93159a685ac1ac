#include "cli/parallel.h"

#include <algorithm>
#include <atomic>
#include <ostream>
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

void OrderedOutput::put(std::size_t number, std::string text) {
  const std::scoped_lock lock(mutex_);
  texts_[number] = std::move(text);
  while (written_ < texts_.size() && texts_[written_]) {
    out_ << *std::exchange(texts_[written_], std::string());
    ++written_;
  }
  out_ << std::flush;
}

}  // namespace argot::cli
