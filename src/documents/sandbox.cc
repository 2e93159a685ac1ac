#include "documents/sandbox.h"

#include <asm/unistd.h>
#include <linux/capability.h>
#include <linux/close_range.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <utility>
#include <vector>

#include "documents/landlock.h"

namespace argot::documents {
namespace {

// What a loader and an engine have open at once, and none to spare.
constexpr rlim_t descriptors_max = 8;

bool set_limit(int resource, rlim_t soft, rlim_t hard) {
  const rlimit limit{.rlim_cur = soft, .rlim_max = hard};
  return ::setrlimit(static_cast<__rlimit_resource_t>(resource), &limit) == 0;
}

bool set_limits(const Confinement& confinement) {
  const rlim_t memory = confinement.memory_bytes_max;
  const rlim_t seconds = confinement.cpu_seconds_max;
  // At the soft limit a signal ends it that says why; at the hard one it just ends.
  return (memory == 0 || set_limit(RLIMIT_AS, memory, memory)) &&
         set_limit(RLIMIT_CPU, seconds, seconds + 1) && set_limit(RLIMIT_FSIZE, 0, 0) &&
         set_limit(RLIMIT_NOFILE, descriptors_max, descriptors_max) &&
         set_limit(RLIMIT_NPROC, 0, 0) && set_limit(RLIMIT_CORE, 0, 0);
}

bool drop_capabilities() {
  using Sets = std::array<__user_cap_data_struct, _LINUX_CAPABILITY_U32S_3>;
  __user_cap_header_struct header{.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
  const Sets none{};
  if (::syscall(__NR_capset, &header, none.data()) == 0) return true;
  // A service manager may forbid the call; then there must be nothing to drop.
  Sets held{};
  if (::syscall(__NR_capget, &header, held.data()) != 0) return false;
  return std::ranges::all_of(held, [](const auto& set) {
    return set.effective == 0 && set.permitted == 0 && set.inheritable == 0;
  });
}

bool close_others(int kept) {
  const auto close_all = [](unsigned first, unsigned last) {
    return first > last || ::syscall(__NR_close_range, first, last, 0) == 0;
  };
  constexpr unsigned first = STDERR_FILENO + 1;
  if (kept < 0) return close_all(first, ~0U);
  const auto number = static_cast<unsigned>(kept);
  return close_all(first, number - 1) && close_all(number + 1, ~0U);
}

bool enter_filter(const Confinement& confinement) {
  std::vector<sock_filter> code = seccomp_filter({.profile = confinement.profile,
                                                  .process = ::getpid(),
                                                  .engine_path = confinement.engine_path});
  const sock_fprog program{.len = static_cast<unsigned short>(code.size()), .filter = code.data()};
  // Not by seccomp(2), which service managers are known to filter.
  return ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0) == 0;
}

std::unexpected<Error> missing(std::string_view wall) {
  return fail(ErrorCode::unavailable, "the sandbox for documents has no " + std::string(wall));
}

}  // namespace

std::string describe(const Walls& walls) {
  std::string text = "seccomp";
  if (walls.landlock) text += " landlock";
  if (walls.namespaces) text += " namespaces";
  return text;
}

Result<Walls> enter_sandbox(const Confinement& confinement) {
  Walls walls;
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return missing("promise of no new privileges");
  if (::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) return missing("protection from tracing");
  walls.namespaces = ::unshare(CLONE_NEWUSER | CLONE_NEWNET) == 0;
  walls.landlock = enter_landlock(
      {.profile = confinement.profile, .input = confinement.input, .engine = confinement.engine});
  // After the namespace, which gives every capability over itself.
  if (!drop_capabilities()) return missing("loss of capabilities");
  if (!close_others(confinement.engine)) return missing("way to close descriptors");
  if (!set_limits(confinement)) return missing("limits");
  // After the changes of credentials, which take this back.
  if (::prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0) return missing("bond to its parent");
  if (!enter_filter(confinement)) return missing("filter of system calls");
  return walls;
}

}  // namespace argot::documents
