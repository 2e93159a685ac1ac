#include "cli/interrupt.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>

#include "base/assert.h"

namespace argot::cli {
namespace {

sigset_t watched_signals() {
  sigset_t set{};
  ::sigemptyset(&set);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    // `nohup argot files ...` has asked for it to be ignored.
    struct sigaction now{};
    ::sigaction(signal, nullptr, &now);
    if (now.sa_handler != SIG_IGN) ::sigaddset(&set, signal);
  }
  return set;
}

}  // namespace

Interrupt::Interrupt() {
  const sigset_t set = watched_signals();
  ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
  signals_ = UniqueFd(::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
  over_ = UniqueFd(::eventfd(0, EFD_CLOEXEC));
  ASSERT(signals_ && over_);
  watcher_ = std::thread([this] { watch(); });
}

Interrupt::~Interrupt() {
  ::eventfd_write(over_.get(), 1);
  watcher_.join();
  const sigset_t set = watched_signals();
  ::pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
}

std::optional<int> Interrupt::signal() const {
  const int signal = signal_.load();
  return signal == 0 ? std::nullopt : std::optional(signal);
}

int Interrupt::exit_code(int code) const {
  const std::optional<int> came = signal();
  return came && code == exit_code_of_signal(SIGINT) ? exit_code_of_signal(*came) : code;
}

void Interrupt::watch() {
  std::array<pollfd, 2> watched = {pollfd{.fd = signals_.get(), .events = POLLIN, .revents = 0},
                                   pollfd{.fd = over_.get(), .events = POLLIN, .revents = 0}};
  for (;;) {
    if (::poll(watched.data(), watched.size(), -1) < 0 && errno != EINTR) return;
    signalfd_siginfo info{};
    while (::read(signals_.get(), &info, sizeof info) == sizeof info) {
      const int number = static_cast<int>(info.ssi_signo);
      if (signal_.exchange(number) != 0) std::_Exit(exit_code_of_signal(number));
      source_.request_stop();
    }
    if (watched[1].revents != 0) return;
  }
}

}  // namespace argot::cli
