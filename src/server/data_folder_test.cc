#include "server/data_folder.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>

#include "server/small_file.h"
#include "tests/support/fakes.h"

namespace argot::server {
namespace {

unsigned mode_of(const std::string& path) {
  struct stat status{};
  return ::stat(path.c_str(), &status) == 0 ? status.st_mode & 0777U : 0U;
}

class DataFolderTest : public ::testing::Test {
 protected:
  argot::testing::TempFolder temporary_;
  std::string path_ = temporary_ / "data";
};

TEST_F(DataFolderTest, IsMadeAndLocked) {
  const auto folder = DataFolder::open(path_);
  ASSERT_TRUE(folder) << folder.error().detail;
  EXPECT_EQ((*folder)->path(), path_);
  const auto second = DataFolder::open(path_);
  ASSERT_FALSE(second);
  EXPECT_NE(second.error().detail.find("--data"), std::string::npos);
}

TEST_F(DataFolderTest, WritesCredentialsThatAShellCanSource) {
  const auto folder = DataFolder::open(path_);
  ASSERT_TRUE(folder);
  EXPECT_EQ((*folder)->stored_key(), std::nullopt);
  ASSERT_TRUE(
      (*folder)->write_credentials({.key = "sk-argot-abc", .server_url = "http://127.0.0.1:1/v1"}));
  const std::string path = (*folder)->credentials_path();
  EXPECT_EQ(path, path_ + "/credentials");
  EXPECT_EQ(read_small_file(path, 1000),
            "ARGOTOPENAI_API_KEY_AUTH=sk-argot-abc\n"
            "ARGOTOPENAI_SERVER_URL=http://127.0.0.1:1/v1\n");
  EXPECT_EQ(mode_of(path), 0600U);
  EXPECT_EQ((*folder)->stored_key(), "sk-argot-abc");
}

TEST_F(DataFolderTest, WritesOnlyTheAddressWhereThereIsNoKey) {
  const auto folder = DataFolder::open(path_);
  ASSERT_TRUE(folder);
  ASSERT_TRUE((*folder)->write_credentials({.server_url = "http://[::1]:1/v1"}));
  EXPECT_EQ(read_small_file((*folder)->credentials_path(), 1000),
            "ARGOTOPENAI_SERVER_URL=http://[::1]:1/v1\n");
  EXPECT_EQ((*folder)->stored_key(), std::nullopt);
}

TEST_F(DataFolderTest, WritesCredentialsOnlyWhereTheyChange) {
  const auto folder = DataFolder::open(path_);
  ASSERT_TRUE(folder);
  const std::string path = (*folder)->credentials_path();
  ASSERT_TRUE((*folder)->write_credentials({.key = "k", .server_url = "u"}));
  struct stat before{};
  ASSERT_EQ(::stat(path.c_str(), &before), 0);
  ASSERT_EQ(::chmod(path.c_str(), 0644), 0);
  ASSERT_TRUE((*folder)->write_credentials({.key = "k", .server_url = "u"}));
  struct stat after{};
  ASSERT_EQ(::stat(path.c_str(), &after), 0);
  EXPECT_EQ(after.st_ino, before.st_ino);
  EXPECT_EQ(after.st_mode & 0777U, 0600U);
  ASSERT_TRUE((*folder)->write_credentials({.key = "k", .server_url = "v"}));
  ASSERT_EQ(::stat(path.c_str(), &after), 0);
  EXPECT_NE(after.st_ino, before.st_ino);
}

TEST_F(DataFolderTest, SaysWhyCredentialsCannotBeWritten) {
  const auto folder = DataFolder::open(path_);
  ASSERT_TRUE(folder);
  std::filesystem::create_directories((*folder)->credentials_path() + "/inner");
  const auto written = (*folder)->write_credentials({.server_url = "u"});
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code, ErrorCode::cannot_start);
  EXPECT_TRUE(written.error().detail.starts_with("cannot write \"" + path_ + "/credentials\" ("));
}

TEST_F(DataFolderTest, MakesAFolderForStagingAndKeepsOneThatIsThere) {
  const auto folder = DataFolder::open(path_);
  ASSERT_TRUE(folder);
  ASSERT_TRUE((*folder)->make_staging());
  EXPECT_EQ(mode_of((*folder)->staging_path()), 0700U);
  EXPECT_TRUE((*folder)->make_staging());
  std::filesystem::remove_all(path_);
  const auto gone = (*folder)->make_staging();
  ASSERT_FALSE(gone);
  EXPECT_EQ(gone.error().code, ErrorCode::cannot_start);
}

}  // namespace
}  // namespace argot::server
