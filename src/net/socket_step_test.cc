#include "net/socket_step.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/unique_fd.h"

namespace argot::net {
namespace {

class SocketStepTest : public ::testing::Test {
 protected:
  SocketStepTest() {
    std::array<int, 2> ends{};
    if (::socketpair(AF_UNIX, SOCK_STREAM, 0, ends.data()) != 0) std::abort();
    ours_ = UniqueFd(ends[0]);
    theirs_ = UniqueFd(ends[1]);
  }

  void send(std::string_view bytes) const {
    ASSERT_EQ(::send(theirs_.get(), bytes.data(), bytes.size(), 0),
              static_cast<ssize_t>(bytes.size()));
  }

  std::string take(std::size_t bytes) const {
    std::string text(bytes, '\0');
    const ssize_t got = ::recv(theirs_.get(), text.data(), bytes, MSG_DONTWAIT);
    text.resize(static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
    return text;
  }

  SocketStep receive() { return receive_now(ours_.get(), MutableBytes(room_)); }
  std::string_view received(std::size_t bytes) const { return as_text(Bytes(room_).first(bytes)); }

  UniqueFd ours_;  // blocks, which a step must not mind
  UniqueFd theirs_;
  std::array<std::byte, 4> room_{};
};

using ReceiveNow = SocketStepTest;
using SendNow = SocketStepTest;

class SendFileNow : public SocketStepTest {
 protected:
  SendFileNow() : file_(::memfd_create("file", MFD_CLOEXEC)) {
    if (::ftruncate(file_.get(), 1 << 20) != 0 || ::pwrite(file_.get(), "abcdef", 6, 100) != 6 ||
        ::fcntl(ours_.get(), F_SETFL, O_NONBLOCK) != 0) {
      std::abort();
    }
  }

  UniqueFd file_;  // zeros, but for "abcdef" at 100
};

TEST_F(ReceiveNow, TakesWhatThereIsRoomFor) {
  send("abcdef");
  EXPECT_EQ(receive().bytes, 4U);
  EXPECT_EQ(received(4), "abcd");
  const SocketStep rest = receive();
  EXPECT_EQ(rest.bytes, 2U);
  EXPECT_EQ(rest.wait, SocketStep::Wait::none);
  EXPECT_FALSE(rest.is_end());
  EXPECT_EQ(received(2), "ef");
}

TEST_F(ReceiveNow, HasToBeTriedAgainWhereNothingCameYet) {
  const SocketStep step = receive();
  EXPECT_EQ(step.bytes, 0U);
  EXPECT_EQ(step.wait, SocketStep::Wait::readable);
  EXPECT_FALSE(step.is_end());
  send("a");
  EXPECT_EQ(receive().bytes, 1U);
}

TEST_F(ReceiveNow, EndsWithTheOtherSide) {
  send("a");
  theirs_ = {};
  EXPECT_EQ(receive().bytes, 1U);
  EXPECT_TRUE(receive().is_end());
}

TEST_F(ReceiveNow, AnErrorIsAnEnd) {
  ours_ = UniqueFd(::memfd_create("no socket", MFD_CLOEXEC));
  EXPECT_TRUE(receive().is_end());
}

TEST_F(SendNow, HandsOverWhatThereIsRoomFor) {
  const std::string bytes(1 << 20, 'x');
  const SocketStep first = send_now(ours_.get(), as_bytes(bytes), 0);
  EXPECT_GT(first.bytes, 0U);
  EXPECT_LT(first.bytes, bytes.size());
  EXPECT_EQ(first.wait, SocketStep::Wait::none);
  SocketStep last = first;
  while (last.bytes > 0) last = send_now(ours_.get(), as_bytes(bytes), 0);
  EXPECT_EQ(last.wait, SocketStep::Wait::writable);
  EXPECT_FALSE(last.is_end());
  EXPECT_EQ(take(first.bytes), bytes.substr(0, first.bytes));
}

TEST_F(SendNow, WhoIsGoneIsAnEndAndNoSignal) {
  std::signal(SIGPIPE, SIG_DFL);
  theirs_ = {};
  EXPECT_TRUE(send_now(ours_.get(), as_bytes("a"), 0).is_end());
}

TEST_F(SendFileNow, SendsFromThereAndNoMore) {
  const SocketStep step = send_file_now(ours_.get(), file_.get(), 102, 3);
  EXPECT_EQ(step.bytes, 3U);
  EXPECT_EQ(step.wait, SocketStep::Wait::none);
  EXPECT_EQ(take(100), "cde");
}

TEST_F(SendFileNow, HasToBeTriedAgainWhereThereIsNoRoom) {
  SocketStep last{.bytes = 1};
  while (last.bytes > 0) last = send_file_now(ours_.get(), file_.get(), 0, 1 << 20);
  EXPECT_EQ(last.wait, SocketStep::Wait::writable);
}

TEST_F(SendFileNow, AFileThatEndedHasFailed) {
  const SocketStep step = send_file_now(ours_.get(), file_.get(), 1 << 20, 1);
  EXPECT_TRUE(step.is_end());
  EXPECT_TRUE(step.file_failed);
}

TEST_F(SendFileNow, WhoIsGoneIsNoFaultOfTheFile) {
  std::signal(SIGPIPE, SIG_IGN);  // as the program does
  theirs_ = {};
  const SocketStep step = send_file_now(ours_.get(), file_.get(), 100, 3);
  EXPECT_TRUE(step.is_end());
  EXPECT_FALSE(step.file_failed);
}

TEST(ErrorOfFile, IsWhatADiskSaysAndNotWhatAPeerDoes) {
  for (const int error : {EIO, ENODATA, EBADMSG, EUCLEAN, ESTALE, EREMOTEIO, ENXIO, ENODEV}) {
    EXPECT_TRUE(is_error_of_file(error)) << error;
  }
  for (const int error : {EPIPE, ECONNRESET, ETIMEDOUT, EHOSTUNREACH, ENETDOWN, ENOBUFS, ENOMEM}) {
    EXPECT_FALSE(is_error_of_file(error)) << error;
  }
}

}  // namespace
}  // namespace argot::net
