// std::chrono's durations and clocks, for the headers of this library.
//
// <chrono> has calendars and time zones as well, which cost every program that includes this
// library some hundredths of a second. Whoever waits for a mutex takes durations and time points,
// so <mutex> declares them.
#pragma once

#include <mutex>  // IWYU pragma: export
