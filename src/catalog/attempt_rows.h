// The rows of attempts: which creates were done already.
#pragma once

#include <cstdint>
#include <optional>

#include "base/clock.h"
#include "base/result.h"
#include "catalog/records.h"
#include "catalog/sqlite.h"
#include "digest/digest_values.h"

namespace argot::catalog {

// Within the transaction that would commit `file`, which has an attempt and that fingerprint: the
// file that the same attempt was answered with, and notes that it is given once more. Error:
// idempotency_key_reused.
Result<std::optional<File>> claim_earlier(Connection& connection, const NewFile& file,
                                          const digest::Sha256Value& fingerprint, WallTime now);

// Within the transaction that commits `file` as `row`.
Result<> insert_attempt(Connection& connection, const Attempt& attempt, const File& row,
                        const digest::Sha256Value& fingerprint, WallTime now);

// What forget_attempts() says.
Result<std::uint64_t> delete_attempts(Connection& connection, WallTime now, std::uint64_t count);

}  // namespace argot::catalog
