#include "cli/serve.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "server/settings_table.h"
#include "tests/support/fakes.h"

namespace argot::cli {
namespace {

// What serving itself does is tested by tests/process and server/run_test.cc.
class Serve : public ::testing::Test {
 protected:
  int run(std::vector<std::string> arguments) {
    return run_serve({.arguments = std::move(arguments), .environment = {}},
                     {.out = out_, .err = err_});
  }

  std::ostringstream out_;
  std::ostringstream err_;
};

TEST_F(Serve, HelpShowsEverySetting) {
  EXPECT_EQ(run({"--help"}), exit_success);
  EXPECT_NE(out_.str().find(server::settings_help()), std::string::npos);
  EXPECT_EQ(err_.str(), "");
}

TEST_F(Serve, ABadSettingIsOneLine) {
  EXPECT_EQ(run({"--server-workers", "0"}), exit_failure);
  EXPECT_TRUE(err_.str().starts_with("argot: server.workers: expected a number from 1 to 1024"));
  EXPECT_EQ(err_.str().find('\n'), err_.str().size() - 1);
}

TEST_F(Serve, AStartThatFailsIsOneLine) {
  const argot::testing::TempFolder folder;
  std::ofstream(folder / "file") << "in the way";
  EXPECT_EQ(run({"--data", folder / "file"}), exit_failure);
  EXPECT_TRUE(err_.str().starts_with("argot: cannot use the folder"));
  EXPECT_EQ(err_.str().find('\n'), err_.str().size() - 1);
}

TEST_F(Serve, AnUnknownFlagIsAMistakeOfWhoeverTypedIt) {
  EXPECT_EQ(run({"--limit", "1"}), exit_usage);
  EXPECT_NE(err_.str().find("'argot serve --help'"), std::string::npos);
}

}  // namespace
}  // namespace argot::cli
