// A small disk of our own, a server on it in a process of its own, and the shim between the two.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "tests/crash/disk_model.h"
#include "tests/crash/disk_state.h"
#include "tests/crash/fault_shim.h"
#include "tests/crash/operation_log.h"
#include "tests/crash/oracle.h"
#include "tests/crash/workload.h"
#include "tests/support/fakes.h"

namespace argot::crash {

// What goes wrong in a run.
struct Fault {
  std::uint64_t at = 0;
  Action action = Action::none;
  bool for_ever = false;
  Lie lie = Lie::none;

  // "EIO at 17 for ever", for people.
  std::string text() const;
};

struct RunResult {
  // The exit status, or minus the signal.
  int status = 0;
  OperationLog log;

  bool was_killed() const;
  // Whether the process came to an end that a server may come to: done, refused to start, or
  // stopped itself.
  bool ended_well() const;
  // Everything that the clients were told.
  Oracle oracle() const;
};

class Rig {
 public:
  // In memory: what is not synced is what the model says, not what this machine does.
  Rig();
  // With the disk somewhere else; the folder exists and is emptied.
  explicit Rig(std::filesystem::path disk);

  // Makes the disk what runs of that scenario begin with.
  void reset(Scenario scenario);
  void reset(const DiskState& state);
  DiskModel model() const { return DiskModel(disk()); }
  DiskState state() const { return DiskState::of_folder(disk()); }

  // On the disk as it is. The process is a fork of this one, which must have one thread only.
  RunResult run(const Workload& workload, const Fault& fault);
  // A start and an end.
  RunResult run_recovery(const Fault& fault);
  // Whatever it is.
  RunResult run(const std::function<Ended()>& work, const Fault& fault);

  // What is wrong with what is on the disk, which is changed by looking.
  std::vector<std::string> judge(const Oracle& oracle) const;

  std::string disk() const { return disk_.string(); }
  std::string data() const { return disk() + "/data"; }

 private:
  testing::TempFolder place_;
  std::filesystem::path disk_;
  DiskState prepared_;  // of a server that was started and ended
};

}  // namespace argot::crash
