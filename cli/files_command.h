// What the commands of `argot files` have in common for files.cc, which chooses one.
#pragma once

#include <functional>

#include "cli/files_session.h"

namespace argot::cli {

// A command with its arguments, checked; what it does once there is a client.
using FilesCommand = std::function<void(FilesSession&)>;

}  // namespace argot::cli
