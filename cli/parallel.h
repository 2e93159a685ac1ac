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

#include "cli/progress_board.h"

namespace argot::cli {

// How many things a user may ask for at once.
inline constexpr std::int64_t parallel_max = 64;

// Calls `work` with 0 to count - 1, at most `parallel` at a time, and returns when all have
// returned. With one at a time it runs on the caller's thread. `work` must not throw.
void for_each_in_parallel(std::size_t count, std::size_t parallel,
                          const std::function<void(std::size_t)>& work);

// What is told of one thing; what is empty is not told.
struct Told {
  std::string line;  // for the board, before the text; without its end
  std::string text;  // for the output
};

// Tells things in the order of their numbers, whatever order they come in: each as soon as those
// before it are there. Thread-safe; the lock is held while a thing is told.
class OrderedOutput {
 public:
  // `out` and `board` must outlive it.
  OrderedOutput(std::ostream& out, ProgressBoard& board, std::size_t count)
      : out_(out), board_(board), told_(count) {}

  // Once for each number from 0 to count - 1, also where there is nothing to tell.
  void put(std::size_t number, Told told);

 private:
  std::mutex mutex_;
  std::ostream& out_;
  ProgressBoard& board_;
  std::vector<std::optional<Told>> told_;
  std::size_t done_ = 0;
};

}  // namespace argot::cli
