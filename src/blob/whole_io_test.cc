#include "blob/whole_io.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <span>
#include <string>

#include "blob/nameless_file.h"
#include "blob/scripted_file_ops.h"
#include "tests/support/fakes.h"

namespace argot::blob {
namespace {

class WholeIoTest : public ::testing::Test {
 protected:
  std::string read(std::uint64_t offset, std::size_t bytes) {
    std::string text(bytes, '?');
    const auto read =
        read_whole(operations_, file_.get(), offset, std::as_writable_bytes(std::span(text)));
    return read ? text : std::string(name(read.error().code));
  }

  testing::TempFolder folder_;
  UniqueFd file_ = make_nameless_file(folder_.path()).value();
  ScriptedFileOps operations_;
};

TEST_F(WholeIoTest, GoesOnAfterInterruptionsAndShortCalls) {
  for (const std::string operation : {"write", "pread"}) {
    operations_.plant({.operation = operation, .nth = 1, .error = EINTR});
    operations_.plant({.operation = operation, .nth = 2, .short_bytes = 3});
  }
  ASSERT_TRUE(write_whole(operations_, file_.get(), as_bytes("0123456789")));
  EXPECT_EQ(read(0, 10), "0123456789");
  EXPECT_EQ(read(4, 3), "456");
}

TEST_F(WholeIoTest, AFileThatEndsEarlyIsCorrupt) {
  ASSERT_TRUE(write_whole(operations_, file_.get(), as_bytes("0123456789")));
  EXPECT_EQ(read(5, 6), "content_corrupt");
  EXPECT_EQ(read(10, 0), "");
}

TEST_F(WholeIoTest, AFailureIsToldAsWhatItMeans) {
  operations_.plant({.operation = "write", .nth = 1, .error = ENOSPC});
  const auto written = write_whole(operations_, file_.get(), as_bytes("x"));
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code, ErrorCode::insufficient_storage);
  operations_.plant({.operation = "pread", .nth = 1, .error = EIO});
  EXPECT_EQ(read(0, 1), "internal");
}

}  // namespace
}  // namespace argot::blob
