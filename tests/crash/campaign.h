// The campaigns: many runs, a fault in each, and a look at what is left.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "tests/crash/rig.h"

namespace argot::crash {

// How much a campaign does.
struct Effort {
  std::uint64_t seed = 1;
  // Of the points at which something can happen, about so many are tried, chosen by the seed; all
  // of them where there are not more.
  std::uint64_t points = 0;
  // Enough where one finding is what is looked for.
  bool ends_at_first_finding = false;
};

// What came of it.
struct Tally {
  std::uint64_t points = 0;           // runs with a fault
  std::uint64_t states = 0;           // folders that were recovered and looked at
  std::uint64_t bad = 0;              // of these
  std::vector<std::string> findings;  // of the first few

  bool is_clean() const { return bad == 0; }
  // Whether a finding names that invariant ("I4").
  bool has_broken(std::string_view invariant) const;
  std::string text() const;

  // Counts one folder that was looked at.
  void add(const std::string& where, const std::vector<std::string>& broken);
};

// The process is killed before an operation.
Tally kill_everywhere(Rig& rig, const Workload& workload, const Effort& effort);

// The process is killed, and so is the one that recovers, before each of its operations in turn.
// `effort.points` are of the first kill.
Tally kill_the_recovery(Rig& rig, const Workload& workload, const Effort& effort);

// An operation fails, once or for ever; the process has to come to an end of its own. Lies are
// told throughout.
Tally fail_everywhere(Rig& rig, const Workload& workload, const Fault& fault, const Effort& effort);

// The power goes before or after an operation, and the disk keeps of what was not synced what it
// likes (disk_model.h). `effort.points` is the number of states.
Tally cut_the_power(Rig& rig, const Workload& workload, Lie lie, const Effort& effort);

// The power goes in the middle of the recovery from a kill.
Tally cut_the_recovery(Rig& rig, const Workload& workload, const Effort& effort);

// A sync fails once and what it was to write is lost, whatever later syncs say. The server goes on,
// or ends; it is started again; then the power goes, right after an answer. Until then everything
// reads as if it were there.
Tally lose_failed_syncs(Rig& rig, const Workload& workload, const Effort& effort);

}  // namespace argot::crash
