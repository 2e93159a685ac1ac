// Power cuts on real file systems: the disk is a file, mounted; at an operation its file system is
// shut down without writing what it has in mind, and mounted again. Needs root, loop devices and
// the programs that make the file system; where one is missing the test is skipped and says so.
#include <gtest/gtest.h>
#include <sys/mount.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <random>
#include <string>

#include "tests/crash/campaign.h"
#include "tests/crash/settings.h"
#include "tests/support/fakes.h"

namespace argot::crash {
namespace {

struct FileSystem {
  const char* name;
  const char* make;  // the command that makes it, before the path of the image
  const char* image_bytes;
};

// What GoogleTest calls it.
void PrintTo(const FileSystem& system, std::ostream* out) { *out << system.name; }

// Whether a command of the shell succeeds.
bool succeeds(const std::string& command) {
  // NOLINTNEXTLINE(cert-env33-c): the commands are this file's own.
  return std::system((command + " >/dev/null 2>&1").c_str()) == 0;
}

class RealDisk : public ::testing::TestWithParam<FileSystem> {
 protected:
  void SetUp() override {
    if (::geteuid() != 0) GTEST_SKIP() << "only root may mount";
    const std::string maker(GetParam().make);
    if (!succeeds("command -v " + maker.substr(0, maker.find(' ')))) {
      GTEST_SKIP() << "there is no " << GetParam().name << " here: " << maker;
    }
    std::filesystem::create_directory(disk_);
    if (!succeeds("truncate -s " + std::string(GetParam().image_bytes) + " " + image_ + " && " +
                  maker + " " + image_) ||
        !mount()) {
      GTEST_SKIP() << "cannot mount a " << GetParam().name << " image here";
    }
  }
  void TearDown() override {
    if (is_mounted_) unmount();
  }

  bool mount() {
    is_mounted_ = succeeds("mount -o loop " + image_ + " " + disk_);
    return is_mounted_;
  }
  void unmount() {
    ASSERT_EQ(::umount(disk_.c_str()), 0);
    is_mounted_ = false;
  }

  // A shutdown at that operation, and a look at what the file system has after its own recovery.
  void cut_power_at(Rig& rig, const Workload& workload, std::uint64_t point, Tally& tally) {
    rig.reset(workload.scenario);
    ::sync();
    const Fault fault{.at = point, .action = Action::power_off};
    const RunResult run = rig.run(workload, fault);
    ASSERT_TRUE(run.was_killed()) << "status " << run.status;
    unmount();
    ASSERT_TRUE(mount());
    ++tally.points;
    tally.add(fault.text(), rig.judge(run.oracle()));
  }

  const testing::TempFolder place_{testing::TempFolder::in_memory()};
  const std::string image_ = place_ / "image";
  const std::string disk_ = place_ / "disk";
  bool is_mounted_ = false;
};

TEST_P(RealDisk, LosesNothingWhenThePowerGoes) {
  Rig rig(disk_);
  const Workload workload{.scenario = Scenario::serving, .seed = settings().seed};
  rig.reset(workload.scenario);
  const std::uint64_t last = rig.run(workload, {}).log.count();
  std::mt19937_64 random(settings().seed);
  Tally tally;
  for (std::uint64_t count = effort_of(12).points; count > 0 && !HasFatalFailure(); --count) {
    cut_power_at(rig, workload, 1 + random() % last, tally);
  }
  std::cout << GetParam().name << ": " << tally.text() << '\n';
  EXPECT_TRUE(tally.is_clean()) << "seed " << settings().seed;
  EXPECT_GT(tally.states, 0U);
}

// Without this, nothing would show that the shutdown loses anything.
TEST_P(RealDisk, LosesContentThatIsNotSynced) {
  Rig rig(disk_);
  const Workload workload{.scenario = Scenario::serving, .seed = settings().seed};
  rig.reset(workload.scenario);
  const RunResult well = rig.run(workload, {});
  // At the last operation most files are acknowledged and none is on the disk.
  rig.reset(workload.scenario);
  ::sync();
  const RunResult run =
      rig.run(workload, {.at = well.log.count(), .action = Action::power_off, .lie = Lie::content});
  ASSERT_TRUE(run.was_killed());
  unmount();
  ASSERT_TRUE(mount());
  Tally tally;
  tally.add("at the end", rig.judge(run.oracle()));
  EXPECT_TRUE(tally.has_broken("I1")) << tally.text();
}

// GoogleTest's macro has a parameter of the usual name.
constexpr auto name_of = [](const auto& disk) { return std::string(disk.param.name); };

INSTANTIATE_TEST_SUITE_P(Campaign, RealDisk,
                         ::testing::Values(FileSystem{"ext4", "mkfs.ext4 -q -F", "48M"},
                                           FileSystem{"xfs", "mkfs.xfs -q -f", "320M"}),
                         name_of);

}  // namespace
}  // namespace argot::crash
