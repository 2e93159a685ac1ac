// The rows of uploads that come in parts, on PostgreSQL. Functions that take a transaction commit
// it when they succeed, and do what Catalog says of the call that is named like them. The upload is
// locked before the organisation, so that two of these do not wait for each other in a circle.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "base/result.h"
#include "catalog/postgres_connection.h"
#include "catalog/postgres_tenant_rows.h"
#include "catalog/postgres_transaction.h"
#include "catalog/upload_records.h"

namespace argot::catalog::postgres {

// Repeated, it finds the row that is there already.
Result<> add_upload(PostgresTransaction& transaction, const Upload& upload, WallTime now);
Result<std::optional<Upload>> select_upload(PostgresConnection& connection, const Scope& scope,
                                            std::string_view id, WallTime now);

// `row` is what is inserted, with an id of its own: one that is there already is our own.
Result<> add_part_row(PostgresTransaction& transaction, const NewPart& part, const UploadPart& row);
Result<std::vector<UploadPart>> select_upload_parts(PostgresConnection& connection,
                                                    std::string_view upload_id);
// Repeated, it finds the file of the transaction before.
Result<File> complete_upload_row(PostgresTransaction& transaction, const Completion& completion,
                                 WallTime now, Random& random);
Result<Upload> cancel_upload_row(PostgresTransaction& transaction, const Scope& scope,
                                 std::string_view id, WallTime now);
Result<std::uint64_t> expire_upload_rows(PostgresTransaction& transaction, WallTime now,
                                         std::uint64_t count);
Result<std::uint64_t> forget_upload_rows(PostgresTransaction& transaction, WallTime now,
                                         std::uint64_t count);
Result<std::vector<ContentPart>> select_content_parts(PostgresConnection& connection,
                                                      const BlobId& content);

}  // namespace argot::catalog::postgres
