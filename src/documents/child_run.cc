#include "documents/child_run.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <string>
#include <utility>

#include "base/limits.h"

namespace argot::documents {
namespace {

// What pdftotext says with its exit code (pdftotext(1)).
constexpr int pdf_not_opened = 1;
constexpr int pdf_not_permitted = 3;

std::unexpected<Error> failed(std::string what) {
  return fail(ErrorCode::unavailable, "a child for documents: " + std::move(what));
}

Verdict verdict_of_signal(int signal, const ChildReport& report) {
  switch (signal) {
    case SIGXCPU:
      return {.outcome = Outcome::timed_out, .detail = "reading it takes too much time"};
    case SIGKILL:
      // Not by us: that is how the kernel takes memory back.
      return {.outcome = Outcome::too_large, .detail = "its reader was killed"};
    case SIGSYS:
      return {.outcome = Outcome::malformed, .detail = "its reader did what it must not do"};
    default:
      break;
  }
  if (report.is_out_of_memory()) {
    return {.outcome = Outcome::too_large, .detail = "reading it takes too much memory"};
  }
  return {.outcome = Outcome::malformed, .detail = "its reader crashed"};
}

Verdict verdict_of_engine(int code, const ChildReport& report) {
  if (code == 0) return {};
  if (report.is_out_of_memory()) {
    return {.outcome = Outcome::too_large, .detail = "reading it takes too much memory"};
  }
  if (code == pdf_not_permitted || (code == pdf_not_opened && report.wants_password())) {
    return {.outcome = Outcome::encrypted, .detail = "the document needs a password"};
  }
  return {.outcome = Outcome::malformed, .detail = "the document is not a PDF, or broken"};
}

Verdict verdict_of(int status, const ChildReport& report) {
  if (WIFSIGNALED(status)) return verdict_of_signal(WTERMSIG(status), report);
  const int code = WEXITSTATUS(status);
  if (report.is_engine_started()) return verdict_of_engine(code, report);
  if (code == 0 && report.verdict()) return *report.verdict();
  return {.outcome = Outcome::malformed, .detail = "its reader ended without a word"};
}

// Follows one child. Everything that may happen is a descriptor, so that nothing is asked twice.
class Watch {
 public:
  Watch(ChildProcess& child, const RunBounds& bounds, Sink& text)
      : child_(child), bounds_(bounds), text_(text) {}

  Result<> open() {
    timer_ = UniqueFd(::timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK));
    stop_ = UniqueFd(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    if (!timer_ || !stop_) return failed("no descriptor is left");
    const auto seconds = std::chrono::floor<std::chrono::seconds>(bounds_.wall_time_max);
    const auto rest = std::chrono::nanoseconds(bounds_.wall_time_max - seconds);
    itimerspec time{};
    time.it_value = {.tv_sec = seconds.count(), .tv_nsec = rest.count()};
    // All zero would be no timer at all.
    if (bounds_.wall_time_max.count() <= 0) time.it_value.tv_nsec = 1;
    if (::timerfd_settime(timer_.get(), 0, &time, nullptr) != 0) return failed("no timer");
    return {};
  }

  // For any thread.
  void ask_to_stop() const { (void)::eventfd_write(stop_.get(), 1); }

  Result<ChildRun> follow() {
    std::array<pollfd, 5> waits{};
    waits[0] = {.fd = child_.output(), .events = POLLIN, .revents = 0};
    waits[1] = {.fd = child_.report(), .events = POLLIN, .revents = 0};
    waits[2] = {.fd = child_.end(), .events = POLLIN, .revents = 0};
    waits[3] = {.fd = timer_.get(), .events = POLLIN, .revents = 0};
    waits[4] = {.fd = stop_.get(), .events = POLLIN, .revents = 0};
    // The ends of both pipes and of the child. A negative descriptor is not waited for.
    while (waits[0].fd >= 0 || waits[1].fd >= 0 || waits[2].fd >= 0) {
      if (::poll(waits.data(), waits.size(), -1) < 0) {
        if (errno == EINTR) continue;
        return failed("poll");
      }
      if (waits[4].revents != 0) return failed("stopped");
      if (waits[3].revents != 0) {
        return cut_short(Outcome::timed_out, "reading it takes too much time");
      }
      if (waits[1].revents != 0 && !take_report()) waits[1].fd = -1;
      if (waits[0].revents != 0) {
        TRY(const bool has_more, take_text());
        if (!has_more) waits[0].fd = -1;
      }
      if (run_.text_bytes > bounds_.text_bytes_max) {
        return cut_short(Outcome::too_large, "its text is too long");
      }
      if (waits[2].revents != 0) waits[2].fd = -1;
    }
    const int status = child_.reap();
    if (run_.report.failure()) return failed(*run_.report.failure());
    run_.verdict = verdict_of(status, run_.report);
    return std::move(run_);
  }

 private:
  Result<ChildRun> cut_short(Outcome outcome, std::string detail) {
    run_.verdict = {.outcome = outcome, .detail = std::move(detail)};
    return std::move(run_);
  }

  // False at the end.
  bool take_report() {
    const ssize_t size = ::read(child_.report(), piece_.data(), piece_.size());
    if (size <= 0) return size < 0 && errno == EINTR;
    run_.report.take({piece_.data(), static_cast<std::size_t>(size)});
    return true;
  }

  Result<bool> take_text() {
    const ssize_t size = ::read(child_.output(), piece_.data(), piece_.size());
    if (size <= 0) return size < 0 && errno == EINTR;
    const std::string_view piece(piece_.data(), static_cast<std::size_t>(size));
    run_.text_bytes += piece.size();
    // What is beyond the bound is not for the sink.
    if (run_.text_bytes <= bounds_.text_bytes_max) TRY_DO(text_.write(as_bytes(piece)));
    return true;
  }

  ChildProcess& child_;
  const RunBounds bounds_;
  Sink& text_;
  UniqueFd timer_;
  UniqueFd stop_;
  ChildRun run_;
  std::array<char, limits::document_piece_bytes> piece_{};
};

}  // namespace

Result<ChildRun> run_to_end(ChildProcess& child, const RunBounds& bounds, Sink& text,
                            const std::stop_token& stop) {
  Watch watch(child, bounds, text);
  TRY_DO(watch.open());
  const std::stop_callback asked(stop, [&] { watch.ask_to_stop(); });
  return watch.follow();
}

}  // namespace argot::documents
