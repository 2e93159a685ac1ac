#include "tests/crash/fault_shim.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace argot::crash {
namespace {

std::atomic<bool> is_active = false;
// Held from the decision over an operation to its record, so that the log has the order in which
// things happened.
std::mutex mutex;
FaultPlan plan;
// Never destroyed: threads may still write while the program ends.
std::string* const root = new std::string;
std::uint64_t count = 0;

// The function of that name that this library hides.
template <typename Function>
Function* hidden(const char* name) {
  return reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, name));
}

// Where a descriptor points now, whatever it was opened as.
std::string path_of(int descriptor) {
  const std::string link = descriptor == AT_FDCWD ? std::string("/proc/self/cwd")
                                                  : "/proc/self/fd/" + std::to_string(descriptor);
  std::array<char, 4096> buffer{};
  const ssize_t size = ::readlink(link.c_str(), buffer.data(), buffer.size());
  std::string path(buffer.data(), size < 0 ? 0U : static_cast<std::size_t>(size));
  constexpr std::string_view gone = " (deleted)";
  if (path.ends_with(gone)) path.resize(path.size() - gone.size());
  return path;
}

std::string path_of(int folder, const char* name) {
  if (name[0] == '/') return name;
  return path_of(folder) + "/" + name;
}

// The path below the root; nothing for what is elsewhere, and for SQLite's shared memory, which
// means nothing after a crash.
std::optional<std::string> below_root(const std::string& path) {
  if (!path.starts_with(*root) || path.ends_with("-shm")) return std::nullopt;
  if (path.size() == root->size()) return std::string();
  if (path[root->size()] != '/') return std::nullopt;
  return path.substr(root->size() + 1);
}

std::uint64_t inode_of(int descriptor) {
  struct stat facts{};
  return ::fstat(descriptor, &facts) == 0 ? facts.st_ino : 0;
}

struct Entry {
  Operation operation = Operation::remark;
  std::string_view path;
  std::string_view target;
  std::uint64_t inode = 0;
  std::uint64_t offset = 0;
  std::string_view data;
};

void record(const Entry& entry) {
  RecordHead head{.operation = entry.operation,
                  .path_bytes = static_cast<std::uint32_t>(entry.path.size()),
                  .target_bytes = static_cast<std::uint32_t>(entry.target.size()),
                  .ordinal = count,
                  .inode = entry.inode,
                  .offset = entry.offset,
                  .data_bytes = entry.data.size()};
  const auto piece = [](std::string_view text) {
    return iovec{const_cast<char*>(text.data()), text.size()};
  };
  const std::array<iovec, 4> pieces{iovec{&head, sizeof head}, piece(entry.path),
                                    piece(entry.target), piece(entry.data)};
  const std::size_t all = sizeof head + entry.path.size() + entry.target.size() + entry.data.size();
  const long written = ::syscall(SYS_writev, plan.log, pieces.data(), pieces.size());
  // A log with a hole proves nothing.
  if (written < 0 || static_cast<std::size_t>(written) != all) std::abort();
}

[[noreturn]] void die() {
  for (;;) ::kill(::getpid(), SIGKILL);
}

[[noreturn]] void power_off() {
  // EXT4_IOC_SHUTDOWN and XFS_IOC_GOINGDOWN, without flushing the journal.
  constexpr unsigned long shut_down = _IOR('X', 125, std::uint32_t);
  std::uint32_t without_journal = 2;
  const int folder = ::open(root->c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (::ioctl(folder, shut_down, &without_journal) != 0) std::abort();
  die();
}

enum class Fate { proceed, fail, shorten };

// Counts an operation and says what becomes of it. With Fate::fail errno is set.
Fate next_fate() {
  ++count;
  const bool is_met = plan.at != 0 && (count == plan.at || (plan.for_ever && count > plan.at));
  if (!is_met) return Fate::proceed;
  switch (plan.action) {
    case Action::none:
      return Fate::proceed;
    case Action::kill:
      die();
    case Action::power_off:
      power_off();
    case Action::fail_io:
      errno = EIO;
      return Fate::fail;
    case Action::fail_space:
      errno = ENOSPC;
      return Fate::fail;
    case Action::short_write:
      return Fate::shorten;
  }
  std::abort();
}

bool is_lied_about(std::string_view path) {
  const std::string_view folder = path.substr(0, path.rfind('/'));
  switch (plan.lie) {
    case Lie::none:
      return false;
    case Lie::content:
      return folder.ends_with("/tmp");
    case Lie::shards:
      return folder.ends_with("/blobs");
    case Lie::folders:
      return path.ends_with("/blobs");
    case Lie::log:
      return path.ends_with("-wal");
  }
  std::abort();
}

template <typename Call>
int change_names(const std::optional<std::string>& path, Entry entry, const Call& call) {
  if (!path) return call();
  const std::scoped_lock lock(mutex);
  if (next_fate() == Fate::fail) return -1;
  const int done = call();
  entry.path = *path;
  if (done == 0) record(entry);
  return done;
}

// `path` is as the program gave it, made absolute.
template <typename Call>
int open_file(const std::string& path, int flags, const Call& call) {
  const auto below = below_root(path);
  if (!below || (flags & (O_CREAT | O_TRUNC)) == 0) return call();
  const std::scoped_lock lock(mutex);
  struct stat facts{};
  const bool exists = ::stat(path.c_str(), &facts) == 0;
  if (exists && ((flags & O_TRUNC) == 0 || (flags & O_EXCL) != 0)) return call();
  if (next_fate() == Fate::fail) return -1;
  const int opened = call();
  if (opened >= 0) {
    record({.operation = exists ? Operation::truncate : Operation::create,
            .path = *below,
            .inode = inode_of(opened)});
  }
  return opened;
}

// `call` takes how many bytes to write.
template <typename Call>
ssize_t write_file(int descriptor, std::string_view bytes, std::optional<off_t> offset,
                   const Call& call) {
  const auto below = below_root(path_of(descriptor));
  if (!below) return call(bytes.size());
  const std::scoped_lock lock(mutex);
  const Fate fate = next_fate();
  if (fate == Fate::fail) return -1;
  const off_t begin = offset ? *offset : ::lseek(descriptor, 0, SEEK_CUR);
  const bool is_halved = fate == Fate::shorten && bytes.size() > 1;
  const ssize_t written = call(is_halved ? bytes.size() / 2 : bytes.size());
  if (written > 0) {
    record({.operation = Operation::write,
            .path = *below,
            .inode = inode_of(descriptor),
            .offset = static_cast<std::uint64_t>(begin),
            .data = bytes.substr(0, static_cast<std::size_t>(written))});
  }
  return written;
}

// Changes the size of a file; `call` returns 0 where it has.
template <typename Call>
int size_file(int descriptor, const Entry& facts, const Call& call) {
  const auto below = below_root(path_of(descriptor));
  Entry entry = facts;
  entry.inode = inode_of(descriptor);
  return change_names(below, entry, call);
}

template <typename Call>
int sync_file(int descriptor, const Call& call) {
  const auto below = below_root(path_of(descriptor));
  if (!below) return call();
  const std::scoped_lock lock(mutex);
  Entry entry{.operation = Operation::sync, .path = *below, .inode = inode_of(descriptor)};
  const Fate fate = next_fate();
  if (fate != Fate::fail && is_lied_about(*below)) return 0;
  const int planned = errno;
  const int synced = fate == Fate::fail ? -1 : call();
  const int failure = fate == Fate::fail ? planned : errno;
  if (synced != 0) entry.operation = Operation::sync_failed;
  record(entry);
  errno = failure;
  return synced;
}

// Into a program that knows nothing of this library, the plan comes with the environment.
bool begin_by_environment() {
  const char* const wanted_root = std::getenv("FAULT_ROOT");
  const char* const log = std::getenv("FAULT_LOG");
  const char* const at = std::getenv("FAULT_AT");
  const char* const name = std::getenv("FAULT_ACTION");
  if (wanted_root == nullptr || log == nullptr || at == nullptr || name == nullptr) return false;
  const std::string_view action(name);
  FaultPlan wanted{.root = wanted_root,
                   .log = ::open(log, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600),
                   .at = std::strtoull(at, nullptr, 10),
                   .for_ever = std::getenv("FAULT_FOR_EVER") != nullptr};
  if (action == "kill") wanted.action = Action::kill;
  if (action == "EIO") wanted.action = Action::fail_io;
  if (action == "ENOSPC") wanted.action = Action::fail_space;
  if (action == "short") wanted.action = Action::short_write;
  if (wanted.log < 0 || (wanted.action == Action::none && action != "none")) std::abort();
  argot_faults_begin(&wanted);
  return true;
}

// After everything else here that is made when the library is loaded.
[[maybe_unused]] const bool has_begun = begin_by_environment();

}  // namespace
}  // namespace argot::crash

using argot::crash::below_root;
using argot::crash::Operation;
using argot::crash::path_of;

// The C library's own declarations say what these are; some may not throw, the others may be
// cancelled.
// NOLINTBEGIN(readability-identifier-naming): these are the system's names.
extern "C" {

void argot_faults_begin(const argot::crash::FaultPlan* plan) {
  argot::crash::plan = *plan;
  *argot::crash::root = plan->root;
  argot::crash::count = 0;
  argot::crash::is_active = true;
}

void argot_faults_remark(const char* text, std::size_t bytes) {
  if (!argot::crash::is_active) return;
  const std::scoped_lock lock(argot::crash::mutex);
  argot::crash::record({.operation = Operation::remark, .data = {text, bytes}});
}

#define ARGOT_HIDDEN(name) static const auto real = argot::crash::hidden<decltype(::name)>(#name)

#define ARGOT_OPEN(name)                                                     \
  int name(const char* path, int flags, ...) {                               \
    ARGOT_HIDDEN(name);                                                      \
    va_list more;                                                            \
    va_start(more, flags);                                                   \
    const mode_t mode = (flags & O_CREAT) != 0 ? va_arg(more, mode_t) : 0;   \
    va_end(more);                                                            \
    if (!argot::crash::is_active || (flags & (O_CREAT | O_TRUNC)) == 0) {    \
      return real(path, flags, mode);                                        \
    }                                                                        \
    return argot::crash::open_file(path_of(AT_FDCWD, path), flags,           \
                                   [&] { return real(path, flags, mode); }); \
  }

#define ARGOT_OPENAT(name)                                                           \
  int name(int folder, const char* path, int flags, ...) {                           \
    ARGOT_HIDDEN(name);                                                              \
    va_list more;                                                                    \
    va_start(more, flags);                                                           \
    const mode_t mode = (flags & O_CREAT) != 0 ? va_arg(more, mode_t) : 0;           \
    va_end(more);                                                                    \
    if (!argot::crash::is_active || (flags & (O_CREAT | O_TRUNC)) == 0) {            \
      return real(folder, path, flags, mode);                                        \
    }                                                                                \
    return argot::crash::open_file(path_of(folder, path), flags,                     \
                                   [&] { return real(folder, path, flags, mode); }); \
  }

#define ARGOT_PWRITE(name)                                                      \
  ssize_t name(int descriptor, const void* bytes, size_t size, off_t offset) {  \
    ARGOT_HIDDEN(name);                                                         \
    if (!argot::crash::is_active) return real(descriptor, bytes, size, offset); \
    return argot::crash::write_file(                                            \
        descriptor, {static_cast<const char*>(bytes), size}, offset,            \
        [&](size_t some) { return real(descriptor, bytes, some, offset); });    \
  }

#define ARGOT_TRUNCATE(name)                                                            \
  int name(int descriptor, off_t size) noexcept {                                       \
    ARGOT_HIDDEN(name);                                                                 \
    if (!argot::crash::is_active) return real(descriptor, size);                        \
    return argot::crash::size_file(                                                     \
        descriptor,                                                                     \
        {.operation = Operation::truncate, .offset = static_cast<std::uint64_t>(size)}, \
        [&] { return real(descriptor, size); });                                        \
  }

#define ARGOT_SYNC(name)                                                          \
  int name(int descriptor) {                                                      \
    ARGOT_HIDDEN(name);                                                           \
    if (!argot::crash::is_active) return real(descriptor);                        \
    return argot::crash::sync_file(descriptor, [&] { return real(descriptor); }); \
  }

ARGOT_OPEN(open)
ARGOT_OPEN(open64)
ARGOT_OPENAT(openat)
ARGOT_OPENAT(openat64)
ARGOT_PWRITE(pwrite)
ARGOT_PWRITE(pwrite64)
ARGOT_TRUNCATE(ftruncate)
ARGOT_TRUNCATE(ftruncate64)
ARGOT_SYNC(fsync)
ARGOT_SYNC(fdatasync)

ssize_t write(int descriptor, const void* bytes, size_t size) {
  ARGOT_HIDDEN(write);
  if (!argot::crash::is_active) return real(descriptor, bytes, size);
  return argot::crash::write_file(descriptor, {static_cast<const char*>(bytes), size}, {},
                                  [&](size_t some) { return real(descriptor, bytes, some); });
}

int sync_file_range(int descriptor, off_t offset, off_t bytes, unsigned flags) {
  ARGOT_HIDDEN(sync_file_range);
  const auto call = [&] { return real(descriptor, offset, bytes, flags); };
  if (!argot::crash::is_active) return call();
  return argot::crash::size_file(descriptor, {.operation = Operation::sync_range}, call);
}

// The one function here that returns the error.
int posix_fallocate(int descriptor, off_t offset, off_t bytes) {
  ARGOT_HIDDEN(posix_fallocate);
  if (!argot::crash::is_active) return real(descriptor, offset, bytes);
  int failure = 0;
  const int done = argot::crash::size_file(
      descriptor,
      {.operation = Operation::allocate, .offset = static_cast<std::uint64_t>(offset + bytes)},
      [&] {
        failure = real(descriptor, offset, bytes);
        return failure;
      });
  return done < 0 ? errno : failure;
}

int renameat2(int from_folder, const char* from, int to_folder, const char* to,
              unsigned flags) noexcept {
  ARGOT_HIDDEN(renameat2);
  const auto call = [&] { return real(from_folder, from, to_folder, to, flags); };
  if (!argot::crash::is_active) return call();
  const auto target = below_root(path_of(to_folder, to));
  return argot::crash::change_names(below_root(path_of(from_folder, from)),
                                    {.operation = Operation::rename, .target = target.value_or("")},
                                    call);
}

int rename(const char* from, const char* to) noexcept {
  ARGOT_HIDDEN(rename);
  const auto call = [&] { return real(from, to); };
  if (!argot::crash::is_active) return call();
  const auto target = below_root(path_of(AT_FDCWD, to));
  return argot::crash::change_names(below_root(path_of(AT_FDCWD, from)),
                                    {.operation = Operation::rename, .target = target.value_or("")},
                                    call);
}

int unlink(const char* path) noexcept {
  ARGOT_HIDDEN(unlink);
  if (!argot::crash::is_active) return real(path);
  return argot::crash::change_names(below_root(path_of(AT_FDCWD, path)),
                                    {.operation = Operation::unlink}, [&] { return real(path); });
}

int unlinkat(int folder, const char* path, int flags) noexcept {
  ARGOT_HIDDEN(unlinkat);
  if (!argot::crash::is_active) return real(folder, path, flags);
  return argot::crash::change_names(below_root(path_of(folder, path)),
                                    {.operation = Operation::unlink},
                                    [&] { return real(folder, path, flags); });
}

int mkdirat(int folder, const char* path, mode_t mode) noexcept {
  ARGOT_HIDDEN(mkdirat);
  if (!argot::crash::is_active) return real(folder, path, mode);
  const std::string whole = path_of(folder, path);
  const auto below = below_root(whole);
  if (!below) return real(folder, path, mode);
  const std::scoped_lock lock(argot::crash::mutex);
  struct stat facts{};
  if (::stat(whole.c_str(), &facts) == 0) return real(folder, path, mode);  // EEXIST
  if (argot::crash::next_fate() == argot::crash::Fate::fail) return -1;
  const int made = real(folder, path, mode);
  if (made == 0 && ::stat(whole.c_str(), &facts) == 0) {
    argot::crash::record(
        {.operation = Operation::make_folder, .path = *below, .inode = facts.st_ino});
  }
  return made;
}

int mkdir(const char* path, mode_t mode) noexcept { return ::mkdirat(AT_FDCWD, path, mode); }

}  // extern "C"
// NOLINTEND(readability-identifier-naming)
