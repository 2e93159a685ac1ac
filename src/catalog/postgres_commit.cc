#include "catalog/postgres_commit.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "base/assert.h"
#include "base/limits.h"
#include "base/text.h"
#include "catalog/fingerprint.h"
#include "catalog/postgres_file_rows.h"
#include "catalog/postgres_orphan_rows.h"
#include "catalog/postgres_read_queries.h"

namespace argot::catalog::postgres {
namespace {

// Finds the attempt that is the same as this one, if one was done.
void queue_look_up(PostgresTransaction& transaction, const Commit& commit) {
  const Attempt& attempt = *commit.file.attempt;
  if (!attempt.idempotency_key.empty()) {
    transaction.queue(queries::find_attempt_by_key,
                      PostgresValues()
                          .id(commit.file.scope.organization_id)
                          .bytes(attempt.key_id)
                          .bytes(attempt.idempotency_key)
                          .number(milliseconds(commit.now - limits::idempotency_key_lifetime)));
    return;
  }
  const WallTime forgotten = commit.now - limits::retry_window;
  // A first try has none before it, and those of the same file may be many.
  const WallTime behind =
      attempt.retry_count == 0 ? attempt.began_at : std::min(attempt.began_at, forgotten);
  transaction.queue(queries::find_attempt_by_fingerprint,
                    PostgresValues()
                        .id(commit.file.scope.organization_id)
                        .bytes(attempt.key_id)
                        .bytes(Bytes(commit.fingerprint.bytes))
                        .number(try_bit(attempt))
                        .number(milliseconds(forgotten))
                        .number(milliseconds(attempt.began_at))
                        .number(unix_seconds(commit.now))
                        .number(milliseconds(behind)));
}

void queue_charges(PostgresTransaction& transaction, const Commit& commit) {
  const NewFile& file = commit.file;
  transaction.queue(queries::charge_organization,
                    PostgresValues()
                        .id(file.scope.organization_id)
                        .number(milliseconds(commit.now))
                        .number(to_signed(file.bytes - file.charged_bytes))
                        .number(to_signed(file.organization_bytes_max)));
  transaction.queue(queries::charge_project, PostgresValues()
                                                 .id(file.scope.organization_id)
                                                 .optional_id(file.scope.project_id)
                                                 .number(to_signed(file.bytes - file.charged_bytes))
                                                 .number(to_signed(file.project_bytes_max)));
}

// Which of the charges found no row, and why.
Error refusal(bool exists, bool fits_organization, const NewFile& file) {
  if (!exists) {
    return {ErrorCode::invalid_request, "There is no such organization or project.", {}};
  }
  const ErrorCode code = fits_organization ? ErrorCode::project_quota_exceeded
                                           : ErrorCode::organization_quota_exceeded;
  const std::optional<std::uint64_t>& limit =
      fits_organization ? file.project_bytes_max : file.organization_bytes_max;
  if (!limit) return {ErrorCode::internal, "more is used than can be counted", {}};
  return {code, human_bytes(*limit), {}};
}

void queue_row(PostgresTransaction& transaction, const File& row, const NewFile& file) {
  transaction.queue(queries::insert_file, PostgresValues()
                                              .id(row.scope.organization_id)
                                              .optional_id(row.scope.project_id)
                                              .id(row.id)
                                              .bytes(row.purpose)
                                              .bytes(row.filename)
                                              .number(to_signed(row.bytes))
                                              .number(row.created_at)
                                              .number(row.expires_at)
                                              .id(text_of(row.status))
                                              .bytes(row.status_details)
                                              .bytes(Bytes(row.sha256.bytes))
                                              .id(row.blob.text())
                                              .bytes(Bytes(file.checksums.packed()))
                                              .number(to_signed(file.part_count)));
  if (!file.report.empty()) {
    transaction.queue(queries::insert_report,
                      PostgresValues().id(row.blob.text()).bytes(file.report));
  }
  if (file.waits()) {
    transaction.queue(queries::insert_waiting, PostgresValues().id(row.blob.text()));
  }
}

void queue_attempt(PostgresTransaction& transaction, const Commit& commit, const File& row) {
  const Attempt& attempt = *commit.file.attempt;
  const std::optional<std::string> key =
      attempt.idempotency_key.empty() ? std::nullopt : std::optional(attempt.idempotency_key);
  transaction.queue(queries::insert_attempt, PostgresValues()
                                                 .id(row.scope.organization_id)
                                                 .bytes(attempt.key_id)
                                                 .optional_bytes(key)
                                                 .bytes(Bytes(commit.fingerprint.bytes))
                                                 .number(milliseconds(commit.now))
                                                 .number(try_bit(attempt))
                                                 .id(row.id)
                                                 .id(row.blob.text())
                                                 .number(row.created_at)
                                                 .number(row.expires_at));
}

}  // namespace

Result<std::optional<File>> prepare_row(PostgresTransaction& transaction, const Commit& commit) {
  const NewFile& file = commit.file;
  ASSERT(file.scope.project_id.has_value());
  // The charge waits for its turn; whoever had it before is committed when the attempt is looked
  // up. Those who find no room change nothing, and need no turn to be told so.
  queue_charges(transaction, commit);
  queue_condemned(transaction, file.blob);
  if (file.attempt) queue_look_up(transaction, commit);
  TRY(const std::vector<PostgresRows> charged, transaction.ask());
  if (file.attempt && !charged[3].is_empty()) return std::nullopt;
  if (charged[0].is_empty() || charged[1].is_empty()) {
    transaction.queue(
        queries::owner_exists,
        PostgresValues().id(file.scope.organization_id).optional_id(file.scope.project_id));
    TRY(const std::vector<PostgresRows> exists, transaction.ask());
    return fail(refusal(exists[0][0].integer(0) != 0, !charged[0].is_empty(), file));
  }
  TRY_DO(check_condemned(charged[2]));
  const WallTime created_at = from_milliseconds(charged[0][0].integer(0));
  File row = new_row(file, mint_file_id(created_at, commit.random), created_at);
  queue_row(transaction, row, file);
  if (file.attempt) queue_attempt(transaction, commit, row);
  queue_audit(transaction, {created_at, "file.create", row.scope.organization_id, row.id, {}});
  return std::optional<File>(std::move(row));
}

Result<std::optional<File>> commit_row(PostgresTransaction& transaction, const Commit& commit) {
  TRY(std::optional<File> row, prepare_row(transaction, commit));
  if (row) TRY_DO(transaction.commit());
  return row;
}

Result<std::optional<File>> claim_row(PostgresTransaction& transaction, const Commit& commit) {
  const NewFile& file = commit.file;
  const Attempt& attempt = *file.attempt;
  transaction.queue(queries::lock_organization, PostgresValues().id(file.scope.organization_id));
  queue_look_up(transaction, commit);
  TRY(const std::vector<PostgresRows> found, transaction.ask());
  if (found[1].is_empty()) return std::nullopt;
  const PostgresRow row = found[1][0];
  const std::string id(row.text(0));
  if (!attempt.idempotency_key.empty()) {
    const auto earlier = digest::Sha256Value::from_bytes(row.bytes(4));
    if (!earlier || !(*earlier == commit.fingerprint)) {
      return fail(ErrorCode::idempotency_key_reused, attempt.idempotency_key);
    }
  } else {
    transaction.queue(queries::note_try,
                      PostgresValues().number(row.integer(4)).number(try_bit(attempt)));
  }
  transaction.queue(queries::find_file, values_of_one(file.scope, id, commit.now));
  TRY(const std::vector<PostgresRows> noted, transaction.commit());
  // Its file may have been deleted since, and its client may not know it.
  const PostgresRows& kept = noted.back();
  TRY(File answer, kept.is_empty() ? read_answer(file, row) : read_file(kept[0]));
  return std::optional<File>(std::move(answer));
}

Result<std::optional<File>> find_committed(PostgresTransaction& transaction, const Commit& commit) {
  const NewFile& file = commit.file;
  transaction.queue(queries::lock_organization, PostgresValues().id(file.scope.organization_id));
  transaction.queue(queries::find_by_blob, PostgresValues().id(file.blob.text()));
  // The attempt outlives its file. With an idempotency key every commit looks for it anyway.
  const bool may_be_deleted = file.attempt && file.attempt->idempotency_key.empty();
  if (may_be_deleted) {
    transaction.queue(queries::find_attempt_by_blob, PostgresValues()
                                                         .id(file.scope.organization_id)
                                                         .bytes(file.attempt->key_id)
                                                         .bytes(Bytes(commit.fingerprint.bytes))
                                                         .id(file.blob.text()));
  }
  TRY(const std::vector<PostgresRows> found, transaction.ask());
  if (!found[1].is_empty()) {
    TRY(File committed, read_file(found[1][0]));
    return std::optional<File>(std::move(committed));
  }
  if (!may_be_deleted || found[2].is_empty()) return std::nullopt;
  TRY(File answer, read_answer(file, found[2][0]));
  return std::optional<File>(std::move(answer));
}

Result<std::uint64_t> delete_attempts(PostgresTransaction& transaction, WallTime now,
                                      std::uint64_t count) {
  const auto values = [&](WallTime oldest) {
    return PostgresValues().number(milliseconds(oldest)).number(to_signed(count));
  };
  transaction.queue(queries::forget_attempts_without_key, values(now - limits::retry_window));
  transaction.queue(queries::forget_attempts_with_key,
                    values(now - limits::idempotency_key_lifetime));
  TRY(const std::vector<PostgresRows> deleted, transaction.commit());
  return static_cast<std::uint64_t>(deleted[0].size() + deleted[1].size());
}

}  // namespace argot::catalog::postgres
