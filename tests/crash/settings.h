// How long the campaigns run, from the command line of the test program (main.cc).
#pragma once

#include <cstdint>

#include "tests/crash/campaign.h"

namespace argot::crash {

struct Settings {
  // Of the persistence model, together; the other campaigns are scaled by it.
  std::uint64_t states = 2'000;
  std::uint64_t seed = 0;  // printed
};

Settings& settings();

// A campaign that has this many points where there are 2,000 states, and that share of more.
Effort effort_of(std::uint64_t points);

}  // namespace argot::crash
