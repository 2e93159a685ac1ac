// Files, what they use and what they leave behind, as rows. Each function works on a connection
// that its caller holds; those that change something are parts of the caller's transaction.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "base/result.h"
#include "catalog/records.h"
#include "catalog/sqlite.h"

namespace argot::catalog {

// Charges the quotas, mints the id, inserts the row. Errors: organization_quota_exceeded,
// project_quota_exceeded, invalid_request (no such organisation or project).
Result<File> commit_row(Connection& connection, const NewFile& file, WallTime now, Random& random);

Result<std::optional<File>> select_file(Connection& connection, const Scope& scope,
                                        std::string_view id, WallTime now);
Result<std::optional<FileWithChecksums>> select_content(Connection& connection, const Scope& scope,
                                                        std::string_view id, WallTime now);
// Of whichever organisation.
Result<std::optional<FileWithChecksums>> select_stored_file(Connection& connection,
                                                            std::int64_t sequence);
Result<std::optional<FileWithReport>> select_report(Connection& connection, const Scope& scope,
                                                    std::string_view id, WallTime now);
Result<FilePage> select_page(Connection& connection, const FileQuery& query);

// Both remove rows and reports, give their quota back and note their content as garbage.
Result<bool> delete_row(Connection& connection, const Scope& scope, std::string_view id,
                        WallTime now);
Result<std::uint64_t> delete_expired_rows(Connection& connection, WallTime now,
                                          std::uint64_t count);

// Nothing used where there is no such organisation or project.
Result<Usage> select_organization_usage(Connection& connection, std::string_view organization_id);
Result<Usage> select_project_usage(Connection& connection, std::string_view project_id);
Result<Usage> select_total_usage(Connection& connection);

Result<std::vector<Garbage>> select_garbage(Connection& connection, std::int64_t after,
                                            std::uint64_t count);
Result<> delete_garbage(Connection& connection, const std::vector<Garbage>& removed);
Result<std::vector<StoredFile>> select_stored(Connection& connection, std::int64_t sequence,
                                              std::uint64_t count);
Result<ScrubState> select_scrub_state(Connection& connection);
Result<> update_scrub_state(Connection& connection, const ScrubState& state);

Result<bool> select_is_known(Connection& connection, const BlobId& blob);
Result<> select_check(Connection& connection);

}  // namespace argot::catalog
