// What the process as a whole is told before anything else runs in it.
#pragma once

#include <cstdint>

namespace argot::server {

// Before the first thread: new files are for their owner only, writes to a closed connection and
// beyond a size limit are errors and no signals, memory images and debuggers of other users see no
// keys, and freed memory goes back to the system.
void prepare_process();

// Raises the limit of open files as far as the system lets this user; what it is then.
std::uint64_t raise_open_files_limit();

// How many of `wanted` connections a process with that limit can serve: each may need a second
// descriptor for the file it reads or writes, beside those that the store and the catalogue hold.
std::uint64_t connections_that_fit(std::uint64_t wanted, std::uint64_t open_files);

}  // namespace argot::server
