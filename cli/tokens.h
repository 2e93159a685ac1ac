// `argot tokens`: how many tokens files have, and which.
#pragma once

#include "cli/io.h"
#include "cli/offline.h"
#include "cli/program.h"

namespace argot::cli {

// The exit code is 0, or 2 where a file could not be read or the command was typed wrongly.
int run_tokens(const Invocation& invocation, const Io& io);
int run_tokens(const Invocation& invocation, const Io& io, const OfflineSurroundings& surroundings);

}  // namespace argot::cli
