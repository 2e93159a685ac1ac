#include "cli/arguments.h"

#include <gtest/gtest.h>

#include <sstream>

namespace argot::cli {
namespace {

class Arguments : public ::testing::Test {
 protected:
  Arguments() {
    app_.add_option("--name", name_);
    app_.add_subcommand("inner", "An inner command")->add_option("place", place_)->required();
  }

  std::optional<int> parse(std::vector<std::string> arguments) {
    return parse_arguments(app_, std::move(arguments), {.out = out_, .err = err_});
  }

  CLI::App app_{"Does something.", "argot something"};
  std::string name_;
  std::string place_;
  std::ostringstream out_;
  std::ostringstream err_;
};

TEST_F(Arguments, AreTakenInTheOrderInWhichTheyWereTyped) {
  EXPECT_EQ(parse({"--name", "one", "inner", "there"}), std::nullopt);
  EXPECT_EQ(name_, "one");
  EXPECT_EQ(place_, "there");
  EXPECT_EQ(out_.str() + err_.str(), "");
}

TEST_F(Arguments, HelpEndsTheCommandWell) {
  EXPECT_EQ(parse({"--help"}), exit_success);
  EXPECT_NE(out_.str().find("--name"), std::string::npos);
  EXPECT_EQ(err_.str(), "");
}

TEST_F(Arguments, HelpOfAnInnerCommandIsItsOwn) {
  EXPECT_EQ(parse({"inner", "--help"}), exit_success);
  EXPECT_NE(out_.str().find("An inner command"), std::string::npos);
  EXPECT_NE(out_.str().find("Usage: argot something inner"), std::string::npos) << out_.str();
}

TEST_F(Arguments, AMistakeIsNamedAndEndsTheCommand) {
  for (const std::vector<std::string>& bad :
       {std::vector<std::string>{"--nam", "x"}, {"inner"}, {"--name"}, {"other"}}) {
    err_.str("");
    EXPECT_EQ(parse(bad), exit_usage) << bad.front();
    EXPECT_TRUE(err_.str().starts_with("argot: ")) << err_.str();
    EXPECT_NE(err_.str().find("'argot something --help'"), std::string::npos);
  }
  EXPECT_EQ(out_.str(), "");
}

}  // namespace
}  // namespace argot::cli
