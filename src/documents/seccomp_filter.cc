#include "documents/seccomp_filter.h"

#include <asm/unistd.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/seccomp.h>
#include <sys/mman.h>

#include <cerrno>
#include <cstddef>
#include <initializer_list>
#include <span>
#include <utility>

#include "documents/sanitized.h"

namespace argot::documents {
namespace {

#if defined(__x86_64__)
constexpr std::uint32_t architecture = AUDIT_ARCH_X86_64;
#elif defined(__aarch64__)
constexpr std::uint32_t architecture = AUDIT_ARCH_AARCH64;
#else
#error "The sandbox knows x86-64 and arm64."
#endif

// The low half of an argument, masked, must have a value. All that is compared are flags, small
// numbers and descriptors, which the kernel takes as 32 bits too, and two pointers, of which both
// halves are looked at.
struct Condition {
  unsigned argument;
  std::uint32_t mask;
  std::uint32_t value;
  bool is_high_half = false;
};

constexpr std::uint32_t every_bit = 0xFFFFFFFF;

constexpr std::uint32_t offset_of(const Condition& condition) {
  // Both architectures are little-endian: the low half comes first.
  return static_cast<std::uint32_t>(offsetof(seccomp_data, args) +
                                    std::size_t{8} * condition.argument +
                                    (condition.is_high_half ? 4U : 0U));
}

class Assembler {
 public:
  void load(std::size_t offset) {
    add(BPF_LD | BPF_W | BPF_ABS, static_cast<std::uint32_t>(offset));
  }
  void decide(std::uint32_t action) { add(BPF_RET | BPF_K, action); }

  // Another architecture has other numbers.
  void kill_elsewhere() {
    load(offsetof(seccomp_data, arch));
    code_.push_back({.code = BPF_JMP | BPF_JEQ | BPF_K, .jt = 1, .jf = 0, .k = architecture});
    decide(SECCOMP_RET_KILL_PROCESS);
  }

  // Skips `count` instructions unless what was loaded is `value`.
  void skip_unless(std::uint32_t value, std::size_t count) {
    code_.push_back({.code = BPF_JMP | BPF_JEQ | BPF_K,
                     .jt = 0,
                     .jf = static_cast<std::uint8_t>(count),
                     .k = value});
  }

  // `action` where the call is `number` and all conditions hold; else what follows decides.
  void rule(int number, std::initializer_list<Condition> conditions, std::uint32_t action) {
    load(offsetof(seccomp_data, nr));
    std::size_t left = 3 * conditions.size() + 1;
    skip_unless(static_cast<std::uint32_t>(number), left);
    for (const Condition& condition : conditions) {
      left -= 3;
      load(offset_of(condition));
      add(BPF_ALU | BPF_AND | BPF_K, condition.mask);
      skip_unless(condition.value, left);
    }
    decide(action);
  }

  void allow(int number, std::initializer_list<Condition> conditions = {}) {
    rule(number, conditions, SECCOMP_RET_ALLOW);
  }
  void allow_each(std::span<const int> numbers) {
    for (const int number : numbers) allow(number);
  }
  // As if the system lacked it, or did not want to: libraries have an answer to that.
  void refuse_each(std::span<const int> numbers) {
    for (const int number : numbers) rule(number, {}, SECCOMP_RET_ERRNO | EACCES);
  }

  std::vector<sock_filter> take() { return std::move(code_); }

 private:
  void add(unsigned code, std::uint32_t value) {
    code_.push_back({.code = static_cast<std::uint16_t>(code), .jt = 0, .jf = 0, .k = value});
  }

  std::vector<sock_filter> code_;
};

// Memory, time, and the descriptors that the process has.
constexpr int always[] = {
    __NR_read,           __NR_write,          __NR_readv,         __NR_writev,
    __NR_pread64,        __NR_lseek,          __NR_close,         __NR_dup,
    __NR_fstat,          __NR_newfstatat,     __NR_brk,           __NR_munmap,
    __NR_mremap,         __NR_madvise,        __NR_futex,         __NR_rt_sigaction,
    __NR_rt_sigreturn,   __NR_rt_sigprocmask, __NR_sigaltstack,   __NR_exit,
    __NR_exit_group,     __NR_getrandom,      __NR_clock_gettime, __NR_clock_getres,
    __NR_gettimeofday,   __NR_getpid,         __NR_gettid,        __NR_getuid,
    __NR_geteuid,        __NR_getgid,         __NR_getegid,       __NR_sched_yield,
    __NR_restart_syscall};

// What the loader and the C library's start need, and folders of data.
constexpr int for_engines[] = {
    __NR_faccessat,  __NR_readlinkat, __NR_getdents64, __NR_set_tid_address, __NR_set_robust_list,
    __NR_rseq,       __NR_fadvise64,
#ifdef __NR_access
    __NR_access,
#endif
#ifdef __NR_readlink
    __NR_readlink,
#endif
#ifdef __NR_stat
    __NR_stat,
#endif
#ifdef __NR_arch_prctl
    __NR_arch_prctl,
#endif
};

// What libraries ask for to see what they can have.
constexpr int probed[] = {
    __NR_openat,
    __NR_faccessat,
    __NR_faccessat2,
    __NR_readlinkat,
    __NR_statx,
    __NR_statfs,
    __NR_fstatfs,
    __NR_ioctl,
    __NR_fcntl,
    __NR_getrusage,
    __NR_sysinfo,
    __NR_uname,
    __NR_getcwd,
    __NR_prlimit64,
    __NR_getrlimit,
    __NR_sched_getaffinity,
    __NR_set_robust_list,
    __NR_rseq,
    __NR_getdents64,
    __NR_prctl,
#ifdef __NR_open
    __NR_open,
#endif
#ifdef __NR_access
    __NR_access,
#endif
#ifdef __NR_readlink
    __NR_readlink,
#endif
#ifdef __NR_stat
    __NR_stat,
#endif
#ifdef __NR_lstat
    __NR_lstat,
#endif
};

void add_memory(Assembler& code, Profile profile) {
  constexpr auto executable = static_cast<std::uint32_t>(PROT_EXEC);
  code.allow(__NR_mmap, {{.argument = 2, .mask = executable, .value = 0}});
  code.allow(__NR_mprotect, {{.argument = 2, .mask = executable, .value = 0}});
  if (profile != Profile::engine) return;
  // Libraries: code out of files, and never where it can be written.
  code.allow(__NR_mmap,
             {{.argument = 2, .mask = static_cast<std::uint32_t>(PROT_WRITE), .value = 0},
              {.argument = 3, .mask = static_cast<std::uint32_t>(MAP_ANONYMOUS), .value = 0}});
}

constexpr std::uint32_t low_half(std::uint64_t value) { return static_cast<std::uint32_t>(value); }
constexpr std::uint32_t high_half(std::uint64_t value) { return low_half(value >> 32U); }

void add_engine(Assembler& code, const char* engine_path) {
  const auto path = reinterpret_cast<std::uintptr_t>(engine_path);
  code.allow(__NR_execveat,
             {{.argument = 1, .mask = every_bit, .value = low_half(path)},
              {.argument = 1, .mask = every_bit, .value = high_half(path), .is_high_half = true}});
  constexpr auto changes = static_cast<std::uint32_t>(O_WRONLY | O_RDWR | O_CREAT | O_TRUNC |
                                                      O_APPEND | (O_TMPFILE & ~O_DIRECTORY));
  code.allow(__NR_openat, {{.argument = 2, .mask = changes, .value = 0}});
#ifdef __NR_open
  code.allow(__NR_open, {{.argument = 1, .mask = changes, .value = 0}});
#endif
  // To read its limits, not to set them: the new ones are a null pointer.
  code.allow(__NR_prlimit64,
             {{.argument = 2, .mask = every_bit, .value = 0},
              {.argument = 2, .mask = every_bit, .value = 0, .is_high_half = true}});
  code.allow_each(for_engines);
}

}  // namespace

std::vector<sock_filter> seccomp_filter(const FilterNeeds& needs) {
  Assembler code;
  code.kill_elsewhere();
  code.allow_each(always);
  add_memory(code, needs.profile);
  // How abort() ends a process.
  code.allow(
      __NR_tgkill,
      {{.argument = 0, .mask = every_bit, .value = static_cast<std::uint32_t>(needs.process)}});
  for (const int command : {F_GETFD, F_SETFD, F_GETFL}) {
    code.allow(__NR_fcntl,
               {{.argument = 1, .mask = every_bit, .value = static_cast<std::uint32_t>(command)}});
  }
  // How the runtime asks whether memory can be read.
  if (is_sanitized) code.allow(__NR_pipe2);
  if (needs.profile == Profile::engine) add_engine(code, needs.engine_path);
  code.refuse_each(probed);
  code.decide(SECCOMP_RET_KILL_PROCESS);
  return code.take();
}

}  // namespace argot::documents
