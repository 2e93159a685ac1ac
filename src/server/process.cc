#include "server/process.h"

#include <malloc.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <algorithm>
#include <csignal>

namespace argot::server {
namespace {

// The disk store's folders (259), the catalogue's connections, the log, the listener, and what the
// event loops need for themselves, with room to spare.
constexpr std::uint64_t own_descriptors = 400;

// Two arenas serve the threads well enough; with the usual eight a core, each keeps its own unused
// pages. Blocks from 128 KiB on are mapped, so that freeing one returns it at once.
constexpr int arenas_max = 2;
constexpr int map_from_bytes = 128 * 1024;
constexpr int unused_at_top_bytes_max = 1024 * 1024;

}  // namespace

void prepare_process() {
  ::umask(0077);
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
  ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
  ::mallopt(M_ARENA_MAX, arenas_max);
  ::mallopt(M_MMAP_THRESHOLD, map_from_bytes);
  ::mallopt(M_TRIM_THRESHOLD, unused_at_top_bytes_max);
}

std::uint64_t raise_open_files_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return 1024;
  const rlimit raised{.rlim_cur = limit.rlim_max, .rlim_max = limit.rlim_max};
  return ::setrlimit(RLIMIT_NOFILE, &raised) == 0 ? raised.rlim_cur : limit.rlim_cur;
}

std::uint64_t connections_that_fit(std::uint64_t wanted, std::uint64_t open_files) {
  const std::uint64_t left = open_files > own_descriptors ? open_files - own_descriptors : 0;
  return std::clamp<std::uint64_t>(left / 2, 1, wanted);
}

}  // namespace argot::server
