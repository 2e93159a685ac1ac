// Uploads that come in parts, as rows. Each function works on a connection that its caller holds;
// those that change something are parts of the caller's transaction, and do what Catalog says of
// the call that is named like them.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "base/result.h"
#include "catalog/sqlite.h"
#include "catalog/upload_records.h"

namespace argot::catalog {

Result<Upload> insert_upload(Connection& connection, const NewUpload& made, WallTime now,
                             Random& random);
Result<std::optional<Upload>> select_upload(Connection& connection, const Scope& scope,
                                            std::string_view id, WallTime now);
Result<UploadPart> insert_part(Connection& connection, const NewPart& part, WallTime now,
                               Random& random);
// In the order in which they came.
Result<std::vector<UploadPart>> select_upload_parts(Connection& connection,
                                                    std::string_view upload_id);
Result<File> complete_upload_row(Connection& connection, const Completion& completion, WallTime now,
                                 Random& random);
Result<Upload> cancel_upload_row(Connection& connection, const Scope& scope, std::string_view id,
                                 WallTime now);
Result<std::uint64_t> expire_upload_rows(Connection& connection, WallTime now, std::uint64_t count);
Result<std::uint64_t> forget_upload_rows(Connection& connection, WallTime now, std::uint64_t count);
Result<std::vector<ContentPart>> select_content_parts(Connection& connection,
                                                      const BlobId& content);

}  // namespace argot::catalog
