#include "documents/landlock.h"

#include <asm/unistd.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <unistd.h>

#include <cstdint>

#include "base/unique_fd.h"

namespace argot::documents {
namespace {

// What versions later than the oldest headers that we build with know of.
constexpr std::uint64_t fs_rights_of_1 = (1ULL << 13U) - 1;
constexpr std::uint64_t fs_refer = 1ULL << 13U;     // version 2
constexpr std::uint64_t fs_truncate = 1ULL << 14U;  // version 3
constexpr std::uint64_t net_bind_connect = 3;       // version 4
constexpr std::uint64_t fs_ioctl = 1ULL << 15U;     // version 5
constexpr std::uint64_t scope_sockets_signals = 3;  // version 6

// struct landlock_ruleset_attr as of version 6; older kernels take it as long as what they do not
// know is 0.
struct Handled {
  std::uint64_t fs = 0;
  std::uint64_t net = 0;
  std::uint64_t scoped = 0;
};

constexpr std::uint64_t read_file = LANDLOCK_ACCESS_FS_READ_FILE;
constexpr std::uint64_t read_folder = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR;
constexpr std::uint64_t run_file = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_EXECUTE;

#if defined(__x86_64__)
constexpr const char* loader = "/lib64/ld-linux-x86-64.so.2";
#else
constexpr const char* loader = "/lib/ld-linux-aarch64.so.1";
#endif

Handled handled_by(long version) {
  Handled all{.fs = fs_rights_of_1};
  if (version >= 2) all.fs |= fs_refer;
  if (version >= 3) all.fs |= fs_truncate;
  if (version >= 4) all.net = net_bind_connect;
  if (version >= 5) all.fs |= fs_ioctl;
  if (version >= 6) all.scoped = scope_sockets_signals;
  return all;
}

void allow(int rules, int file, std::uint64_t rights) {
  const landlock_path_beneath_attr beneath{.allowed_access = rights, .parent_fd = file};
  // What cannot be allowed stays forbidden.
  ::syscall(__NR_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &beneath, 0);
}

void allow(int rules, const char* path, std::uint64_t rights) {
  const UniqueFd file(::open(path, O_PATH | O_CLOEXEC));
  if (file) allow(rules, file.get(), rights);
}

void allow_engine(int rules, const LandlockNeeds& needs) {
  allow(rules, needs.engine, run_file);
  allow(rules, needs.input, read_file);
  allow(rules, loader, run_file);
  allow(rules, "/etc/ld.so.cache", read_file);
  for (const char* folder : {"/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib",
                             "/usr/share/poppler", "/usr/local/share/poppler"}) {
    allow(rules, folder, read_folder);
  }
}

}  // namespace

bool enter_landlock(const LandlockNeeds& needs) {
  const long version =
      ::syscall(__NR_landlock_create_ruleset, nullptr, 0UL, LANDLOCK_CREATE_RULESET_VERSION);
  if (version < 1) return false;
  const Handled handled = handled_by(version);
  const UniqueFd rules(
      static_cast<int>(::syscall(__NR_landlock_create_ruleset, &handled, sizeof handled, 0)));
  if (!rules) return false;
  if (needs.profile == Profile::engine) allow_engine(rules.get(), needs);
  return ::syscall(__NR_landlock_restrict_self, rules.get(), 0) == 0;
}

}  // namespace argot::documents
