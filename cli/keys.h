// `argot keys create|list|revoke`: keys, straight in the catalogue and beside a live server, which
// sees each change at its next request.
#pragma once

#include "cli/io.h"
#include "cli/program.h"

namespace argot::cli {

int run_keys(const Invocation& invocation, const Io& io);

}  // namespace argot::cli
