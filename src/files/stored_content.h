// From a row to its bytes, for whoever reads what is stored. However many blobs the content lies
// in, one of them is open at a time.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/clock.h"
#include "base/log.h"
#include "base/result.h"
#include "blob/blob_store.h"
#include "catalog/catalog.h"
#include "files/layout.h"

namespace argot::files {

struct StoredContentParts {
  catalog::Catalog& catalog;
  blob::BlobStore& blobs;
  const Clock& clock;
  Log& log;
};

// Not thread-safe. What `parts` names must outlive it.
class StoredContent {
 public:
  StoredContent(catalog::File file, Layout layout, const StoredContentParts& parts)
      : file_(std::move(file)), layout_(std::move(layout)), parts_(parts) {}

  const catalog::File& file() const { return file_; }
  const Layout& layout() const { return layout_; }

  // Where whoever asks gets all of it without us; nothing where there is no such place.
  std::optional<std::string> direct_url(std::string_view disposition) const;

  // What reads that stretch, from its own beginning; null if it is not open. Never blocks.
  blob::BlobReader* opened(const Stretch& stretch) const {
    return &stretch == stretch_ ? reader_.get() : nullptr;
  }
  // Opens it, if it is not open; the one that was is closed. Errors: file_not_found, whose detail
  // is the id, if the row is gone by now; content_missing (the row is there and its bytes are not:
  // logged as an alarm, never mended by deleting the row); the store's.
  Result<blob::BlobReader*> open(const Stretch& stretch);

 private:
  catalog::File file_;
  Layout layout_;
  StoredContentParts parts_;
  const Stretch* stretch_ = nullptr;  // of layout_: the one that is open
  std::unique_ptr<blob::BlobReader> reader_;
};

// Opens nothing yet. Errors: those of open(), where parts are missing.
Result<std::unique_ptr<StoredContent>> find_stored_content(const catalog::FileWithChecksums& row,
                                                           const StoredContentParts& parts);

// Opens the first stretch as well. Errors: those of open().
Result<std::unique_ptr<StoredContent>> open_stored_content(const catalog::FileWithChecksums& row,
                                                           const StoredContentParts& parts);

}  // namespace argot::files
