#include "files/stored_content.h"

#include <utility>

namespace argot::files {

Result<std::unique_ptr<blob::BlobReader>> open_stored_content(const catalog::File& file,
                                                              const StoredContentParts& parts) {
  auto reader = parts.blobs.open(file.blob);
  const bool is_missing = !reader && reader.error().code == ErrorCode::content_missing;
  if (is_missing) {
    // A delete may have come between the row and the content.
    TRY(const auto still, parts.catalog.find_file(file.scope, file.id, parts.clock.now()));
    if (!still) return fail(ErrorCode::file_not_found, file.id);
  }
  if (is_missing || (reader && (*reader)->size() != file.bytes)) {
    parts.log.error("alarm_content_missing", {{"file", file.id}, {"blob", file.blob.text()}});
    return fail(ErrorCode::content_missing, file.id);
  }
  return reader;
}

}  // namespace argot::files
