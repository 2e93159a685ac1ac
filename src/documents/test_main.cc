// The test program, which is also the children of its tests:
//
//   extract-text ...      what the real program does
//   attempt WALLS NAME    enters one or all of the walls, and tries what test_attempts.h calls so;
//                         the reason why it could not is the exit code
//   act WHAT              behaves in a certain way

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <csignal>
#include <string>
#include <vector>

#include "documents/child.h"
#include "documents/landlock.h"
#include "documents/sandbox.h"
#include "documents/seccomp_filter.h"
#include "documents/test_attempts.h"

namespace argot::documents {
namespace {

// Near the paths that attempts start: only its own address may be good enough.
constexpr char empty_path[] = "";

bool enter_filter(Profile profile) {
  auto code =
      seccomp_filter({.profile = profile, .process = ::getpid(), .engine_path = empty_path});
  const sock_fprog program{.len = static_cast<unsigned short>(code.size()), .filter = code.data()};
  return ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
         ::prctl(PR_SET_SECCOMP, 2, &program, 0, 0) == 0;
}

bool enter_walls(const std::string& walls) {
  const Profile profile = walls.ends_with("engine") ? Profile::engine : Profile::reader;
  if (walls.starts_with("seccomp")) return enter_filter(profile);
  if (walls.starts_with("landlock")) {
    return ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && enter_landlock({.profile = profile});
  }
  if (walls.starts_with("all")) {
    return enter_sandbox({.profile = profile, .memory_bytes_max = 0, .cpu_seconds_max = 1})
        .has_value();
  }
  return walls == "none";
}

[[noreturn]] void try_it(const std::string& walls, const std::string& name) {
  ::dup2(STDIN_FILENO, forgotten_descriptor);
  parent_process = ::getppid();
  int to_file = -1;
  if (name == "fill a file") {
    to_file = ::open("/tmp", O_WRONLY | O_TMPFILE | O_CLOEXEC, 0600);
    ::dup2(to_file, STDOUT_FILENO);
    ::signal(SIGXFSZ, SIG_IGN);
  }
  if (name == "show") ::dup2(::open("/proc/self/status", O_RDONLY | O_CLOEXEC), STDIN_FILENO);
  if (!enter_walls(walls)) ::_exit(200);
  if (name == "show") {
    // What it says is of now, not of when it was opened.
    char status[4096];
    const ssize_t size = ::read(STDIN_FILENO, status, sizeof status);
    ::_exit(::write(STDOUT_FILENO, status, static_cast<std::size_t>(size)) == size ? 0 : 1);
  }
  if (to_file >= 0) ::_exit(reason(::write(STDOUT_FILENO, "x", 1)));
  if (name == "spin") {
    for (volatile unsigned count = 0;;) count = count + 1;
  }
  ::_exit(attempt(name, walls == "none"));
}

[[noreturn]] void act(const std::string& what) {
  if (what == "echo") {
    char piece[4096];
    for (;;) {
      const ssize_t size = ::read(STDIN_FILENO, piece, sizeof piece);
      if (size <= 0) break;
      if (::write(STDOUT_FILENO, piece, static_cast<std::size_t>(size)) != size) ::_exit(1);
    }
  } else if (what == "hang") {
    for (;;) ::pause();
  } else if (what == "close and hang") {
    ::close(STDOUT_FILENO);
    ::close(STDERR_FILENO);
    for (;;) ::pause();
  } else if (what == "kill") {
    ::raise(SIGKILL);
  }
  ::_exit(what == "echo" ? 0 : 9);
}

}  // namespace
}  // namespace argot::documents

int main(int count, char** values) {
  const std::vector<std::string> arguments(values + 1, values + count);
  if (!arguments.empty() && arguments[0] == argot::documents::child_command) {
    argot::documents::run_child({arguments.begin() + 1, arguments.end()});
  }
  if (arguments.size() == 3 && arguments[0] == "attempt") {
    argot::documents::try_it(arguments[1], arguments[2]);
  }
  if (arguments.size() == 2 && arguments[0] == "act") argot::documents::act(arguments[1]);
  ::testing::InitGoogleTest(&count, values);
  return RUN_ALL_TESTS();
}
