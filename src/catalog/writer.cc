#include "catalog/writer.h"

#include <algorithm>
#include <array>
#include <utility>

#include "catalog/queries.h"

namespace argot::catalog {
namespace {

// Each attempt waits for the connection's busy timeout.
constexpr int busy_attempts_max = 3;

constexpr std::array<double, 8> commit_operations_bounds = {1, 2, 4, 8, 16, 32, 64, 128};
constexpr std::array<double, 13> commit_seconds_bounds = {
    0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10};

}  // namespace

Writer::Writer(std::unique_ptr<Connection> connection, WriterOptions options, Log& log)
    : connection_(std::move(connection)),
      options_(std::move(options)),
      log_(log),
      commit_operations_(commit_operations_bounds),
      commit_seconds_(commit_seconds_bounds) {
  thread_ = std::thread([this] { serve(); });
}

Writer::~Writer() {
  // Whoever wants to know calls close() himself.
  [[maybe_unused]] const Result<> closed = close();
}

Result<> Writer::run(const Operation& operation) {
  Task task{.operation = &operation};
  std::unique_lock lock(mutex_);
  if (is_closing_) return fail(ErrorCode::unavailable, "the catalogue is closed");
  if (queue_.size() >= options_.queue_max) {
    return fail(ErrorCode::overloaded, "too many changes wait for the catalogue");
  }
  queue_.push_back(&task);
  work_.notify_one();
  task.done.wait(lock, [&task] { return task.is_done; });
  return std::move(task.result);
}

Result<> Writer::close() {
  {
    const std::scoped_lock lock(mutex_);
    if (is_closing_) return {};
    is_closing_ = true;
    work_.notify_one();
  }
  thread_.join();
  if (is_poisoned_) {
    // The next start decides what was committed, from the log as the disk has it.
    connection_->keep_log();
    connection_.reset();
    return fail(ErrorCode::unavailable, "the catalogue was closed after a failed sync");
  }
  Result<> moved = connection_->checkpoint(Connection::Checkpoint::truncate);
  const bool is_in_use = !moved && connection_->trouble() == Trouble::busy;
  if (!moved && !is_in_use) connection_->keep_log();
  connection_.reset();
  if (is_in_use) return {};  // by another process, which will move the log when it closes
  return moved;
}

WriterStats Writer::stats() const {
  return {.operations = operations_,
          .commits = commits_,
          .checkpoints = checkpoints_,
          .commit_operations = commit_operations_.values(),
          .commit_seconds = commit_seconds_.values()};
}

std::size_t Writer::waiting() const {
  const std::scoped_lock lock(mutex_);
  return queue_.size();
}

void Writer::serve() {
  std::vector<Task*> group;
  for (;;) {
    {
      std::unique_lock lock(mutex_);
      work_.wait(lock, [this] { return !queue_.empty() || is_closing_; });
      if (queue_.empty()) return;
      const auto size = static_cast<std::ptrdiff_t>(std::min(queue_.size(), options_.group_max));
      group.assign(queue_.begin(), queue_.begin() + size);
      queue_.erase(queue_.begin(), queue_.begin() + size);
    }
    run_group(group);
  }
}

void Writer::run_group(std::span<Task* const> group) {
  if (is_poisoned_) {
    for (Task* task : group) {
      task->result = fail(ErrorCode::unavailable, "an earlier commit has an unknown outcome");
    }
    deliver(group);
    return;
  }

  Result<> outcome = apply(group);
  const bool takes_no_more = !outcome && outcome.error().code == ErrorCode::insufficient_storage;
  if (takes_no_more && connection_->trouble() != Trouble::read_only) {
    // What the log holds is space as well: once it is moved, the log begins anew in its place.
    is_short_of_space_ = !move_log(Connection::Checkpoint::passive);
    if (!is_short_of_space_) outcome = apply(group);
  }
  if (!outcome) {
    // Those that failed by themselves judged what was never committed, so they fail alike.
    for (Task* task : group) task->result = fail(outcome.error());
    if (outcome.error().code == ErrorCode::outcome_unknown) is_poisoned_ = true;
  }
  operations_ += group.size();
  if (outcome) commit_operations_.observe(static_cast<double>(group.size()));
  deliver(group);

  if (outcome) {
    move_long_log();
  } else if (outcome.error().code == ErrorCode::outcome_unknown) {
    poison(outcome.error());
  }
}

// Succeeds if the group's transaction is on the disk.
Result<> Writer::apply(std::span<Task* const> group) {
  TRY_DO(begin());
  for (Task* task : group) {
    Result<> applied = apply_one(*task);
    if (applied) continue;
    const bool is_unknown = connection_->trouble() == Trouble::sync_failed;
    roll_back();
    if (is_unknown) return fail(ErrorCode::outcome_unknown, applied.error().detail);
    return applied;
  }
  return commit();
}

// One change inside the group's transaction. An error of this function is the whole group's.
Result<> Writer::apply_one(Task& task) {
  TRY_DO(connection_->run(queries::savepoint));
  task.result = (*task.operation)(*connection_);
  // On some errors SQLite gives up the whole transaction, and with it the neighbours' changes.
  if (!connection_->is_in_transaction()) {
    if (!task.result) return fail(task.result.error());
    return fail(ErrorCode::internal, "a change ended the transaction that it was a part of");
  }
  if (!task.result) {
    if (connection_->trouble() == Trouble::sync_failed) return fail(task.result.error());
    TRY_DO(connection_->run(queries::undo_savepoint));
  }
  return connection_->run(queries::release_savepoint);
}

// Another process may hold the lock, for as long as a command like `argot keys create` takes.
Result<> Writer::begin() {
  for (int attempt = 1;; ++attempt) {
    Result<> begun = connection_->run(queries::begin);
    if (begun || connection_->trouble() != Trouble::busy || attempt == busy_attempts_max) {
      return begun;
    }
  }
}

Result<> Writer::commit() {
  const SteadyTime began = options_.clock != nullptr ? options_.clock->steady() : SteadyTime();
  for (int attempt = 1;; ++attempt) {
    Result<> committed = connection_->run(queries::commit);
    if (committed) {
      ++commits_;
      if (options_.clock != nullptr) {
        const std::chrono::duration<double> took = options_.clock->steady() - began;
        commit_seconds_.observe(took.count());
      }
      return committed;
    }
    const Trouble trouble = connection_->trouble();
    if (trouble == Trouble::busy && attempt < busy_attempts_max) continue;
    roll_back();
    // Where the disk takes no more, the record that makes it a commit was never written whole;
    // without the lock, not at all. After anything else the disk may have it or not.
    const bool is_refused = trouble == Trouble::full || trouble == Trouble::read_only;
    if (trouble == Trouble::busy || is_refused) return committed;
    return fail(ErrorCode::outcome_unknown, committed.error().detail);
  }
}

void Writer::roll_back() {
  if (!connection_->is_in_transaction()) return;
  if (const Result<> undone = connection_->run(queries::rollback); !undone) {
    log_.error("catalog_rollback_failed", {{"error", undone.error().detail}});
  }
}

void Writer::deliver(std::span<Task* const> group) {
  const std::scoped_lock lock(mutex_);
  for (Task* task : group) {
    task->is_done = true;
    // Under the lock: the task is on the stack of the one that is woken.
    task->done.notify_one();
  }
}

// After the results are out, so that nobody waits for it but the next group.
void Writer::move_long_log() {
  const std::uint64_t pages = connection_->log_pages();
  // Moving it needed space that there was not; there is some now, and the log would eat it up.
  if (is_short_of_space_) is_short_of_space_ = !move_log(Connection::Checkpoint::passive);
  if (pages < log_pages_before_) log_pages_next_ = 0;  // it has begun anew
  log_pages_before_ = pages;
  if (pages < std::max(log_pages_next_, options_.log_pages_soft_max)) return;

  const bool is_too_long = pages >= options_.log_pages_hard_max;
  move_log(is_too_long ? Connection::Checkpoint::restart : Connection::Checkpoint::passive);
  // Where a reader stays (a backup, say), waiting for it after every group would stop everything.
  log_pages_next_ = pages + (is_too_long ? pages : options_.log_pages_soft_max);
}

bool Writer::move_log(Connection::Checkpoint mode) {
  ++checkpoints_;
  const Result<> moved = connection_->checkpoint(mode);
  if (moved) return true;
  const Trouble trouble = connection_->trouble();
  if (trouble == Trouble::busy) return false;
  if (trouble == Trouble::full || trouble == Trouble::read_only) {
    log_.warning("catalog_checkpoint_failed", {{"error", moved.error().detail}});
    return false;
  }
  // The log has everything, but a sync that failed must not be tried again: it would succeed
  // without having written what the first one lost.
  is_poisoned_ = true;
  poison(moved.error());
  return false;
}

void Writer::poison(const Error& error) {
  log_.error("catalog_outcome_unknown", {{"error", error.detail}});
  if (options_.on_outcome_unknown) {
    options_.on_outcome_unknown(Error{ErrorCode::outcome_unknown, error.detail, {}});
  }
}

}  // namespace argot::catalog
