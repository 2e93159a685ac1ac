#include "tests/crash/rig.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <utility>

#include "base/assert.h"
#include "base/unique_fd.h"
#include "tests/crash/checker.h"

namespace argot::crash {
namespace {

std::string_view name_of(Action action) {
  switch (action) {
    case Action::none:
      return "no fault";
    case Action::kill:
      return "kill";
    case Action::power_off:
      return "power off";
    case Action::fail_io:
      return "EIO";
    case Action::fail_space:
      return "ENOSPC";
    case Action::short_write:
      return "short write";
  }
  std::unreachable();
}

}  // namespace

std::string Fault::text() const {
  return std::string(name_of(action)) + " at " + std::to_string(at) + (for_ever ? " for ever" : "");
}

bool RunResult::was_killed() const { return status == -SIGKILL; }

bool RunResult::ended_well() const {
  const auto ended = Ended(status);
  return ended == Ended::done || ended == Ended::not_started || ended == Ended::failed_stop;
}

Oracle RunResult::oracle() const {
  Oracle oracle;
  for (const Record& record : log.records()) {
    if (record.operation == Operation::remark) oracle.hear(record.data);
  }
  return oracle;
}

Rig::Rig() : Rig(std::filesystem::path()) {}

Rig::Rig(std::filesystem::path disk)
    : place_(testing::TempFolder::in_memory()), disk_(std::move(disk)) {
  if (disk_.empty()) {
    disk_ = place_.path() / "disk";
    std::filesystem::create_directory(disk_);
  }
  empty_folder(disk_);
  ASSERT(run_start(data()) == Ended::done);
  prepared_ = state();
}

void Rig::reset(Scenario scenario) {
  empty_folder(disk_);
  if (scenario != Scenario::first_start) prepared_.write_to(disk());
}

void Rig::reset(const DiskState& state) {
  empty_folder(disk_);
  state.write_to(disk());
}

RunResult Rig::run(const std::function<Ended()>& work, const Fault& fault) {
  const std::string log_path = place_ / "log";
  UniqueFd log(::open(log_path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  ASSERT(log);
  const std::string root = std::filesystem::canonical(disk_).string();
  const pid_t child = ::fork();
  ASSERT(child >= 0);
  if (child == 0) {
    const FaultPlan plan{.root = root.c_str(),
                         .log = log.get(),
                         .at = fault.at,
                         .action = fault.action,
                         .for_ever = fault.for_ever,
                         .lie = fault.lie};
    argot_faults_begin(&plan);
    const Ended ended = work();
    ::_exit(static_cast<int>(ended));
  }
  log.close();
  int status = 0;
  while (::waitpid(child, &status, 0) < 0) {
  }
  return {.status = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status),
          .log = OperationLog(log_path)};
}

RunResult Rig::run(const Workload& workload, const Fault& fault) {
  return run([&] { return run_workload(workload, data()); }, fault);
}

RunResult Rig::run_recovery(const Fault& fault) {
  return run([&] { return run_start(data()); }, fault);
}

std::vector<std::string> Rig::judge(const Oracle& oracle) const {
  return broken_invariants(data(), oracle);
}

}  // namespace argot::crash
