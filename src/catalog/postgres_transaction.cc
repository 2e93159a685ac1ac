#include "catalog/postgres_transaction.h"

#include "base/assert.h"

namespace argot::catalog {

Result<std::vector<PostgresRows>> PostgresTransaction::ask() {
  ASSERT(!is_over_);
  Result<std::vector<PostgresRows>> answers = connection_.flush();
  if (!answers) {
    trouble_ = connection_.trouble();
    undo();
    return answers;
  }
  if (!has_begun_) answers->erase(answers->begin());
  has_begun_ = true;
  return answers;
}

Result<std::vector<PostgresRows>> PostgresTransaction::commit() {
  connection_.queue(postgres::queries::commit);
  Result<std::vector<PostgresRows>> answers = ask();
  if (!answers) {
    is_outcome_unknown_ = trouble_ == PostgresTrouble::broken;
    return answers;
  }
  // The server would answer so as well if it had nothing but a failed transaction to end.
  ASSERT(!connection_.is_in_transaction());
  answers->pop_back();
  is_over_ = true;
  return answers;
}

void PostgresTransaction::undo() {
  if (is_over_) return;
  is_over_ = true;
  // Only begun in our queue: nothing was sent.
  connection_.forget_queue();
  if (connection_.is_broken() || !connection_.is_in_transaction()) return;
  // If that fails, the connection is not lent again, and its end undoes everything.
  [[maybe_unused]] const Result<PostgresRows> undone = connection_.run(postgres::queries::rollback);
}

}  // namespace argot::catalog
