// The campaigns against the product as it is: nothing may be broken.
#include <gtest/gtest.h>

#include <chrono>
#include <iostream>
#include <string>

#include "tests/crash/campaign.h"
#include "tests/crash/settings.h"

namespace argot::crash {
namespace {

// Tells the figures, and fails where something is broken or nothing was looked at.
class Campaign : public ::testing::Test {
 protected:
  void expect_clean(const Tally& tally) {
    const auto took = std::chrono::steady_clock::now() - begin_;
    const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(took).count();
    std::cout << tally.text() << ", " << ms << " ms\n";
    EXPECT_TRUE(tally.is_clean()) << "seed " << settings().seed;
    EXPECT_GT(tally.states, 0U);
  }

  Rig rig_;

 private:
  const std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
};

Workload workload_of(Scenario scenario) { return {.scenario = scenario, .seed = settings().seed}; }

TEST_F(Campaign, KilledBeforeAnyOperation) {
  expect_clean(kill_everywhere(rig_, workload_of(Scenario::serving), effort_of(1'000)));
}

TEST_F(Campaign, KilledDuringTheFirstStart) {
  expect_clean(kill_everywhere(rig_, workload_of(Scenario::first_start), effort_of(120)));
}

TEST_F(Campaign, KilledWhileClientsShareCommits) {
  expect_clean(kill_everywhere(rig_, workload_of(Scenario::concurrent), effort_of(120)));
}

TEST_F(Campaign, KilledWhileTheLogIsMoved) {
  expect_clean(kill_everywhere(rig_, workload_of(Scenario::long_log), effort_of(30)));
}

TEST_F(Campaign, KilledAgainDuringTheRecovery) {
  expect_clean(kill_the_recovery(rig_, workload_of(Scenario::serving), effort_of(8)));
}

TEST_F(Campaign, AnOperationFailsWithAnInputOutputError) {
  const Fault fault{.action = Action::fail_io};
  expect_clean(fail_everywhere(rig_, workload_of(Scenario::serving), fault, effort_of(160)));
}

TEST_F(Campaign, TheDiskFailsForEver) {
  const Fault fault{.action = Action::fail_io, .for_ever = true};
  expect_clean(fail_everywhere(rig_, workload_of(Scenario::serving), fault, effort_of(160)));
}

TEST_F(Campaign, AnOperationFindsTheDiskFull) {
  const Fault fault{.action = Action::fail_space};
  expect_clean(fail_everywhere(rig_, workload_of(Scenario::serving), fault, effort_of(160)));
}

TEST_F(Campaign, TheDiskIsFullForEver) {
  const Fault fault{.action = Action::fail_space, .for_ever = true};
  expect_clean(fail_everywhere(rig_, workload_of(Scenario::serving), fault, effort_of(160)));
}

TEST_F(Campaign, AWriteIsShort) {
  const Fault fault{.action = Action::short_write};
  expect_clean(fail_everywhere(rig_, workload_of(Scenario::serving), fault, effort_of(160)));
}

TEST_F(Campaign, AnythingFailsDuringTheFirstStart) {
  for (const Action action : {Action::fail_io, Action::fail_space, Action::short_write}) {
    const Workload workload = workload_of(Scenario::first_start);
    expect_clean(fail_everywhere(rig_, workload, {.action = action}, effort_of(40)));
    if (action == Action::short_write) break;
    const Fault for_ever{.action = action, .for_ever = true};
    expect_clean(fail_everywhere(rig_, workload, for_ever, effort_of(40)));
  }
}

TEST_F(Campaign, AnythingFailsWhileClientsShareCommits) {
  for (const Action action : {Action::fail_io, Action::fail_space, Action::short_write}) {
    const Workload workload = workload_of(Scenario::concurrent);
    expect_clean(fail_everywhere(rig_, workload, {.action = action}, effort_of(40)));
  }
}

TEST_F(Campaign, ThePowerGoes) {
  expect_clean(cut_the_power(rig_, workload_of(Scenario::serving), Lie::none, effort_of(1'100)));
}

TEST_F(Campaign, ThePowerGoesDuringTheFirstStart) {
  expect_clean(cut_the_power(rig_, workload_of(Scenario::first_start), Lie::none, effort_of(350)));
}

TEST_F(Campaign, ThePowerGoesWhileClientsShareCommits) {
  expect_clean(cut_the_power(rig_, workload_of(Scenario::concurrent), Lie::none, effort_of(350)));
}

TEST_F(Campaign, ThePowerGoesWhileTheLogIsMoved) {
  expect_clean(cut_the_power(rig_, workload_of(Scenario::long_log), Lie::none, effort_of(100)));
}

TEST_F(Campaign, ThePowerGoesDuringTheRecovery) {
  expect_clean(cut_the_recovery(rig_, workload_of(Scenario::serving), effort_of(100)));
}

TEST_F(Campaign, AFailedSyncLosesWhatItWasToWrite) {
  expect_clean(lose_failed_syncs(rig_, workload_of(Scenario::serving), effort_of(1'000)));
}

TEST_F(Campaign, AFailedSyncOfTheFirstStartLosesWhatItWasToWrite) {
  expect_clean(lose_failed_syncs(rig_, workload_of(Scenario::first_start), effort_of(1'000)));
}

TEST_F(Campaign, AFailedSyncOfALongLogLosesWhatItWasToWrite) {
  expect_clean(lose_failed_syncs(rig_, workload_of(Scenario::long_log), effort_of(8)));
}

}  // namespace
}  // namespace argot::crash
