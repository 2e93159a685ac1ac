#include "catalog/catalog_copy.h"

#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace argot::catalog {
namespace {

template <typename Rows>
Result<CatalogDigest> digest_tables(Rows& rows) {
  CatalogDigest digests;
  for (const Table table : all_tables) {
    TableHash hash;
    TRY_DO(rows.read(table, [&](const PortableRow& row) -> Result<> {
      hash.add(row);
      return {};
    }));
    digests.emplace(table, hash.finish());
  }
  return digests;
}

Result<std::set<std::string>> organizations_of(SqliteSnapshot& source) {
  std::set<std::string> ids;
  TRY_DO(source.read(Table::organizations, [&](const PortableRow& row) -> Result<> {
    ids.insert(std::get<std::string>(row[1]));
    return {};
  }));
  return ids;
}

std::string name_of(Table table) {
  return with_table(table, [](const auto& columns) { return std::string(columns.name.text); });
}

std::unexpected<Error> cannot_copy(const PostgresImport& target, const std::string& what) {
  return fail(ErrorCode::cannot_start, "the catalogue '" + target.name() + "' " + what);
}

}  // namespace

Result<CatalogDigest> digest_of(SqliteSnapshot& source) { return digest_tables(source); }
Result<CatalogDigest> digest_of(PostgresImport& target) { return digest_tables(target); }

Result<TargetState> look_at(PostgresImport& target, SqliteSnapshot& source) {
  TRY(const std::set<std::string> known, organizations_of(source));
  // One more than can be the source's.
  TRY(const std::vector<std::string> there,
      target.organizations(static_cast<std::int64_t>(known.size()) + 1));
  if (there.empty()) return TargetState::empty;
  for (const std::string& id : there) {
    if (known.contains(id)) continue;
    return cannot_copy(target, "is that of another installation, with the organization " + id +
                                   ": name an empty database");
  }
  TRY(const CatalogDigest have, digest_of(target));
  TRY(const CatalogDigest want, digest_of(source));
  const auto other = std::ranges::mismatch(have, want).in1;
  if (other == have.end()) return TargetState::same;
  return cannot_copy(target,
                     "was copied from this folder before, and one of both has changed "
                     "since (table " +
                         name_of(other->first) +
                         "): serve from it as it is, or name an empty database");
}

Result<> copy_catalog(SqliteSnapshot& source, PostgresImport& target, const SeeRow& see) {
  CatalogDigest sent;
  for (const Table table : all_tables) {
    TableHash hash;
    const SeeRow send = [&](const PortableRow& row) -> Result<> {
      hash.add(row);
      TRY_DO(target.add(table, row));
      return see(row);
    };
    TRY_DO(source.read(table, send));
    TRY_DO(target.flush());
    sent.emplace(table, hash.finish());
  }
  TRY(const CatalogDigest arrived, digest_of(target));
  const auto other = std::ranges::mismatch(arrived, sent).in1;
  if (other != arrived.end()) {
    return fail(ErrorCode::internal, "the rows of the table " + name_of(other->first) +
                                         " did not arrive as they were sent");
  }
  return target.commit();
}

}  // namespace argot::catalog
