#include <iostream>

#include "cli/connection_choice.h"
#include "cli/program.h"
#include "server/environment.h"

int main(int count, char** values) {
  argot::cli::Invocation invocation{.arguments = {values + 1, values + count},
                                    .environment = argot::server::argot_environment(),
                                    .connection_environment = argot::cli::connection_environment()};
  return argot::cli::run_program(std::move(invocation), {.out = std::cout, .err = std::cerr});
}
