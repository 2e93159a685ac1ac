#include "cli/files.h"

#include "cli/files_fixture.h"

namespace argot::cli {
namespace {

class Files : public FilesFixture {};

TEST_F(Files, EachCommandHasItsHelp) {
  EXPECT_EQ(run_as_typed({"--help"}), exit_success);
  for (const std::string command : {"create", "list", "retrieve", "download", "delete"}) {
    EXPECT_EQ(run_as_typed({"--help"}), exit_success);
    EXPECT_NE(out().find(command), std::string::npos) << command;
    EXPECT_EQ(run_as_typed({command, "--help"}), exit_success);
    EXPECT_NE(out().find("argot files " + command), std::string::npos) << out();
    EXPECT_NE(out().find("--server"), std::string::npos) << out();
    EXPECT_EQ(err(), "");
  }
  EXPECT_TRUE(requests().empty());
}

TEST_F(Files, NeedsACommand) {
  EXPECT_EQ(run_as_typed({}), exit_usage);
  EXPECT_EQ(run_as_typed({"destroy"}), exit_usage);
  EXPECT_TRUE(requests().empty());
}

TEST_F(Files, NeedsCredentialsThatItCanTrust) {
  environment_ = {{"ARGOTOPENAI_API_KEY_AUTH", "sk"}};
  std::filesystem::create_directory(folder_ / "data");
  std::ofstream(folder_ / "data/credentials") << "ARGOTOPENAI_SERVER_URL=http://x/v1\n";
  std::filesystem::permissions(folder_ / "data/credentials", std::filesystem::perms(0644));
  EXPECT_EQ(run({"list", "--data", folder_ / "data"}), exit_failure);
  EXPECT_TRUE(err().starts_with("argot: cannot use ")) << err();
  EXPECT_TRUE(requests().empty());
}

}  // namespace
}  // namespace argot::cli
