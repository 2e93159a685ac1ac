// What a server is busy with when it crashes: clients that create and delete, and the housekeeper,
// over a real core. What the clients were told goes into the operation log as remarks (oracle.h).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "digest/digest_values.h"
#include "tests/crash/mutant.h"

namespace argot::crash {

enum class Scenario {
  first_start,  // there is no data folder yet
  serving,      // one client after the other: every kind of request, in parts as well, expiry, a
                // restart
  concurrent,   // three clients and the sweeper at once, so that commits are shared
  long_log,     // as much as makes the catalogue move its log while it serves
  afterwards,   // a start on what another one has left, and a few requests
};

struct Workload {
  Scenario scenario = Scenario::serving;
  Bug bug = Bug::none;
  std::uint64_t seed = 1;
};

// What ends a run.
enum class Ended : int {
  done = 0,
  not_started = 1,   // a start was refused
  failed_stop = 70,  // the catalogue's outcome is unknown: the server ends, and starts anew
};

// Runs to its end in the data folder, which Scenario::first_start makes and the others find. With
// the same seed it is the same sequence of operations, but for Scenario::concurrent.
Ended run_workload(const Workload& workload, const std::string& data);

// A start and an orderly end: what the others find.
Ended run_start(const std::string& data);

// Of a file that came in these pieces: of several, that of its parts, as the catalogue has it.
digest::Sha256Value digest_of_parts(const std::vector<std::string>& pieces);

// What the clock of a workload shows first, in milliseconds since 1970: later than any file of
// these tests.
inline constexpr std::int64_t clock_begin_ms = 4'102'444'800'000;

}  // namespace argot::crash
