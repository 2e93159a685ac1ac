// Several things at once, told in the order in which they were asked for.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <iosfwd>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace argot::cli {

// How many things a user may ask for at once.
inline constexpr std::int64_t parallel_max = 64;

// Calls `work` with 0 to count - 1, at most `parallel` at a time, and returns when all have
// returned. With one at a time it runs on the caller's thread. `work` must not throw.
void for_each_in_parallel(std::size_t count, std::size_t parallel,
                          const std::function<void(std::size_t)>& work);

// Writes texts in the order of their numbers, whatever order they come in: each as soon as those
// before it are there. Thread-safe; the lock is held while a text is written.
class OrderedOutput {
 public:
  // `out` must outlive it.
  OrderedOutput(std::ostream& out, std::size_t count) : out_(out), texts_(count) {}

  // Once for each number from 0 to count - 1; an empty text where there is nothing to say.
  void put(std::size_t number, std::string text);

 private:
  std::mutex mutex_;
  std::ostream& out_;
  std::vector<std::optional<std::string>> texts_;
  std::size_t written_ = 0;
};

}  // namespace argot::cli
