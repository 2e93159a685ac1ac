// `argot check`: what a server would find wrong with files, without one.
#pragma once

#include "cli/io.h"
#include "cli/offline.h"
#include "cli/program.h"

namespace argot::cli {

// The exit code is 0 where nothing was found, 1 where something was, 2 where a file could not be
// read or the command was typed wrongly.
int run_check(const Invocation& invocation, const Io& io);
int run_check(const Invocation& invocation, const Io& io, const OfflineSurroundings& surroundings);

}  // namespace argot::cli
