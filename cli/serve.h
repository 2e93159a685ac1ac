// `argot serve`: the server, with every setting as a flag.
#pragma once

#include "cli/io.h"
#include "cli/program.h"

namespace argot::cli {

int run_serve(const Invocation& invocation, const Io& io);

}  // namespace argot::cli
