// Moves what a data folder holds to where a server with these settings will look for it: the
// catalogue to PostgreSQL, the content to S3, or both. What `argot admin migrate` does.
#pragma once

#include <cstdint>
#include <functional>
#include <stop_token>
#include <string_view>

#include "base/log.h"
#include "base/result.h"
#include "catalog/sqlite_snapshot.h"
#include "files/content_copier.h"
#include "server/settings.h"

namespace argot::server {

// Who is told how far it is. Both are called by several threads, one at a time; `say` as well while
// `progress` is called.
struct MigrationWatcher {
  std::function<void(std::string_view line)> say;
  std::function<void(std::uint64_t bytes, std::uint64_t total)> progress;
  std::stop_token stop;
};

// What became of the catalogue.
enum class CatalogOutcome {
  stays,    // nobody asked for it to be moved
  copied,   // every row, which was read back
  there,    // every row was there already
  omitted,  // because of content that is damaged
};

struct MigrationReport {
  catalog::SnapshotTotals totals;
  files::CopyTally content;
  CatalogOutcome catalog = CatalogOutcome::stays;
  std::uint64_t rows = 0;  // that were copied
};

// The source is the data folder, which no server may have open, and is only read. The content goes
// first; then the rows, all at once, so that the target is a whole catalogue or an empty one,
// whatever ends it. Done again, it goes on with what is missing. Damaged content is told, and the
// rest is copied all the same, but no rows. Errors: invalid_request (the settings name no other
// place), cannot_start (in one line: the source, or a target that is somebody else's), those of the
// stores and the catalogues.
Result<MigrationReport> migrate(const Settings& settings, Log& log,
                                const MigrationWatcher& watcher);

}  // namespace argot::server
