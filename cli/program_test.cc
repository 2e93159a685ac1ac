#include "cli/program.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

namespace argot::cli {
namespace {

class Program : public ::testing::Test {
 protected:
  int run(std::vector<std::string> arguments) {
    return run_program({.arguments = std::move(arguments), .environment = {}},
                       {.out = out_, .err = err_});
  }

  std::ostringstream out_;
  std::ostringstream err_;
};

TEST_F(Program, ShowsItsVersion) {
  EXPECT_EQ(run({"--version"}), exit_success);
  EXPECT_EQ(out_.str(), "argot " ARGOT_VERSION "\n");
}

TEST_F(Program, ShowsItsCommandsWhereItIsAsked) {
  EXPECT_EQ(run({"help"}), exit_success);
  for (const std::string_view command :
       {"argot serve", "argot keys", "argot admin", "argot help"}) {
    EXPECT_NE(out_.str().find(command), std::string::npos) << command;
  }
  EXPECT_EQ(err_.str(), "");
}

TEST_F(Program, NeedsACommand) {
  EXPECT_EQ(run({}), exit_usage);
  EXPECT_NE(err_.str().find("argot serve"), std::string::npos);
  EXPECT_EQ(out_.str(), "");
}

TEST_F(Program, NamesACommandThatItDoesNotHave) {
  EXPECT_EQ(run({"server"}), exit_usage);
  EXPECT_TRUE(err_.str().starts_with("argot: there is no command 'server'"));
}

TEST_F(Program, PassesTheRestOn) {
  EXPECT_EQ(run({"serve", "--help"}), exit_success);
  EXPECT_NE(out_.str().find("--listen"), std::string::npos);
  out_.str("");
  EXPECT_EQ(run({"keys", "--help"}), exit_success);
  EXPECT_NE(out_.str().find("revoke"), std::string::npos);
  out_.str("");
  EXPECT_EQ(run({"admin", "--help"}), exit_success);
  EXPECT_NE(out_.str().find("usage"), std::string::npos);
}

TEST_F(Program, AnOutputThatTakesNoMoreIsAFailure) {
  for (const std::vector<std::string>& arguments :
       std::vector<std::vector<std::string>>{{"help"}, {"version"}, {"keys", "--help"}}) {
    err_.str("");
    std::ofstream full("/dev/full");
    EXPECT_EQ(run_program({.arguments = arguments, .environment = {}}, {.out = full, .err = err_}),
              exit_failure)
        << arguments[0];
    EXPECT_EQ(err_.str(), "argot: standard output: it takes no more\n");
  }
  // What failed says why, and no more.
  err_.str("");
  std::ofstream full("/dev/full");
  full << "x";
  EXPECT_EQ(
      run_program({.arguments = {"keys", "no"}, .environment = {}}, {.out = full, .err = err_}),
      exit_usage);
  EXPECT_EQ(err_.str().find("takes no more"), std::string::npos) << err_.str();
}

TEST_F(Program, TheChildThatReadsDocumentsIsNoCommandForPeople) {
  EXPECT_EXIT(run({"extract-text"}), ::testing::ExitedWithCode(2), "the arguments are wrong");
  EXPECT_EQ(run({"help"}), exit_success);
  EXPECT_EQ(out_.str().find("extract-text"), std::string::npos);
}

}  // namespace
}  // namespace argot::cli
