#include "blob/nameless_file.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "tests/support/fakes.h"

namespace argot::blob {
namespace {

TEST(NamelessFile, TakesAndGivesBytesAndHasNoName) {
  const testing::TempFolder folder;
  const auto file = make_nameless_file(folder.path());
  ASSERT_TRUE(file);
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
  EXPECT_EQ(::pwrite(file->get(), "abc", 3, 1), 3);
  char text[4] = {};
  EXPECT_EQ(::pread(file->get(), text, 4, 0), 4);
  EXPECT_EQ(text[3], 'c');
  EXPECT_NE(::fcntl(file->get(), F_GETFD) & FD_CLOEXEC, 0) << "no child gets it";
}

TEST(NamelessFile, NeedsAFolder) {
  const testing::TempFolder folder;
  const auto file = make_nameless_file(folder / "gone");
  ASSERT_FALSE(file);
  EXPECT_EQ(file.error().code, ErrorCode::internal);
}

}  // namespace
}  // namespace argot::blob
