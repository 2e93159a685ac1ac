#include "cli/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

namespace argot::cli {

std::size_t window_columns() {
  constexpr std::size_t usual = 80;
  winsize size{};
  if (::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return usual;
  return size.ws_col;
}

}  // namespace argot::cli
