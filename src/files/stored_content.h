// From a row to its bytes, for whoever reads what is stored.
#pragma once

#include <memory>

#include "base/clock.h"
#include "base/log.h"
#include "base/result.h"
#include "blob/blob_store.h"
#include "catalog/catalog.h"

namespace argot::files {

struct StoredContentParts {
  catalog::Catalog& catalog;
  blob::BlobStore& blobs;
  const Clock& clock;
  Log& log;
};

// Errors: file_not_found, whose detail is the id, if the row is gone by now; content_missing (the
// row is there and its bytes are not: logged as an alarm, never mended by deleting the row); the
// store's.
Result<std::unique_ptr<blob::BlobReader>> open_stored_content(const catalog::File& file,
                                                              const StoredContentParts& parts);

}  // namespace argot::files
