// Where a PostgreSQL server is, as an operator writes it: postgres://USER:PASSWORD@HOST/DATABASE.
// Nothing that comes from here for people to read shows the password.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/result.h"

namespace argot::catalog {

// A value.
class PostgresAddress {
 public:
  // Takes an URI, which begins with postgres:// or postgresql://. Error: cannot_start, in one line.
  static Result<PostgresAddress> parse(const std::string& uri);

  // The name of the server and the database: "postgres://HOST:PORT/DATABASE".
  const std::string& name() const { return name_; }

  // Names and values for the library, in pairs.
  const std::vector<std::pair<std::string, std::string>>& options() const { return options_; }

  // `text` in one line, and without the password, should the server or the library have repeated
  // it.
  std::string clean(std::string text) const;

 private:
  PostgresAddress() = default;

  std::string name_;
  std::string password_;
  std::vector<std::pair<std::string, std::string>> options_;
};

}  // namespace argot::catalog
