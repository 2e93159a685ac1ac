// Decides which of many small steps are worth telling the caller.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "argot_open_ai/lib/options.hpp"
#include "detail/client.hpp"

namespace argot::openai {
inline namespace v0 {
namespace detail {

class ProgressMeter {
 public:
  /// Borrows both.
  ProgressMeter(const std::function<void(const Progress&)>& listener,
                const Surroundings& surroundings)
      : listener_(listener), surroundings_(surroundings) {}

  /// Tells the listener if it is more than before and 100 ms or a percent have passed, or if
  /// `isEnd`. What the listener throws passes through.
  void step(std::uint64_t done, std::optional<std::uint64_t> total, bool isEnd) {
    if (!listener_) return;
    if (total) total_ = total;
    if (done < told_ || (done == told_ && !(isEnd && !wasToldEnd_))) return;
    const SteadyTime now = surroundings_.now();
    const bool isPercent = total_ && *total_ != 0 && done - told_ >= *total_ / 100;
    if (!isEnd && !isPercent && toldOnce_ && now - lastTold_ < std::chrono::milliseconds(100))
      return;
    told_ = done;
    lastTold_ = now;
    toldOnce_ = true;
    wasToldEnd_ = isEnd;
    listener_(Progress{.done = done, .total = total_});
  }

 private:
  const std::function<void(const Progress&)>& listener_;
  const Surroundings& surroundings_;
  std::optional<std::uint64_t> total_{};
  std::uint64_t told_ = 0;
  bool toldOnce_ = false;
  bool wasToldEnd_ = false;
  SteadyTime lastTold_{};
};

}  // namespace detail
}  // namespace v0
}  // namespace argot::openai
