// The catalogue of a data folder or on a PostgreSQL server, opened beside a server that may be at
// work.
#pragma once

#include <memory>

#include "base/clock.h"
#include "base/log.h"
#include "base/random.h"
#include "base/result.h"
#include "catalog/catalog.h"
#include "server/settings.h"

namespace argot::cli {

// The catalogue and what it needs. It takes no lock; a live server sees each change.
class OpenCatalog {
 public:
  // Errors, in one line: cannot_start, also where there is no catalogue yet; invalid_request, where
  // it was moved elsewhere.
  static Result<std::unique_ptr<OpenCatalog>> open(const server::Settings& settings);

  catalog::Catalog& catalog() { return *catalog_; }
  Random& random() { return random_; }
  WallTime now() const { return clock_.now(); }

 private:
  OpenCatalog() = default;

  SystemClock clock_;
  SystemRandom random_;
  SilentLog log_;
  std::unique_ptr<catalog::Catalog> catalog_;
};

}  // namespace argot::cli
