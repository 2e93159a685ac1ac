#include "catalog/attempt_rows.h"

#include <algorithm>
#include <string>
#include <utility>

#include "base/assert.h"
#include "base/limits.h"
#include "catalog/file_rows.h"
#include "catalog/fingerprint.h"
#include "catalog/queries.h"
#include "catalog/row_values.h"

namespace argot::catalog {
namespace {

// The answer of then. Its file may have been deleted since, and its client may not know it.
Result<File> answer_of(Connection& connection, const NewFile& file, const Statement& row,
                       WallTime now) {
  TRY(std::optional<File> kept, select_file(connection, file.scope, row.text(0), now));
  if (kept) return *std::move(kept);
  return read_answer(file, row);
}

Result<std::optional<File>> claim_by_key(Connection& connection, const NewFile& file,
                                         const digest::Sha256Value& fingerprint, WallTime now) {
  const Attempt& attempt = *file.attempt;
  Statement row = connection.use(queries::find_attempt_by_key);
  TRY(const bool has_row, row.bind(file.scope.organization_id)
                              .bind(attempt.key_id)
                              .bind(attempt.idempotency_key)
                              .bind(milliseconds(now - limits::idempotency_key_lifetime))
                              .step());
  if (!has_row) return std::nullopt;
  const auto earlier = digest::Sha256Value::from_bytes(row.bytes(4));
  if (!earlier || !(*earlier == fingerprint)) {
    return fail(ErrorCode::idempotency_key_reused, attempt.idempotency_key);
  }
  TRY(File answer, answer_of(connection, file, row, now));
  return std::optional<File>(std::move(answer));
}

Result<std::optional<File>> claim_by_content(Connection& connection, const NewFile& file,
                                             const digest::Sha256Value& fingerprint, WallTime now) {
  const Attempt& attempt = *file.attempt;
  const WallTime forgotten = now - limits::retry_window;
  // A first try has none before it, and those of the same file may be many.
  const WallTime behind =
      attempt.retry_count == 0 ? attempt.began_at : std::min(attempt.began_at, forgotten);
  std::int64_t sequence = 0;
  std::string id;
  {
    Statement row = connection.use(queries::find_attempt_by_fingerprint);
    TRY(const bool has_row, row.bind(file.scope.organization_id)
                                .bind(attempt.key_id)
                                .bind(Bytes(fingerprint.bytes))
                                .bind(try_bit(attempt))
                                .bind(milliseconds(forgotten))
                                .bind(milliseconds(attempt.began_at))
                                .bind(unix_seconds(now))
                                .bind(milliseconds(behind))
                                .step());
    if (!has_row) return std::nullopt;
    sequence = row.integer(0);
    id = row.text(1);
  }
  TRY_DO(connection.use(queries::note_try).bind(sequence).bind(try_bit(attempt)).run());
  TRY(std::optional<File> kept, select_file(connection, file.scope, id, now));
  ASSERT(kept.has_value());  // the look-up asked for it
  return kept;
}

}  // namespace

Result<std::optional<File>> claim_earlier(Connection& connection, const NewFile& file,
                                          const digest::Sha256Value& fingerprint, WallTime now) {
  ASSERT(file.attempt.has_value());
  return file.attempt->idempotency_key.empty()
             ? claim_by_content(connection, file, fingerprint, now)
             : claim_by_key(connection, file, fingerprint, now);
}

Result<> insert_attempt(Connection& connection, const Attempt& attempt, const File& row,
                        const digest::Sha256Value& fingerprint, WallTime now) {
  const bool has_key = !attempt.idempotency_key.empty();
  return connection.use(queries::insert_attempt)
      .bind(row.scope.organization_id)
      .bind(attempt.key_id)
      .bind(has_key ? std::optional<std::string_view>(attempt.idempotency_key) : std::nullopt)
      .bind(Bytes(fingerprint.bytes))
      .bind(milliseconds(now))
      .bind(try_bit(attempt))
      .bind(row.id)
      .bind(row.blob.text())
      .bind(row.created_at)
      .bind(row.expires_at)
      .run();
}

Result<std::uint64_t> delete_attempts(Connection& connection, WallTime now, std::uint64_t count) {
  const auto run = [&](auto& statement, WallTime oldest) -> Result<std::uint64_t> {
    statement.bind(milliseconds(oldest)).bind(to_signed(count));
    std::uint64_t deleted = 0;
    for (;;) {
      TRY(const bool has_row, statement.step());
      if (!has_row) return deleted;
      ++deleted;
    }
  };
  Statement without_key = connection.use(queries::forget_attempts_without_key);
  TRY(const std::uint64_t first, run(without_key, now - limits::retry_window));
  Statement with_key = connection.use(queries::forget_attempts_with_key);
  TRY(const std::uint64_t second, run(with_key, now - limits::idempotency_key_lifetime));
  return first + second;
}

}  // namespace argot::catalog
