#include "catalog/sqlite_snapshot.h"

#include <optional>

#include "catalog/file_rows.h"
#include "catalog/schema.h"

namespace argot::catalog {
namespace {

// It begins with the first read, and from then on nothing changes.
constexpr Sql begin_reading("BEGIN DEFERRED");

// A file whose content is in parts has a name for it that no blob has.
constexpr Sql totals_query(
    "SELECT (SELECT count(*) FROM organizations), (SELECT count(*) FROM files), count(*),"
    " coalesce(sum(bytes), 0) FROM (SELECT bytes FROM files WHERE part_count = 0"
    " UNION ALL SELECT bytes FROM parts)");
constexpr Sql needed_by_files(
    "SELECT id, blob, bytes, sha256 FROM files WHERE part_count = 0 ORDER BY sequence");
constexpr Sql needed_by_parts("SELECT id, blob, bytes, sha256 FROM parts ORDER BY sequence");

template <typename Columns>
constexpr auto select = Sql("SELECT ") + Columns::sqlite_columns + Sql(" FROM ") + Columns::name +
                        Sql(" ORDER BY ") + Columns::key;

PortableValue read_value(const Statement& row, int column, ColumnKind kind) {
  if (row.is_null(column)) return {};
  if (kind == ColumnKind::number) return row.integer(column);
  return std::string(as_text(row.bytes(column)));
}

template <typename Columns>
Result<> read_table(Connection& connection, const SeeRow& see) {
  Statement statement = connection.use(select<Columns>);
  PortableRow row(Columns::kinds.size());
  for (;;) {
    TRY(const bool has_row, statement.step());
    if (!has_row) return {};
    for (std::size_t column = 0; column < row.size(); ++column) {
      row[column] = read_value(statement, static_cast<int>(column), Columns::kinds[column]);
    }
    TRY_DO(see(row));
  }
}

Result<> read_blobs(Statement statement, const std::function<Result<>(const NeededBlob&)>& see) {
  for (;;) {
    TRY(const bool has_row, statement.step());
    if (!has_row) return {};
    std::optional<BlobId> blob = BlobId::parse(statement.text(1));
    const auto sha256 = digest::Sha256Value::from_bytes(statement.bytes(3));
    std::string owner(statement.text(0));
    if (!blob || !sha256) return fail(ErrorCode::internal, "the row of " + owner + " is damaged");
    TRY_DO(see(NeededBlob{.owner = std::move(owner),
                          .blob = *std::move(blob),
                          .bytes = static_cast<std::uint64_t>(statement.integer(2)),
                          .sha256 = *sha256}));
  }
}

}  // namespace

Result<std::unique_ptr<SqliteSnapshot>> SqliteSnapshot::open(const std::string& path) {
  TRY(std::unique_ptr<Connection> connection, open_unchanged({.path = path}));
  TRY_DO(connection->run(begin_reading));
  return std::unique_ptr<SqliteSnapshot>(new SqliteSnapshot(std::move(connection)));
}

Result<> SqliteSnapshot::read(Table table, const SeeRow& see) {
  return with_table(table, [&]<typename Columns>(const Columns&) {
    return read_table<Columns>(*connection_, see);
  });
}

Result<SnapshotTotals> SqliteSnapshot::totals() {
  Statement statement = connection_->use(totals_query);
  TRY_DO(statement.step());
  const auto count = [&](int column) {
    return static_cast<std::uint64_t>(statement.integer(column));
  };
  return SnapshotTotals{
      .organizations = count(0), .files = count(1), .blobs = count(2), .blob_bytes = count(3)};
}

Result<> SqliteSnapshot::read_needed(const std::function<Result<>(const NeededBlob&)>& see) {
  TRY_DO(read_blobs(connection_->use(needed_by_files), see));
  return read_blobs(connection_->use(needed_by_parts), see);
}

Result<bool> SqliteSnapshot::is_known(const BlobId& blob) {
  return select_is_known(*connection_, blob);
}

}  // namespace argot::catalog
