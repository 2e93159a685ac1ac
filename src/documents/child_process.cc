#include "documents/child_process.h"

#include <asm/unistd.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace argot::documents {
namespace {

std::unexpected<Error> failed(std::string_view step, int error) {
  return fail(ErrorCode::unavailable, "a child for documents: " + std::string(step) + ": " +
                                          std::strerror(error));  // NOLINT(concurrency-mt-unsafe)
}

struct Pipe {
  UniqueFd reading;
  UniqueFd writing;
};

// The writing end is none of 0, 1 and 2, which it will become: it would be closed on the way.
Result<Pipe> make_pipe() {
  int ends[2] = {-1, -1};
  if (::pipe2(ends, O_CLOEXEC) != 0) return failed("pipe", errno);
  Pipe pipe{.reading = UniqueFd(ends[0]), .writing = UniqueFd(ends[1])};
  pipe.writing = UniqueFd(::fcntl(ends[1], F_DUPFD_CLOEXEC, STDERR_FILENO + 1));
  if (!pipe.writing) return failed("pipe", errno);
  return pipe;
}

// What posix_spawn() is told; released with the object.
class SpawnPlan {
 public:
  SpawnPlan() {
    posix_spawn_file_actions_init(&actions_);
    posix_spawnattr_init(&attributes_);
  }
  SpawnPlan(const SpawnPlan&) = delete;
  SpawnPlan& operator=(const SpawnPlan&) = delete;
  ~SpawnPlan() {
    posix_spawnattr_destroy(&attributes_);
    posix_spawn_file_actions_destroy(&actions_);
  }

  int use(int descriptor, int as) {
    return posix_spawn_file_actions_adddup2(&actions_, descriptor, as);
  }

  // No descriptor of ours but the three, and none of our signals' settings.
  int isolate() {
    sigset_t none;
    sigset_t all;
    sigemptyset(&none);
    sigfillset(&all);
    int error = posix_spawn_file_actions_addclosefrom_np(&actions_, STDERR_FILENO + 1);
    if (error == 0) error = posix_spawnattr_setsigmask(&attributes_, &none);
    if (error == 0) error = posix_spawnattr_setsigdefault(&attributes_, &all);
    if (error != 0) return error;
    return posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  }

  int spawn(const ChildCommand& command, pid_t* process) const {
    std::vector<char*> arguments;
    arguments.reserve(command.arguments.size() + 1);
    for (const std::string& argument : command.arguments) {
      arguments.push_back(const_cast<char*>(argument.c_str()));
    }
    arguments.push_back(nullptr);
    char* no_environment[] = {nullptr};
    return ::posix_spawn(process, command.program.c_str(), &actions_, &attributes_,
                         arguments.data(), no_environment);
  }

 private:
  posix_spawn_file_actions_t actions_{};
  posix_spawnattr_t attributes_{};
};

}  // namespace

Result<std::unique_ptr<ChildProcess>> ChildProcess::start(const ChildCommand& command, int input) {
  TRY(Pipe output, make_pipe());
  TRY(Pipe report, make_pipe());
  const UniqueFd source(::fcntl(input, F_DUPFD_CLOEXEC, STDERR_FILENO + 1));
  if (!source) return failed("input", errno);
  SpawnPlan plan;
  pid_t process = 0;
  int error = plan.use(source.get(), STDIN_FILENO);
  if (error == 0) error = plan.use(output.writing.get(), STDOUT_FILENO);
  if (error == 0) error = plan.use(report.writing.get(), STDERR_FILENO);
  if (error == 0) error = plan.isolate();
  if (error == 0) error = plan.spawn(command, &process);
  if (error != 0) return failed("start", error);
  std::unique_ptr<ChildProcess> child(
      new ChildProcess(process, std::move(output.reading), std::move(report.reading)));
  child->end_ = UniqueFd(static_cast<int>(::syscall(__NR_pidfd_open, process, 0)));
  if (!child->end_) return failed("pidfd_open", errno);
  return child;
}

ChildProcess::~ChildProcess() {
  if (is_reaped_) return;
  // Its number is its own until it is reaped.
  ::kill(process_, SIGKILL);
  reap();
}

int ChildProcess::reap() {
  while (!is_reaped_) {
    const pid_t ended = ::waitpid(process_, &status_, 0);
    is_reaped_ = ended == process_ || errno != EINTR;
  }
  return status_;
}

}  // namespace argot::documents
