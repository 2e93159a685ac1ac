// Bugs planted between the parts of the server, which the campaigns have to find: each is a mistake
// that somebody could make in the product. The product itself has no switch for them.
#pragma once

#include <memory>
#include <string>

#include "blob/blob_store.h"
#include "blob/file_ops.h"
#include "catalog/catalog.h"

namespace argot::crash {

enum class Bug {
  none,
  row_before_content,      // the row is committed, then the content is made durable
  answer_before_commit,    // 200 is sent, then the row is committed
  removal_before_row,      // a delete removes the content, then the row
  quota_in_second_commit,  // a delete removes the row, then gives the quota back
  failed_sync_retried,     // a failed fdatasync is called again, and the second result believed
  short_write_ignored,     // what a write did not take is not written again
};

// Wraps parts of a core. Must outlive what it has wrapped.
class Mutant {
 public:
  Mutant() = default;
  Mutant(const Mutant&) = delete;
  Mutant& operator=(const Mutant&) = delete;
  virtual ~Mutant() = default;

  // Null: the system's.
  virtual blob::FileOps* operations() { return nullptr; }
  virtual std::unique_ptr<blob::BlobStore> wrap_store(std::unique_ptr<blob::BlobStore> store) {
    return store;
  }
  // `blobs` outlives what is returned.
  virtual std::unique_ptr<catalog::Catalog> wrap_catalog(std::unique_ptr<catalog::Catalog> catalog,
                                                         blob::BlobStore& /*blobs*/) {
    return catalog;
  }
};

// Null for Bug::none. `catalog_path` is where the catalogue's file is.
std::unique_ptr<Mutant> make_mutant(Bug bug, std::string catalog_path);

}  // namespace argot::crash
