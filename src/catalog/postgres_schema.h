// From an address to a connection that the catalogue can work with: the server found fit, the
// tables made or recognised and brought up to date. Start at prepare_postgres().
#pragma once

#include <memory>
#include <span>

#include "base/result.h"
#include "catalog/postgres_address.h"
#include "catalog/postgres_connection.h"

namespace argot::catalog {

// The scripts of schema_postgres/*.sql in their order, compiled in. Script N takes the tables from
// version N - 1 to N.
std::span<const char* const> postgres_migrations();

// Whether the server keeps what it acknowledges, and takes changes. The error says which setting to
// mend: cannot_start where it is the operator's, unavailable where the connection broke.
Result<> check_server(PostgresConnection& connection, const PostgresAddress& address);

// A connection to a server that check_server() finds fit.
Result<std::unique_ptr<PostgresConnection>> open_postgres(const PostgresAddress& address,
                                                          const PostgresTimeouts& timeouts);

// Makes the tables where there are none, and applies those of `scripts` that they lack, all or
// none. Of several processes that start at once one does it, and the others wait for it. Error:
// cannot_start, in one line that says what is wrong and how to mend it.
Result<> migrate_postgres(PostgresConnection& connection, std::span<const char* const> scripts,
                          const PostgresAddress& address);

// Once, at the start: all of the above. Error: cannot_start.
Result<> prepare_postgres(const PostgresAddress& address, const PostgresTimeouts& timeouts);

}  // namespace argot::catalog
