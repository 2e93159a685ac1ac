// Servers of others that tests run against.
#pragma once

#include <cstdlib>
#include <stdexcept>
#include <string>

namespace argot::testing {

// Why tests are skipped, which is nothing where all is there. With ARGOT_REQUIRE_SERVERS a missing
// server throws instead.
inline std::string unless_required(std::string why_missing) {
  if (!why_missing.empty() && std::getenv("ARGOT_REQUIRE_SERVERS") != nullptr) {
    throw std::runtime_error("ARGOT_REQUIRE_SERVERS is set, and " + why_missing);
  }
  return why_missing;
}

}  // namespace argot::testing
