// `argot uploads cancel`: ends uploads in parts that nobody will go on with. `argot files create`
// makes them, and goes on with them.
#pragma once

#include "cli/files_session.h"
#include "cli/io.h"
#include "cli/program.h"

namespace argot::cli {

int run_uploads(const Invocation& invocation, const Io& io);

// In surroundings of a test's.
int run_uploads(const Invocation& invocation, const Io& io, const FilesSurroundings& surroundings);

}  // namespace argot::cli
