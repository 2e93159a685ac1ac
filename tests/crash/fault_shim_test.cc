// Nothing that the core does to its files escapes the shim, and the shim does what it says.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <ostream>
#include <string>
#include <string_view>

#include "base/unique_fd.h"
#include "tests/crash/rig.h"
#include "tests/crash/settings.h"

namespace argot::crash {

// What GoogleTest calls it.
static void PrintTo(Scenario scenario, std::ostream* out) {
  switch (scenario) {
    case Scenario::first_start:
      *out << "first_start";
      return;
    case Scenario::serving:
      *out << "serving";
      return;
    case Scenario::concurrent:
      *out << "concurrent";
      return;
    case Scenario::long_log:
      *out << "long_log";
      return;
    case Scenario::afterwards:
      *out << "afterwards";
      return;
  }
}

namespace {

// What the model makes of the log, against what is really there.
std::string difference(const DiskModel& begin, const RunResult& run, const Rig& rig) {
  DiskModel model = begin;
  for (const Record& record : run.log.records()) model.apply(record);
  const DiskState real = rig.state();
  const DiskState replayed = model.state(Kept::everything);
  return "really:\n" + real.difference_to(replayed) + "by the log:\n" +
         replayed.difference_to(real);
}

constexpr std::string_view no_difference = "really:\nby the log:\n";

class EveryScenario : public ::testing::TestWithParam<Scenario> {};

TEST_P(EveryScenario, LogReplaysToTheRealFolder) {
  Rig rig;
  rig.reset(GetParam());
  const DiskModel begin = rig.model();
  const RunResult run = rig.run({.scenario = GetParam(), .seed = settings().seed}, {});
  EXPECT_EQ(run.status, 0);
  EXPECT_GT(run.log.count(), 80U);
  EXPECT_EQ(difference(begin, run, rig), no_difference) << "seed " << settings().seed;
  EXPECT_TRUE(rig.judge(run.oracle()).empty());
}

INSTANTIATE_TEST_SUITE_P(FaultShim, EveryScenario,
                         ::testing::Values(Scenario::first_start, Scenario::serving,
                                           Scenario::concurrent, Scenario::long_log,
                                           Scenario::afterwards));

class FaultShim : public ::testing::Test {
 protected:
  // In a process of its own: writes "0123456789" to a new file and ends with the errno.
  RunResult write_file(const Fault& fault) {
    const std::string path = rig_.disk() + "/file";
    return rig_.run(
        [&] {
          const UniqueFd file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL, 0600));
          if (!file || ::write(file.get(), "0123456789", 10) < 0 || ::fsync(file.get()) != 0) {
            return Ended(errno);
          }
          return Ended::done;
        },
        fault);
  }
  std::string content() const {
    const DiskState state = rig_.state();
    const auto file = state.files().find("file");
    return file == state.files().end() ? "none" : std::string(file->second);
  }

  Rig rig_;
};

TEST_F(FaultShim, CountsWhatChangesSomething) {
  const RunResult run = write_file({});
  EXPECT_EQ(run.status, 0);
  ASSERT_EQ(run.log.count(), 3U);
  EXPECT_EQ(run.log.records()[0].text(), "1 create \"file\"");
  EXPECT_EQ(run.log.records()[1].text(), "2 write \"file\" at 0+10");
  EXPECT_EQ(run.log.records()[2].text(), "3 sync \"file\"");
}

TEST_F(FaultShim, KillsBeforeTheOperation) {
  EXPECT_TRUE(write_file({.at = 2, .action = Action::kill}).was_killed());
  EXPECT_EQ(content(), "");
}

TEST_F(FaultShim, FailsAnOperationOnce) {
  EXPECT_EQ(write_file({.at = 1, .action = Action::fail_space}).status, ENOSPC);
  EXPECT_EQ(content(), "none");
  EXPECT_EQ(write_file({.at = 2, .action = Action::fail_io}).status, EIO);
  EXPECT_EQ(content(), "");
}

TEST_F(FaultShim, RecordsASyncThatFailed) {
  const RunResult run = write_file({.at = 3, .action = Action::fail_io});
  EXPECT_EQ(run.status, EIO);
  EXPECT_EQ(run.log.records().back().text(), "3 failed sync \"file\"");
}

TEST_F(FaultShim, TakesHalfOfAWrite) {
  const RunResult run = write_file({.at = 2, .action = Action::short_write});
  EXPECT_EQ(run.status, 0);
  EXPECT_EQ(content(), "01234");
  EXPECT_EQ(run.log.records()[1].data, "01234");
}

TEST_F(FaultShim, WhatItCannotSeeIsNoticed) {
  rig_.reset(Scenario::first_start);
  const DiskModel begin = rig_.model();
  const std::string path = rig_.disk() + "/file";
  const RunResult run = rig_.run(
      [&] {
        const UniqueFd file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL, 0600));
        ::syscall(SYS_write, file.get(), "x", 1);
        return Ended::done;
      },
      {});
  EXPECT_EQ(difference(begin, run, rig_),
            "really:\nother content: file\nby the log:\nother content: file\n");
}

}  // namespace
}  // namespace argot::crash
