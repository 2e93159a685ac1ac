// `argot admin limits show|set` and `argot admin usage`: limits and what is used of them, straight
// in the catalogue and beside a live server, which heeds a change from the next upload on.
#pragma once

#include "cli/io.h"
#include "cli/program.h"

namespace argot::cli {

int run_admin(const Invocation& invocation, const Io& io);

}  // namespace argot::cli
