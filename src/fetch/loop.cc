#include "fetch/loop.h"

#include <pthread.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <deque>
#include <map>
#include <mutex>
#include <set>
#include <system_error>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/unique_fd.h"
#include "fetch/fiber.h"

namespace argot::fetch {

namespace {

thread_local LoopTask* current_task = nullptr;

Failure refused(const char* what, int error) {
  return {.kind = FailureKind::unexpected,
          .text = std::string("no thread for calls: ") + what + ": " +
                  std::generic_category().message(error)};
}

}  // namespace

// owners: its loop and its thread; it knows itself for the wakers, which may outlive it.
class LoopCore : public std::enable_shared_from_this<LoopCore> {
 public:
  explicit LoopCore(std::size_t transfers_max) : transfers_max_(transfers_max) {}

  // Once, before anything else.
  std::optional<Failure> open() {
    epoll_ = UniqueFd(::epoll_create1(EPOLL_CLOEXEC));
    if (!epoll_) return refused("epoll_create1", errno);
    wake_ = UniqueFd(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    if (!wake_) return refused("eventfd", errno);
    epoll_event event{.events = EPOLLIN, .data = {.fd = wake_.get()}};
    if (::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, wake_.get(), &event) != 0) {
      return refused("epoll_ctl", errno);
    }
    return std::nullopt;
  }

  // --- From any thread.

  bool spawn(std::function<void()> work) {
    auto fiber = Fiber::make(std::move(work));
    if (!fiber) return false;
    tell([&] { spawned_.push_back(std::move(fiber)); });
    return true;
  }
  void wake(std::uint64_t task) {
    tell([&] { woken_.push_back(task); });
  }
  // Lets run() return when no task is left.
  void stop() {
    tell([&] { is_stopping_ = true; });
  }

  // --- On the loop's thread.

  void run() {
    for (;;) {
      const bool may_end = !admit();
      for (const std::uint64_t id : std::exchange(ready_, {})) resume(id);
      if (!ready_.empty()) continue;
      if (may_end && tasks_.empty()) return;
      wait();
    }
  }

 private:
  friend class LoopTask;

  struct Entry {
    LoopTask task;
    std::unique_ptr<Fiber> fiber;
    std::optional<SteadyTime> until;
  };

  template <typename Change>
  void tell(const Change& change) {
    {
      const std::scoped_lock lock(mutex_);
      change();
    }
    // Only a counter that is full would refuse, and then it wakes the loop anyway.
    [[maybe_unused]] const int added = ::eventfd_write(wake_.get(), 1);
  }

  // Takes in what other threads said. False where the loop may end once it has no tasks.
  bool admit() {
    std::vector<std::unique_ptr<Fiber>> spawned;
    bool is_stopping = false;
    {
      const std::scoped_lock lock(mutex_);
      spawned.swap(spawned_);
      ready_.insert(ready_.end(), woken_.begin(), woken_.end());
      woken_.clear();
      is_stopping = is_stopping_;
    }
    for (std::unique_ptr<Fiber>& fiber : spawned) {
      const std::uint64_t id = ++last_id_;
      tasks_.emplace(id, std::make_unique<Entry>(LoopTask(*this, id), std::move(fiber)));
      ready_.push_back(id);
    }
    return !is_stopping;
  }

  void resume(std::uint64_t id) {
    const auto found = tasks_.find(id);
    if (found == tasks_.end()) return;
    Entry& entry = *found->second;
    if (entry.until) timers_.erase({*entry.until, id});
    entry.until.reset();
    current_task = &entry.task;
    entry.fiber->resume();
    current_task = nullptr;
    if (entry.fiber->has_ended()) tasks_.erase(id);
  }

  void wait() {
    std::array<epoll_event, 64> events;
    const int count =
        ::epoll_wait(epoll_.get(), events.data(), static_cast<int>(events.size()), timeout());
    for (int i = 0; i < count; ++i) take(events[static_cast<std::size_t>(i)]);
    const SteadyTime now = clock_.steady();
    for (const auto& [time, id] : timers_) {
      if (time > now) break;
      ready_.push_back(id);
    }
  }

  void take(const epoll_event& event) {
    if (event.data.fd == wake_.get()) {
      eventfd_t count = 0;
      ::eventfd_read(wake_.get(), &count);
      return;
    }
    const auto watched = watched_.find(event.data.fd);
    if (watched == watched_.end()) return;
    // Who reads or writes then finds out what is wrong.
    const bool is_broken = (event.events & (EPOLLERR | EPOLLHUP)) != 0;
    watched->second.watcher->ready(event.data.fd, is_broken || (event.events & EPOLLIN) != 0,
                                   is_broken || (event.events & EPOLLOUT) != 0);
    ready_.push_back(watched->second.task);
  }

  // Rounded up, so that the time has come when the wait is over.
  int timeout() const {
    if (timers_.empty()) return -1;
    constexpr std::chrono::milliseconds longest{3'600'000};
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(timers_.begin()->first - clock_.steady());
    return static_cast<int>(std::clamp(left, std::chrono::milliseconds(0), longest).count());
  }

  // Lets the first in the queue see whether there is a place.
  void call_next() {
    if (!queue_.empty()) ready_.push_back(queue_.front());
  }

  struct Watched {
    std::uint64_t task;
    LoopTask::Watcher* watcher;
  };

  const std::size_t transfers_max_;
  const SystemClock clock_;  // what waits for the kernel waits on its time
  UniqueFd epoll_;
  UniqueFd wake_;

  std::mutex mutex_;
  std::vector<std::unique_ptr<Fiber>> spawned_;  // by other threads, as the two below
  std::vector<std::uint64_t> woken_;
  bool is_stopping_ = false;

  std::uint64_t last_id_ = 0;
  std::unordered_map<std::uint64_t, std::unique_ptr<Entry>> tasks_;
  std::vector<std::uint64_t> ready_;  // may name one twice, or one that has ended
  std::set<std::pair<SteadyTime, std::uint64_t>> timers_;
  std::unordered_map<int, Watched> watched_;
  std::size_t transfers_ = 0;
  std::deque<std::uint64_t> queue_;  // for a transfer's place
};

// --- What a task asks for.

LoopTask* LoopTask::current() { return current_task; }

void LoopTask::Waker::operator()() const {
  if (const auto core = core_.lock()) core->wake(task_);
}

LoopTask::Waker LoopTask::waker() const { return {core_.weak_from_this(), id_}; }

void LoopTask::suspend(std::optional<SteadyTime> until) {
  LoopCore::Entry& entry = *core_.tasks_.at(id_);
  if (until) core_.timers_.emplace(*until, id_);
  entry.until = until;
  entry.fiber->suspend();
}

bool LoopTask::watch(int descriptor, bool for_read, bool for_write, Watcher& watcher) {
  const std::uint32_t events = (for_read ? std::uint32_t{EPOLLIN} : 0U) |
                               (for_write ? std::uint32_t{EPOLLOUT} : 0U) | EPOLLONESHOT;
  epoll_event event{.events = events, .data = {.fd = descriptor}};
  core_.watched_.insert_or_assign(descriptor, LoopCore::Watched{id_, &watcher});
  // The kernel forgets a descriptor that was closed, and another may have its number.
  return ::epoll_ctl(core_.epoll_.get(), EPOLL_CTL_MOD, descriptor, &event) == 0 ||
         (errno == ENOENT &&
          ::epoll_ctl(core_.epoll_.get(), EPOLL_CTL_ADD, descriptor, &event) == 0);
}

void LoopTask::unwatch(int descriptor) {
  core_.watched_.erase(descriptor);
  ::epoll_ctl(core_.epoll_.get(), EPOLL_CTL_DEL, descriptor, nullptr);
}

bool LoopTask::enter_transfer(std::optional<SteadyTime> until, const std::stop_token& stop) {
  std::deque<std::uint64_t>& queue = core_.queue_;
  if (transfers_ == 0) {
    const std::stop_callback wake(stop, waker());
    queue.push_back(id_);
    while (queue.front() != id_ || core_.transfers_ >= core_.transfers_max_) {
      if (stop.stop_requested() || (until && core_.clock_.steady() >= *until)) {
        std::erase(queue, id_);
        return false;
      }
      suspend(until);
    }
    queue.pop_front();
    core_.call_next();  // there may be room for one more
  }
  ++transfers_;
  ++core_.transfers_;
  return true;
}

void LoopTask::leave_transfer() {
  --transfers_;
  --core_.transfers_;
  core_.call_next();
}

// --- The thread.

std::expected<std::unique_ptr<Loop>, Failure> Loop::open(std::size_t transfers_max) {
  std::unique_ptr<Loop> loop(new Loop());
  // owners: see Loop.
  loop->core_ = std::make_shared<LoopCore>(std::max<std::size_t>(transfers_max, 1));
  if (auto failure = loop->core_->open()) return std::unexpected(*std::move(failure));
  // Signals are for the program's own threads.
  sigset_t all;
  sigset_t before;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  std::optional<Failure> failure;
  try {
    loop->thread_ = std::thread([core = loop->core_] { core->run(); });
  } catch (const std::system_error& error) {
    failure = refused("thread", error.code().value());
  }
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  if (failure) return std::unexpected(*std::move(failure));
  return loop;
}

Loop::~Loop() {
  if (!thread_.joinable()) return;  // it could not be opened
  core_->stop();
  if (thread_.get_id() == std::this_thread::get_id()) {
    thread_.detach();
  } else {
    thread_.join();
  }
}

bool Loop::spawn(std::function<void()> work) { return core_->spawn(std::move(work)); }

}  // namespace argot::fetch
