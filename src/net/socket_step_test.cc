#include "net/socket_step.h"

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/socket.h>

#include <array>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/unique_fd.h"

namespace argot::net {
namespace {

class ReceiveNow : public ::testing::Test {
 protected:
  ReceiveNow() {
    std::array<int, 2> ends{};
    if (::socketpair(AF_UNIX, SOCK_STREAM, 0, ends.data()) != 0) std::abort();
    ours_ = UniqueFd(ends[0]);
    theirs_ = UniqueFd(ends[1]);
  }

  void send(std::string_view bytes) const {
    ASSERT_EQ(::send(theirs_.get(), bytes.data(), bytes.size(), 0),
              static_cast<ssize_t>(bytes.size()));
  }

  SocketStep receive() { return receive_now(ours_.get(), MutableBytes(room_)); }
  std::string_view received(std::size_t bytes) const { return as_text(Bytes(room_).first(bytes)); }

  UniqueFd ours_;  // blocks, which a step must not mind
  UniqueFd theirs_;
  std::array<std::byte, 4> room_{};
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

}  // namespace
}  // namespace argot::net
