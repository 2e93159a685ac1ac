#include <fcntl.h>

#include <array>
#include <cerrno>
#include <iostream>

#include "cli/connection_choice.h"
#include "cli/program.h"
#include "server/environment.h"

namespace {

// What is opened next would take the number of a standard stream that is closed, and be read or
// written as that. In its place is what fails as a closed one does: opened for the other direction.
void hold_standard_streams() {
  constexpr std::array modes{O_WRONLY, O_RDONLY, O_RDONLY};
  for (int stream = 0; stream < 3; ++stream) {
    const bool is_closed = ::fcntl(stream, F_GETFD) < 0 && errno == EBADF;
    // It takes the lowest number that is free, and those below are taken.
    if (is_closed) (void)::open("/dev/null", modes.at(static_cast<std::size_t>(stream)));
  }
}

}  // namespace

int main(int count, char** values) {
  hold_standard_streams();
  argot::cli::Invocation invocation{.arguments = {values + 1, values + count},
                                    .environment = argot::server::argot_environment(),
                                    .connection_environment = argot::cli::connection_environment()};
  return argot::cli::run_program(std::move(invocation), {.out = std::cout, .err = std::cerr});
}
