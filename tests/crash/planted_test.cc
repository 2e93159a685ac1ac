// The campaigns against planted bugs: each has to be found, or a clean campaign proves nothing.
#include <gtest/gtest.h>

#include <iostream>
#include <string>
#include <string_view>

#include "tests/crash/campaign.h"
#include "tests/crash/settings.h"

namespace argot::crash {
namespace {

class Planted : public ::testing::Test {
 protected:
  static Workload workload_of(Scenario scenario, Bug bug) {
    return {.scenario = scenario, .bug = bug, .seed = settings().seed};
  }
  static Effort effort() {
    return {.seed = settings().seed, .points = 3'000, .ends_at_first_finding = true};
  }
  static void expect_found(const Tally& tally, std::string_view invariant) {
    std::cout << tally.text() << '\n';
    EXPECT_TRUE(tally.has_broken(invariant)) << "seed " << settings().seed;
  }

  Rig rig_;
};

TEST_F(Planted, ContentThatIsNotSynced) {
  const Workload workload = workload_of(Scenario::serving, Bug::none);
  expect_found(cut_the_power(rig_, workload, Lie::content, effort()), "I1");
}

TEST_F(Planted, AFolderThatIsNotSyncedAfterARename) {
  const Workload workload = workload_of(Scenario::serving, Bug::none);
  expect_found(cut_the_power(rig_, workload, Lie::shards, effort()), "I1");
}

TEST_F(Planted, AParentThatIsNotSyncedAfterMkdir) {
  const Workload workload = workload_of(Scenario::first_start, Bug::none);
  expect_found(cut_the_power(rig_, workload, Lie::folders, effort()), "I1");
}

TEST_F(Planted, ALogThatIsNotSyncedAtCommit) {
  const Workload workload = workload_of(Scenario::serving, Bug::none);
  expect_found(cut_the_power(rig_, workload, Lie::log, effort()), "I4");
}

TEST_F(Planted, ARowBeforeItsContent) {
  const Workload workload = workload_of(Scenario::serving, Bug::row_before_content);
  expect_found(kill_everywhere(rig_, workload, effort()), "I1");
}

TEST_F(Planted, AnAnswerBeforeTheCommit) {
  const Workload workload = workload_of(Scenario::serving, Bug::answer_before_commit);
  expect_found(kill_everywhere(rig_, workload, effort()), "I4");
}

TEST_F(Planted, ADeleteThatBeginsWithTheContent) {
  const Workload workload = workload_of(Scenario::serving, Bug::removal_before_row);
  expect_found(kill_everywhere(rig_, workload, effort()), "I1");
}

TEST_F(Planted, AQuotaThatIsGivenBackLater) {
  const Workload workload = workload_of(Scenario::serving, Bug::quota_in_second_commit);
  expect_found(kill_everywhere(rig_, workload, effort()), "I2");
}

TEST_F(Planted, AFailedSyncThatIsRetried) {
  const Workload workload = workload_of(Scenario::serving, Bug::failed_sync_retried);
  expect_found(lose_failed_syncs(rig_, workload, effort()), "I1");
}

TEST_F(Planted, AShortWriteThatIsIgnored) {
  const Workload workload = workload_of(Scenario::serving, Bug::short_write_ignored);
  const Fault fault{.action = Action::short_write};
  expect_found(fail_everywhere(rig_, workload, fault, effort()), "I1");
}

}  // namespace
}  // namespace argot::crash
