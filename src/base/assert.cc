#include "base/assert.h"

#include <unistd.h>

#include <cstdlib>
#include <string>

namespace argot {

void assertion_failed(const char* expression, const char* file, int line) {
  const std::string text = std::string("argot: invariant broken: ") + expression + " at " + file +
                           ":" + std::to_string(line) + "\n";
  // Written by hand: whatever broke may have been the log.
  [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, text.data(), text.size());
  std::abort();
}

}  // namespace argot
