// The one thread that changes the catalogue. Changes that wait at the same time share one commit,
// which is one sync of the disk: that is where the throughput comes from.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/metrics.h"
#include "base/result.h"
#include "catalog/sqlite.h"

namespace argot::catalog {

struct WriterOptions {
  std::size_t group_max = limits::commit_group_max;
  // Changes that may wait; one more is refused as overloaded.
  std::size_t queue_max = 2 * limits::uploads_max;
  // A log this long (4 MiB) is moved into the database without waiting for anybody; one that
  // readers have kept from beginning anew for long (64 MiB), with waiting for them.
  std::uint64_t log_pages_soft_max = 1'024;
  std::uint64_t log_pages_hard_max = 16'384;
  // Told once, by the writer's thread, when it is not known what the disk has. It may end the
  // process; it must not call the writer.
  std::function<void(const Error&)> on_outcome_unknown;
  // What commits are timed with; null: they are not. It must outlive the Writer.
  const Clock* clock = nullptr;
};

struct WriterStats {
  std::uint64_t operations = 0;       // those that were asked for and came to an end
  std::uint64_t commits = 0;          // those that succeeded
  std::uint64_t checkpoints = 0;      // those that were tried
  HistogramValues commit_operations;  // how many changes each commit had
  HistogramValues commit_seconds;     // how long each took, its sync included
};

// Thread-safe.
class Writer {
 public:
  // One change. It runs on the writer's thread, inside a transaction that it may share; on an error
  // all that it did is undone, and nothing that its neighbours did.
  using Operation = std::function<Result<>(Connection&)>;

  // `log` must outlive the Writer.
  Writer(std::unique_ptr<Connection> connection, WriterOptions options, Log& log);
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;
  // Closes, if close() has not been called.
  ~Writer();

  // Runs `operation` and returns its result once the commit it shares has returned. Errors beyond
  // its own: overloaded, unavailable (closed, poisoned, or locked out by another process for too
  // long), insufficient_storage, outcome_unknown.
  Result<> run(const Operation& operation);

  // Ends the waiting changes, moves the log into the database and lets go of it. Further changes
  // are refused. Calling it again does nothing.
  Result<> close();

  // Whether the outcome of some commit is unknown: then nothing is changed any more.
  bool is_poisoned() const { return is_poisoned_; }

  WriterStats stats() const;

  // Changes that wait, without those under way.
  std::size_t waiting() const;

 private:
  struct Task {
    const Operation* operation;
    Result<> result;
    bool is_done = false;
    std::condition_variable done;
  };

  void serve();
  void run_group(std::span<Task* const> group);
  Result<> apply(std::span<Task* const> group);
  Result<> apply_one(Task& task);
  Result<> begin();
  Result<> commit();
  void roll_back();
  void deliver(std::span<Task* const> group);
  void move_long_log();
  bool move_log(Connection::Checkpoint mode);
  void poison(const Error& error);

  mutable std::mutex mutex_;  // guards queue_ and is_closing_
  std::condition_variable work_;
  std::deque<Task*> queue_;
  bool is_closing_ = false;

  // The thread's alone, until it has ended.
  std::unique_ptr<Connection> connection_;
  bool is_short_of_space_ = false;
  std::uint64_t log_pages_before_ = 0;
  std::uint64_t log_pages_next_ = 0;  // how long the log is to be for the next checkpoint

  const WriterOptions options_;
  Log& log_;
  std::atomic<bool> is_poisoned_ = false;
  std::atomic<std::uint64_t> operations_ = 0;
  std::atomic<std::uint64_t> commits_ = 0;
  std::atomic<std::uint64_t> checkpoints_ = 0;
  Histogram commit_operations_;
  Histogram commit_seconds_;
  std::thread thread_;  // last: it uses all of the above
};

}  // namespace argot::catalog
