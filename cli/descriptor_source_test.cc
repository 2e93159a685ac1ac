#include "cli/descriptor_source.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <string>
#include <system_error>
#include <thread>

namespace argot::cli {
namespace {

class Pipe : public ::testing::Test {
 protected:
  Pipe() {
    std::array<int, 2> ends{};
    if (::pipe(ends.data()) != 0) std::abort();
    out_ = UniqueFd(ends[0]);
    in_ = UniqueFd(ends[1]);
  }

  void write(std::string_view text) {
    ASSERT_EQ(::write(in_.get(), text.data(), text.size()), static_cast<ssize_t>(text.size()));
  }

  static std::string read(DescriptorSource& source) {
    std::array<char, 100> room{};
    const std::size_t count = source.read(std::as_writable_bytes(std::span(room)));
    return {room.data(), count};
  }

  UniqueFd out_;
  UniqueFd in_;
  std::stop_source stop_;
};

TEST_F(Pipe, IsReadToItsEndAndNotAgain) {
  DescriptorSource source(out_.get(), stop_.get_token());
  write("some");
  EXPECT_EQ(read(source), "some");
  write("more");
  in_.close();
  EXPECT_EQ(read(source), "more");
  EXPECT_EQ(read(source), "");
  EXPECT_FALSE(source.size());
  EXPECT_FALSE(source.rewind());
}

TEST_F(Pipe, AStopIsNoEndOfTheContent) {
  DescriptorSource source(out_.get(), stop_.get_token());
  std::jthread stopper([this] { stop_.request_stop(); });
  EXPECT_THROW(read(source), std::system_error);
  // Also where there is something to read.
  write("some");
  EXPECT_THROW(read(source), std::system_error);
}

TEST_F(Pipe, AFailureIsThrown) {
  const UniqueFd folder(::open("/", O_RDONLY | O_CLOEXEC));
  DescriptorSource source(folder.get(), stop_.get_token());
  EXPECT_THROW(read(source), std::system_error);
}

}  // namespace
}  // namespace argot::cli
