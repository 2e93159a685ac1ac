// `argot uploads create|cancel`: sends files in parts, and ends such uploads that nobody will go on
// with. `argot files create` sends large files so as well.
#pragma once

#include "cli/files_session.h"
#include "cli/io.h"
#include "cli/program.h"

namespace argot::cli {

int run_uploads(const Invocation& invocation, const Io& io);

// In surroundings of a test's.
int run_uploads(const Invocation& invocation, const Io& io, const FilesSurroundings& surroundings);

}  // namespace argot::cli
