// What a confined process must not be able to do, tried from inside. Used by the test program and
// by the engine of the tests, which is built apart: nothing of ours is included here.
#pragma once

#include <asm/unistd.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstddef>
#include <string>
#include <string_view>

namespace argot::documents {

// Open before the walls stand; nobody may find it open afterwards.
inline constexpr int forgotten_descriptor = 99;

// To be asked for before the walls stand, which refuse the question.
inline pid_t parent_process = 1;

// What a test makes there is its own, and gone when the test is.
inline std::string made_path() { return "/tmp/argot-documents-" + std::to_string(parent_process); }

// Where a system call says -1, the reason; where it says anything else, 0.
inline int reason(long result) { return result == -1 ? errno : 0; }

inline int try_fork() {
  const long child = ::syscall(__NR_clone, static_cast<long>(SIGCHLD), 0L, 0L, 0L, 0L);
  if (child == 0) ::_exit(0);
  return reason(child);
}

inline int try_exec() {
  const char* const arguments[] = {"/bin/true", nullptr};
  return reason(::execv(arguments[0], const_cast<char* const*>(arguments)));
}

inline int try_exec_at() {
  const char* const arguments[] = {"/bin/true", nullptr};
  return reason(::syscall(__NR_execveat, AT_FDCWD, arguments[0], arguments, nullptr, 0));
}

// Whatever it names, an absolute path makes the descriptor meaningless.
inline int try_exec_by(int descriptor) {
  const char* const arguments[] = {"/bin/true", nullptr};
  return reason(
      ::syscall(__NR_execveat, descriptor, arguments[0], arguments, nullptr, AT_EMPTY_PATH));
}

inline int try_write_file() {
  const int file = ::open(made_path().c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  return file < 0 ? errno : reason(::write(file, "x", 1));
}

inline int try_vm() {
  char here = 0;
  char there = 1;
  const struct {
    void* place;
    std::size_t size;
  } to{&here, 1}, from{&there, 1};
  return reason(::syscall(__NR_process_vm_readv, ::getpid(), &to, 1UL, &from, 1UL, 0UL));
}

inline int try_executable_memory() {
  void* const memory =
      ::mmap(nullptr, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return memory == MAP_FAILED ? errno : 0;
}

inline int try_code_without_file() {
  void* const memory =
      ::mmap(nullptr, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return memory == MAP_FAILED ? errno : 0;
}

inline int try_code_that_changes() {
  const int file = ::open("/etc/passwd", O_RDONLY | O_CLOEXEC);
  if (file < 0) return errno;
  void* const memory =
      ::mmap(nullptr, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE, file, 0);
  return memory == MAP_FAILED ? errno : 0;
}

inline int try_late_executable_memory() {
  void* const memory =
      ::mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return memory == MAP_FAILED ? errno : reason(::mprotect(memory, 4096, PROT_READ | PROT_EXEC));
}

inline int try_limits() {
  const rlimit limit{.rlim_cur = 4, .rlim_max = 4};
  return reason(::setrlimit(RLIMIT_NOFILE, &limit));
}

inline int shared_memory = -1;

// `undo` is for where there are no walls: behind them it would end what got through.
struct Attempt {
  std::string_view name;
  int (*run)();
  void (*undo)() = nullptr;
};

inline constexpr Attempt attempts[] = {
    {"read a file", [] { return reason(::open("/etc/passwd", O_RDONLY | O_CLOEXEC)); }},
    {"list a folder", [] { return reason(::open("/etc", O_RDONLY | O_DIRECTORY | O_CLOEXEC)); }},
    {"read a process", [] { return reason(::open("/proc/self/maps", O_RDONLY | O_CLOEXEC)); }},
    {"write a file", try_write_file, [] { ::unlink(made_path().c_str()); }},
    {"make a folder", [] { return reason(::mkdirat(AT_FDCWD, made_path().c_str(), 0700)); },
     [] { ::rmdir(made_path().c_str()); }},
    {"a socket of the network", [] { return reason(::socket(AF_INET, SOCK_STREAM, 0)); }},
    {"a socket of the machine", [] { return reason(::socket(AF_UNIX, SOCK_STREAM, 0)); }},
    {"a pair of sockets",
     [] {
       int ends[2];
       return reason(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends));
     }},
    {"fork", try_fork},
    {"exec", try_exec},
    {"exec by a folder", try_exec_at},
    {"exec by no descriptor", [] { return try_exec_by(-1); }},
    {"exec by a descriptor", [] { return try_exec_by(3); }},
    {"ask to be traced", [] { return reason(::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr)); }},
    {"look into a process", try_vm},
    {"signal its parent", [] { return reason(::kill(parent_process, 0)); }},
    {"signal a thread",
     [] { return reason(::syscall(__NR_tgkill, parent_process, parent_process, 0)); }},
    {"executable memory", try_executable_memory},
    {"code without a file", try_code_without_file},
    {"code that changes", try_code_that_changes},
    {"memory that becomes executable", try_late_executable_memory},
    {"a file in memory", [] { return reason(::memfd_create("x", MFD_CLOEXEC)); }},
    {"shared memory",
     [] {
       shared_memory = ::shmget(IPC_PRIVATE, 4096, IPC_CREAT | 0600);
       return reason(shared_memory);
     },
     [] { ::shmctl(shared_memory, IPC_RMID, nullptr); }},
    {"other limits", try_limits},
    {"what it inherited", [] { return reason(::fcntl(forgotten_descriptor, F_GETFD)); }},
};

// 0 if it could, else the reason; -1 for a name that is not there.
inline int attempt(std::string_view name, bool is_undone = false) {
  for (const Attempt& each : attempts) {
    if (each.name != name) continue;
    const int code = each.run();
    if (is_undone && each.undo != nullptr) each.undo();
    return code;
  }
  return -1;
}

}  // namespace argot::documents
