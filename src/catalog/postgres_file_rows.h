// Files, what they use and what they leave behind, as rows on PostgreSQL: reads and housekeeping.
// Functions that take a transaction commit it when they succeed. Commits of files are in
// postgres_commit.h.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "catalog/postgres_connection.h"
#include "catalog/postgres_tenant_rows.h"
#include "catalog/postgres_transaction.h"
#include "catalog/records.h"

namespace argot::catalog::postgres {

// What finds one file: a statement's first four parameters.
PostgresValues values_of_one(const Scope& scope, std::string_view id, WallTime now);

Result<std::optional<File>> select_file(PostgresConnection& connection, const Scope& scope,
                                        std::string_view id, WallTime now);
Result<std::optional<FileWithChecksums>> select_content(PostgresConnection& connection,
                                                        const Scope& scope, std::string_view id,
                                                        WallTime now);
Result<std::optional<FileWithReport>> select_report(PostgresConnection& connection,
                                                    const Scope& scope, std::string_view id,
                                                    WallTime now);
Result<FilePage> select_page(PostgresConnection& connection, const FileQuery& query);

// Both remove rows and reports, give their quota back and note their content as garbage. A file
// that is gone when the deletion is repeated was ours to delete: our transaction had locked its
// row.
Result<bool> delete_row(PostgresTransaction& transaction, const Scope& scope, std::string_view id,
                        WallTime now, Repetition repetition);
Result<std::uint64_t> delete_expired_rows(PostgresTransaction& transaction, WallTime now,
                                          std::uint64_t count);

// Nothing used where there is no such organisation or project.
Result<Usage> select_organization_usage(PostgresConnection& connection,
                                        std::string_view organization_id);
Result<Usage> select_project_usage(PostgresConnection& connection, std::string_view project_id);
Result<Usage> select_total_usage(PostgresConnection& connection);

Result<std::vector<Garbage>> select_garbage(PostgresConnection& connection, std::int64_t after,
                                            std::uint64_t count);
Result<> delete_garbage(PostgresTransaction& transaction, const std::vector<Garbage>& removed);
Result<std::vector<StoredFile>> select_stored(PostgresConnection& connection, std::int64_t sequence,
                                              std::uint64_t count);
Result<ScrubState> select_scrub_state(PostgresConnection& connection);
Result<> update_scrub_state(PostgresTransaction& transaction, const ScrubState& state);

Result<bool> select_is_known(PostgresConnection& connection, const BlobId& blob);
Result<> select_check(PostgresConnection& connection);

}  // namespace argot::catalog::postgres
