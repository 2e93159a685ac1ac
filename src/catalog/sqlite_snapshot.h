// A catalogue in a SQLite file as it is at one moment, read to be copied elsewhere. Nothing in it
// is changed.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "base/ids.h"
#include "base/result.h"
#include "catalog/portable_rows.h"
#include "catalog/sqlite.h"
#include "digest/digest_values.h"

namespace argot::catalog {

// A blob that a row needs.
struct NeededBlob {
  std::string owner;  // the id of the file or of the part
  BlobId blob;
  std::uint64_t bytes = 0;
  digest::Sha256Value sha256;
};

struct SnapshotTotals {
  std::uint64_t organizations = 0;
  std::uint64_t files = 0;
  std::uint64_t blobs = 0;  // that are needed
  std::uint64_t blob_bytes = 0;
};

// Not thread-safe. While rows are seen nothing else may be asked.
class SqliteSnapshot {
 public:
  // Looks the whole file over for damage. Error: cannot_start, in one line that says how to mend
  // it, also where another version of this program has to look after the file first.
  static Result<std::unique_ptr<SqliteSnapshot>> open(const std::string& path);

  // All rows of a table, by its key. An error of `see` is passed on.
  Result<> read(Table table, const SeeRow& see);

  Result<SnapshotTotals> totals();

  // What files and parts have as their content, oldest first.
  Result<> read_needed(const std::function<Result<>(const NeededBlob&)>& see);

  // As Catalog::is_known().
  Result<bool> is_known(const BlobId& blob);

 private:
  explicit SqliteSnapshot(std::unique_ptr<Connection> connection)
      : connection_(std::move(connection)) {}

  std::unique_ptr<Connection> connection_;  // in a transaction
};

}  // namespace argot::catalog
