// `argot files create|list|retrieve|download|delete`: files on a server, through the SDK. Each
// command has a file of its own, files_*.h.
#pragma once

#include "cli/files_session.h"
#include "cli/io.h"
#include "cli/program.h"

namespace argot::cli {

int run_files(const Invocation& invocation, const Io& io);

// In surroundings of a test's.
int run_files(const Invocation& invocation, const Io& io, const FilesSurroundings& surroundings);

}  // namespace argot::cli
