#include "cli/terminal.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>

#include "base/unique_fd.h"

namespace argot::cli {
namespace {

// Puts standard error into a window of so many columns for as long as it lives.
class Window {
 public:
  explicit Window(unsigned short columns) : saved_(::dup(STDERR_FILENO)) {
    outer_ = UniqueFd(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC));
    EXPECT_EQ(::grantpt(outer_.get()), 0);
    EXPECT_EQ(::unlockpt(outer_.get()), 0);
    inner_ = UniqueFd(::open(::ptsname(outer_.get()), O_RDWR | O_NOCTTY | O_CLOEXEC));
    winsize size{};
    size.ws_col = columns;
    EXPECT_EQ(::ioctl(inner_.get(), TIOCSWINSZ, &size), 0);
    ::dup2(inner_.get(), STDERR_FILENO);
  }
  Window(const Window&) = delete;
  Window& operator=(const Window&) = delete;
  ~Window() { ::dup2(saved_.get(), STDERR_FILENO); }

 private:
  UniqueFd saved_;
  UniqueFd outer_;
  UniqueFd inner_;
};

TEST(WindowColumns, AreThoseOfTheWindow) {
  const Window window(123);
  EXPECT_EQ(window_columns(), 123U);
}

TEST(WindowColumns, AWindowThatDoesNotKnowHasTheUsualEighty) {
  const Window window(0);
  EXPECT_EQ(window_columns(), 80U);
}

}  // namespace
}  // namespace argot::cli
