#include "cli/globs.h"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>

#include "tests/support/fakes.h"

namespace argot::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class Globs : public ::testing::Test {
 protected:
  void make(const std::string& name) { std::ofstream(folder_ / name) << "x"; }

  testing::TempFolder folder_;
};

TEST_F(Globs, ExpandWhatTheShellHasLeft) {
  make("b.jsonl");
  make("a.jsonl");
  make("c.txt");
  std::filesystem::create_directory(folder_ / "d.jsonl");
  EXPECT_THAT(expanded(folder_ / "*.jsonl"), ElementsAre(folder_ / "a.jsonl", folder_ / "b.jsonl"));
  EXPECT_THAT(expanded(folder_ / "[bc].*"), ElementsAre(folder_ / "b.jsonl", folder_ / "c.txt"));
  EXPECT_THAT(expanded(folder_ / "?.txt"), ElementsAre(folder_ / "c.txt"));
  EXPECT_THAT(expanded(folder_ / "*.none"), IsEmpty());
}

TEST_F(Globs, AFileOfThatVeryNameComesFirst) {
  make("[ab].txt");
  make("a.txt");
  EXPECT_THAT(expanded(folder_ / "[ab].txt"), ElementsAre(folder_ / "[ab].txt"));
}

TEST_F(Globs, OtherNamesAreTakenAsTheyAre) {
  EXPECT_THAT(expanded(folder_ / "none"), ElementsAre(folder_ / "none"));
  EXPECT_THAT(expanded("-"), ElementsAre("-"));
}

}  // namespace
}  // namespace argot::cli
