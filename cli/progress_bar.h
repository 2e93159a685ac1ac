// One line that shows how far a transfer is, as a function of numbers; what draws it is
// progress_board.h.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>

#include "base/clock.h"

namespace argot::cli {

// What a bar shows.
struct TransferNumbers {
  std::string name;  // printable
  std::uint64_t done = 0;
  std::optional<std::uint64_t> total;
  std::optional<double> bytes_per_second;
  std::string waiting_for;  // shown instead of the numbers where it is not empty
};

// At most `columns` wide:
//
//   train.jsonl      [=========>          ]  47%   240 MB   60 MB/s   0:04
std::string progress_line(const TransferNumbers& numbers, std::size_t columns);

// The speed of the last few seconds. Not thread-safe.
class RateMeter {
 public:
  void add(std::uint64_t done, SteadyTime now);
  // Nothing before there is enough to tell.
  std::optional<double> bytes_per_second() const;

 private:
  struct Sample {
    SteadyTime time;
    std::uint64_t done = 0;
  };
  std::deque<Sample> samples_;  // at most one in 100 ms, and 5 s of them
};

}  // namespace argot::cli
