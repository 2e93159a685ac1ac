// The rows of files whose text is still to be taken out.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "catalog/records.h"
#include "catalog/sqlite.h"

namespace argot::catalog {

// Directly after the insertion of its file.
Result<> insert_waiting(Connection& connection, std::string_view organization_id);

// Whose turn it is, by the rule of Catalog::claim_waiting(): the row's number.
Result<std::optional<std::int64_t>> select_waiting(Connection& connection,
                                                   std::string_view after_organization_id,
                                                   WallTime now);

// These do what Catalog says of the call that is named like them.
Result<std::optional<WaitingFile>> claim_waiting_row(Connection& connection,
                                                     std::string_view after_organization_id,
                                                     WallTime now, WallTime until);
Result<bool> settle_waiting_row(Connection& connection, const WaitingFile& file,
                                const Settlement& settlement);
Result<> return_waiting_row(Connection& connection, const WaitingFile& file, WallTime until);
Result<> release_waiting_rows(Connection& connection);
Result<std::uint64_t> count_waiting(Connection& connection);

}  // namespace argot::catalog
