// A PostgreSQL server of a test's own: made in a temporary folder, reached through a socket in it,
// gone with the test. PostgreSQL does not run as root, so root starts it as another user.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "tests/support/fakes.h"

namespace argot::testing {

// Not thread-safe.
class PostgresServer {
 public:
  // Why there cannot be one here, for a test to be skipped with; empty: there can.
  static std::string why_missing();
  // One that all tests of the process share, each with names of its own in it.
  static PostgresServer& shared();

  // Makes the server's files and starts it. Throws if that fails.
  PostgresServer();
  PostgresServer(const PostgresServer&) = delete;
  PostgresServer& operator=(const PostgresServer&) = delete;
  // Ends it at once.
  ~PostgresServer();

  // `settings` are like "fsync=off", on top of those it always has.
  void start(const std::vector<std::string>& settings = {});
  // As an operator would: who is connected is sent away.
  void stop();
  // Every process of it at once, as if by a crash.
  void kill();

  // Where its socket is.
  std::string folder() const { return folder_.path().string(); }

  // Runs statements. Throws if one fails.
  void sql(const std::string& text, const std::string& database = "postgres") const;

  // Of a database, or of a schema in it that need not exist.
  std::string address(const std::string& database = "postgres",
                      const std::string& schema = "") const;
  // Of an empty schema that nobody else uses.
  std::string new_address();

 private:
  TempFolder folder_{TempFolder::in_memory()};
  pid_t process_ = -1;
  int schemas_ = 0;
};

}  // namespace argot::testing
