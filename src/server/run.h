// The life of a server process: it starts, says where it listens, serves, and ends in an orderly
// way when it is told to.
#pragma once

#include <iosfwd>

#include "base/result.h"
#include "server/settings.h"

namespace argot::server {

// Serves until SIGTERM or SIGINT, then lets requests under way end for up to server.drain_timeout;
// a second signal ends the process at once, which loses nothing that was acknowledged. Says
// `listening on http://HOST:PORT` on `err` when it accepts, and a key that this start made on
// `out`. Where only a restart can tell what is stored, it answers what it can for a second and ends
// the process with code 70. Error: cannot_start and one line. Call it from the first thread, before
// there is another.
Result<> run_server(const Settings& settings, std::ostream& out, std::ostream& err);

}  // namespace argot::server
