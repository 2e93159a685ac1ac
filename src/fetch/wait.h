// A wait that can be cut short.
#pragma once

#include <stop_token>

#include "base/clock.h"

namespace argot::fetch {

enum class Waited { reached, stopped };

// Blocks, or leaves the task of a loop, until the system's steady clock reaches `time` or `stop` is
// requested, which wins.
Waited wait_until(SteadyTime time, const std::stop_token& stop);

}  // namespace argot::fetch
