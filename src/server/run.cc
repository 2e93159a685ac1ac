#include "server/run.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <memory>
#include <ostream>
#include <string>
#include <string_view>
#include <thread>

#include "base/assert.h"
#include "base/log.h"
#include "base/unique_fd.h"
#include "server/app.h"
#include "server/process.h"

namespace argot::server {
namespace {

using std::chrono::milliseconds;

constexpr int fail_stop_code = 70;
constexpr milliseconds fail_stop_timeout{1000};

// SIGTERM and SIGINT as something to poll, and SIGHUP where it means to read files again. They stay
// blocked in every thread that starts later.
class Signals {
 public:
  explicit Signals(bool takes_hangup) {
    sigset_t wanted{};
    ::sigemptyset(&wanted);
    ::sigaddset(&wanted, SIGTERM);
    ::sigaddset(&wanted, SIGINT);
    if (takes_hangup) ::sigaddset(&wanted, SIGHUP);
    ::pthread_sigmask(SIG_BLOCK, &wanted, &before_);
    descriptor_ = UniqueFd(::signalfd(-1, &wanted, SFD_CLOEXEC | SFD_NONBLOCK));
    ASSERT(descriptor_);
  }
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;
  ~Signals() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

  int descriptor() const { return descriptor_.get(); }

  // Takes one signal that has arrived, so that polling finds the next; whether it is a hangup.
  bool take_hangup() const {
    signalfd_siginfo info{};
    const ssize_t got = ::read(descriptor_.get(), &info, sizeof info);
    return got == sizeof info && info.ssi_signo == SIGHUP;
  }

 private:
  sigset_t before_{};
  UniqueFd descriptor_;
};

// Something that happens once, in any thread, and that can be polled for.
class Event {
 public:
  Event() : descriptor_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) { ASSERT(descriptor_); }

  int descriptor() const { return descriptor_.get(); }

  void raise() const {
    const std::uint64_t one = 1;
    [[maybe_unused]] const ssize_t written = ::write(descriptor_.get(), &one, sizeof one);
  }

 private:
  UniqueFd descriptor_;
};

// Which of the two descriptors is ready first, the first one where both are; -1 after `timeout`,
// which never comes where it is negative.
int poll_two(int first, int second, milliseconds timeout) {
  std::array<pollfd, 2> watched = {{{first, POLLIN, 0}, {second, POLLIN, 0}}};
  for (;;) {
    const int ready = ::poll(watched.data(), watched.size(), static_cast<int>(timeout.count()));
    if (ready < 0 && errno == EINTR) continue;
    if (ready <= 0) return -1;
    return watched[0].revents != 0 ? 0 : 1;
  }
}

// Lets a server end: its requests in a thread of their own, so that this one can go on watching.
class Ending {
 public:
  Ending(App& app, milliseconds timeout)
      : thread_([this, &app, timeout] {
          app.drain(timeout);
          done_.raise();
        }) {}
  Ending(const Ending&) = delete;
  Ending& operator=(const Ending&) = delete;
  ~Ending() = default;

  int descriptor() const { return done_.descriptor(); }

 private:
  Event done_;
  std::jthread thread_;
};

LogFormat format_of(LogFormatChoice choice) {
  switch (choice) {
    case LogFormatChoice::text:
      return LogFormat::text;
    case LogFormatChoice::json:
      return LogFormat::json;
    case LogFormatChoice::automatic:
      break;
  }
  return ::isatty(STDERR_FILENO) == 1 ? LogFormat::text : LogFormat::json;
}

void announce(const App& app, std::ostream& out, std::ostream& err) {
  if (const auto& key = app.new_key()) {
    out << "The first key of this server, which is shown only now:\n\n"
        << "  export ARGOTOPENAI_API_KEY_AUTH=" << *key << "\n"
        << "  export ARGOTOPENAI_SERVER_URL=" << app.client_url() << "\n\n"
        << "Both are kept in " << app.credentials_path() << " as well.\n"
        << std::flush;
  }
  // At once, so that no line of the log comes in between.
  err << "listening on " + app.url() + "\n" << std::flush;
}

// Ends without another step: what the disk has is not known, so nothing more is written, not even
// by closing the catalogue.
[[noreturn]] void fail_stop(App& app) {
  const Ending ending(app, fail_stop_timeout);
  poll_two(ending.descriptor(), ending.descriptor(), fail_stop_timeout);
  std::_Exit(fail_stop_code);
}

}  // namespace

Result<> run_server(const Settings& settings, std::ostream& out, std::ostream& err) {
  // On a terminal it means that the terminal is closed, unless there is something to read again.
  const Signals signals(settings.tls_certificate.has_value() || ::isatty(STDERR_FILENO) != 1);
  const Event storage_unknown;
  prepare_process();
  const std::unique_ptr<Log> log =
      make_stderr_log(format_of(settings.log_format), settings.log_level);
  TRY(const std::unique_ptr<App> app,
      App::open(settings, *log, [&storage_unknown] { storage_unknown.raise(); }));
  const std::string url = app->url();
  const std::string admin = app->admin_address();
  announce(*app, out, err);
  log->info("started", {{"url", std::string_view(url)},
                        {"admin", std::string_view(admin)},
                        {"data", std::string_view(settings.data)}});

  constexpr milliseconds for_ever{-1};
  for (bool goes_on = true; goes_on;) {
    if (poll_two(storage_unknown.descriptor(), signals.descriptor(), for_ever) == 0) {
      fail_stop(*app);
    }
    goes_on = signals.take_hangup();
    if (goes_on) app->reload();
  }
  log->info("draining", {{"timeout_ms", std::int64_t{settings.server_drain_timeout.count()}}});
  {
    const Ending ending(*app, settings.server_drain_timeout);
    while (poll_two(ending.descriptor(), signals.descriptor(), for_ever) == 1) {
      if (!signals.take_hangup()) std::_Exit(0);
    }
  }
  if (poll_two(storage_unknown.descriptor(), storage_unknown.descriptor(), milliseconds(0)) == 0) {
    std::_Exit(fail_stop_code);
  }
  log->info("stopped", {});
  return {};
}

}  // namespace argot::server
