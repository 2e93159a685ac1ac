#include "catalog/postgres_import.h"

#include <optional>
#include <string_view>

#include "base/assert.h"
#include "base/bytes.h"
#include "catalog/postgres_queries.h"
#include "catalog/postgres_schema.h"

namespace argot::catalog {
namespace {

// What is kept back at most before it is sent, but for the last row.
constexpr std::size_t rows_kept_max = 256;
constexpr std::size_t bytes_kept_max = 1_MiB;

// The source may be slow, and constraints of many rows may take longer than those of every day.
constexpr Sql no_timeouts(
    "SELECT set_config('idle_in_transaction_session_timeout', '0', true),"
    " set_config('statement_timeout', '0', true)");

constexpr Sql first_organizations("SELECT id FROM organizations ORDER BY sequence LIMIT $1");

// "$1, $2, ..., $count".
template <std::size_t count>
consteval auto placeholders() {
  constexpr std::size_t two_digits = count < 10 ? 0 : count - 9;
  Sql<(4 * count) - 2 + two_digits + 1> text;
  std::size_t at = 0;
  for (std::size_t number = 1; number <= count; ++number) {
    if (number > 1) {
      text.text[at++] = ',';
      text.text[at++] = ' ';
    }
    text.text[at++] = '$';
    if (number > 9) text.text[at++] = static_cast<char>('0' + number / 10);
    text.text[at++] = static_cast<char>('0' + number % 10);
  }
  return text;
}

template <typename Columns>
constexpr auto insert = Sql("INSERT INTO ") + Columns::name + Sql(" (") + Columns::columns +
                        Sql(") VALUES (") + placeholders<Columns::kinds.size()>() + Sql(")");

// That table has its one row from the beginning.
template <>
constexpr auto insert<portable::Scrub> =
    Sql("INSERT INTO scrub (sequence, began_ms, last_sequence) VALUES ($1, $2, $3)"
        " ON CONFLICT (sequence)"
        " DO UPDATE SET began_ms = excluded.began_ms, last_sequence = excluded.last_sequence");

// A cursor, so that the answer does not come all at once. Its name tells the statements of one
// table from those of another, whose columns are others.
template <typename Columns>
constexpr auto declare =
    Sql("DECLARE read_") + Columns::name + Sql(" NO SCROLL CURSOR FOR SELECT ") + Columns::columns +
    Sql(" FROM ") + Columns::name + Sql(" ORDER BY ") + Columns::key;
template <typename Columns>
constexpr auto fetch = Sql("FETCH 256 FROM read_") + Columns::name;
template <typename Columns>
constexpr auto close = Sql("CLOSE read_") + Columns::name;

template <typename Columns>
constexpr auto renumber = Sql("SELECT setval(pg_get_serial_sequence('") + Columns::name +
                          Sql("', 'sequence'), (SELECT coalesce(max(sequence), 0) + 1 FROM ") +
                          Columns::name + Sql("), false)");

PostgresValues values_of(const PortableRow& row, std::span<const ColumnKind> kinds) {
  ASSERT(row.size() == kinds.size());
  PostgresValues values;
  for (std::size_t column = 0; column < row.size(); ++column) {
    const auto* const number = std::get_if<std::int64_t>(&row[column]);
    const auto* const text = std::get_if<std::string>(&row[column]);
    switch (kinds[column]) {
      case ColumnKind::number:
        values.number(number == nullptr ? std::nullopt : std::optional(*number));
        break;
      case ColumnKind::id:
        values.optional_id(text == nullptr ? std::nullopt : std::optional(*text));
        break;
      case ColumnKind::text:
      case ColumnKind::bytes:
        values.optional_bytes(text == nullptr ? std::nullopt : std::optional(*text));
        break;
    }
  }
  return values;
}

PortableValue read_value(const PostgresRow& row, int column, ColumnKind kind) {
  if (row.is_null(column)) return {};
  if (kind == ColumnKind::number) return row.integer(column);
  return std::string(row.text(column));
}

std::size_t bytes_of(const PortableRow& row) {
  std::size_t bytes = 0;
  for (const PortableValue& value : row) {
    if (const auto* const text = std::get_if<std::string>(&value)) bytes += text->size();
  }
  return bytes;
}

}  // namespace

Result<std::unique_ptr<PostgresImport>> PostgresImport::open(const std::string& uri) {
  TRY(PostgresAddress address, PostgresAddress::parse(uri));
  TRY_DO(prepare_postgres(address, {}));
  TRY(std::unique_ptr<PostgresConnection> connection, open_postgres(address, {}));
  std::unique_ptr<PostgresImport> import(
      new PostgresImport(std::move(address), std::move(connection)));
  import->transaction_.queue(no_timeouts);
  import->transaction_.queue(postgres::queries::lock_catalogue);
  TRY_DO(import->transaction_.ask());
  return import;
}

Result<std::vector<std::string>> PostgresImport::organizations(std::int64_t count) {
  transaction_.queue(first_organizations, PostgresValues().number(count));
  TRY(const std::vector<PostgresRows> answers, transaction_.ask());
  std::vector<std::string> ids;
  ids.reserve(static_cast<std::size_t>(answers[0].size()));
  for (int row = 0; row < answers[0].size(); ++row) ids.emplace_back(answers[0][row].text(0));
  return ids;
}

template <typename Columns>
Result<> PostgresImport::read_table(const SeeRow& see) {
  transaction_.queue(declare<Columns>);
  TRY_DO(transaction_.ask());
  PortableRow row(Columns::kinds.size());
  for (;;) {
    transaction_.queue(fetch<Columns>);
    TRY(const std::vector<PostgresRows> answers, transaction_.ask());
    const PostgresRows& rows = answers[0];
    if (rows.is_empty()) break;
    for (int index = 0; index < rows.size(); ++index) {
      for (std::size_t column = 0; column < row.size(); ++column) {
        row[column] = read_value(rows[index], static_cast<int>(column), Columns::kinds[column]);
      }
      TRY_DO(see(row));
    }
  }
  transaction_.queue(close<Columns>);
  TRY_DO(transaction_.ask());
  return {};
}

Result<> PostgresImport::read(Table table, const SeeRow& see) {
  ASSERT(rows_kept_ == 0);
  return with_table(table,
                    [&]<typename Columns>(const Columns&) { return read_table<Columns>(see); });
}

Result<> PostgresImport::add(Table table, const PortableRow& row) {
  with_table(table, [&]<typename Columns>(const Columns&) {
    transaction_.queue(insert<Columns>, values_of(row, Columns::kinds));
  });
  bytes_kept_ += bytes_of(row);
  if (++rows_kept_ < rows_kept_max && bytes_kept_ < bytes_kept_max) return {};
  return flush();
}

Result<> PostgresImport::flush() {
  if (rows_kept_ == 0) return {};
  rows_kept_ = 0;
  bytes_kept_ = 0;
  TRY_DO(transaction_.ask());
  return {};
}

Result<> PostgresImport::commit() {
  TRY_DO(flush());
  transaction_.queue(renumber<portable::Organizations>);
  transaction_.queue(renumber<portable::Projects>);
  transaction_.queue(renumber<portable::Uploads>);
  transaction_.queue(renumber<portable::Files>);
  transaction_.queue(renumber<portable::Parts>);
  transaction_.queue(renumber<portable::Attempts>);
  transaction_.queue(renumber<portable::Garbage>);
  transaction_.queue(renumber<portable::Audit>);
  const Result<std::vector<PostgresRows>> committed = transaction_.commit();
  if (committed) return {};
  if (!transaction_.is_outcome_unknown()) return fail(committed.error());
  return fail(ErrorCode::outcome_unknown, committed.error().detail);
}

}  // namespace argot::catalog
