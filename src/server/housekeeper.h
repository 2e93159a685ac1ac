// The thread that sweeps beside the requests: what has expired and the content of deleted files
// often, orphans at start and then now and then. It also renews the ballast that a full disk took.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <stop_token>
#include <string_view>

#include "base/clock.h"
#include "base/log.h"
#include "base/metrics.h"
#include "files/sweeper.h"
#include "server/ballast.h"
#include "server/duty.h"
#include "server/repeating_thread.h"

namespace argot::server {

struct HousekeeperOptions {
  std::chrono::milliseconds interval = limits::sweep_interval;
  std::chrono::milliseconds orphan_interval = std::chrono::hours(1);
  Duty* duty = nullptr;  // null: no other process sweeps
};

// Thread-safe. What it is given must outlive it.
class Housekeeper {
 public:
  // `ballast` may be null: there is none.
  Housekeeper(files::Sweeper& sweeper, Ballast* ballast, const Clock& clock, Log& log,
              HousekeeperOptions options)
      : sweeper_(sweeper), ballast_(ballast), clock_(clock), log_(log), options_(options) {}

  Housekeeper(const Housekeeper&) = delete;
  Housekeeper& operator=(const Housekeeper&) = delete;
  // Stops.
  ~Housekeeper() = default;

  // Starts the thread, which begins with a round at once. What goes wrong in a round is logged, and
  // the next round tries again.
  void start() { thread_.start(); }

  // Whether the expired files and the garbage that start() found were dealt with within `timeout`.
  bool wait_for_first_round(std::chrono::milliseconds timeout);

  // Ends the round under way at its next step, and returns when the thread has ended.
  void stop();

  // How many sweeps ended in an error.
  std::uint64_t failures() const { return failures_.value(); }

 private:
  std::chrono::milliseconds round(const std::stop_token& stop);
  bool is_ours();
  void sweep(const std::stop_token& stop);
  void sweep_orphans(const std::stop_token& stop);
  void report(std::string_view what, const Result<std::uint64_t>& swept);

  files::Sweeper& sweeper_;
  Ballast* ballast_;
  const Clock& clock_;
  Log& log_;
  HousekeeperOptions options_;
  Counter failures_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool first_round_done_ = false;  // guarded by mutex_
  SteadyTime orphans_due_;         // at once; this and what follows is the thread's
  // The last member: it ends before the others go.
  RepeatingThread thread_{[this](const std::stop_token& stop) { return round(stop); }};
};

}  // namespace argot::server
