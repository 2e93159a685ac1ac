#include "net/unix_listener.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <optional>
#include <string>

#include "tests/support/fakes.h"
#include "tests/support/socket_client.h"

namespace argot::net {
namespace {

class UnixListenerTest : public ::testing::Test {
 protected:
  std::string problem() {
    const auto opened = UnixListener::open(path_);
    if (opened) return "none";
    EXPECT_EQ(opened.error().code, ErrorCode::cannot_start);
    return opened.error().detail;
  }

  bool exists() const { return std::filesystem::exists(std::filesystem::symlink_status(path_)); }

  argot::testing::TempFolder folder_;
  std::string path_ = folder_ / "admin.sock";
};

TEST_F(UnixListenerTest, IsForItsUserAloneWhateverTheUmask) {
  const mode_t before = ::umask(0);
  const auto listener = UnixListener::open(path_);
  ::umask(before);
  ASSERT_TRUE(listener) << listener.error().detail;
  struct stat facts{};
  ASSERT_EQ(::stat(path_.c_str(), &facts), 0);
  EXPECT_TRUE(S_ISSOCK(facts.st_mode));
  EXPECT_EQ(facts.st_mode & 07777U, 0600U);
}

TEST_F(UnixListenerTest, TakesItsNameAwayWithIt) {
  {
    const auto listener = UnixListener::open(path_);
    ASSERT_TRUE(listener);
    EXPECT_TRUE(exists());
  }
  EXPECT_FALSE(exists());
}

TEST_F(UnixListenerTest, LeavesANameThatIsAnothersByNow) {
  auto first = UnixListener::open(path_);
  ASSERT_TRUE(first);
  std::optional<UnixListener> old(*std::move(first));
  std::filesystem::remove(path_);
  const auto second = UnixListener::open(path_);
  ASSERT_TRUE(second);
  old.reset();
  EXPECT_TRUE(exists());
}

TEST_F(UnixListenerTest, ReplacesTheSocketOfAServerThatDied) {
  {
    auto listener = UnixListener::open(path_);
    ASSERT_TRUE(listener);
    std::filesystem::create_hard_link(path_, folder_ / "left");
  }
  std::filesystem::rename(folder_ / "left", path_);
  const auto listener = UnixListener::open(path_);
  ASSERT_TRUE(listener) << listener.error().detail;
  argot::testing::SocketClient client("unix:" + path_);
}

TEST_F(UnixListenerTest, LeavesTheSocketOfAServerThatLives) {
  const auto listener = UnixListener::open(path_);
  ASSERT_TRUE(listener);
  EXPECT_EQ(problem(), "another server listens there");
  argot::testing::SocketClient client("unix:" + path_);
}

TEST_F(UnixListenerTest, LeavesWhatIsNoSocket) {
  std::ofstream(path_) << "precious";
  EXPECT_EQ(problem(), "something that is no socket has that name");
  EXPECT_EQ(std::filesystem::file_size(path_), 8U);
  std::filesystem::remove(path_);
  std::filesystem::create_symlink(folder_ / "elsewhere", path_);
  EXPECT_EQ(problem(), "something that is no socket has that name");
}

TEST_F(UnixListenerTest, HasNoTroubleWithALongPath) {
  const std::filesystem::path deep = folder_.path() / std::string(100, 'a') / std::string(100, 'b');
  std::filesystem::create_directories(deep);
  path_ = deep / "admin.sock";
  {
    const auto listener = UnixListener::open(path_);
    ASSERT_TRUE(listener) << listener.error().detail;
    EXPECT_TRUE(exists());
    EXPECT_EQ(problem(), "another server listens there");
  }
  EXPECT_FALSE(exists());
}

TEST_F(UnixListenerTest, SaysWhatIsWrongWithAPath) {
  path_ = folder_ / "no" + "/admin.sock";
  EXPECT_EQ(problem(), "cannot make it (No such file or directory)");
  path_ = folder_ / std::string(200, 'x');
  EXPECT_EQ(problem(), "its name (File name too long)");
}

}  // namespace
}  // namespace argot::net
