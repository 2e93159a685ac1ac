#include "files/stored_content.h"

#include <utility>
#include <vector>

namespace argot::files {
namespace {

// Whether it was deleted since its row was read.
Result<bool> is_gone(const catalog::File& file, const StoredContentParts& parts) {
  TRY(const auto still, parts.catalog.find_file(file.scope, file.id, parts.clock.now()));
  return !still;
}

std::unexpected<Error> missing(const catalog::File& file, const BlobId& blob, Log& log) {
  log.error("alarm_content_missing", {{"file", file.id}, {"blob", blob.text()}});
  return fail(ErrorCode::content_missing, file.id);
}

Result<Layout> layout_of(const catalog::FileWithChecksums& row, const StoredContentParts& parts) {
  const catalog::File& file = row.file;
  if (file.part_count == 0) return Layout(row);
  TRY(std::vector<catalog::ContentPart> pieces, parts.catalog.content_parts(file.blob));
  if (pieces.size() == file.part_count) {
    Layout layout(std::move(pieces));
    if (layout.bytes() == file.bytes) return layout;
  } else {
    // A delete may have come between the row and its parts.
    TRY(const bool gone, is_gone(file, parts));
    if (gone) return fail(ErrorCode::file_not_found, file.id);
  }
  return missing(file, file.blob, parts.log);
}

}  // namespace

std::optional<std::string> StoredContent::direct_url(std::string_view disposition) const {
  if (file_.part_count > 0) return std::nullopt;
  return parts_.blobs.direct_url(file_.blob, disposition);
}

Result<blob::BlobReader*> StoredContent::open(const Stretch& stretch) {
  if (blob::BlobReader* const reader = opened(stretch)) return reader;
  reader_ = nullptr;
  stretch_ = nullptr;
  auto reader = parts_.blobs.open(stretch.blob);
  const bool is_missing = !reader && reader.error().code == ErrorCode::content_missing;
  if (is_missing) {
    // A delete may have come between the row and the content.
    TRY(const bool gone, is_gone(file_, parts_));
    if (gone) return fail(ErrorCode::file_not_found, file_.id);
  }
  if (is_missing || (reader && (*reader)->size() != stretch.bytes)) {
    return missing(file_, stretch.blob, parts_.log);
  }
  if (!reader) return fail(reader.error());
  reader_ = *std::move(reader);
  stretch_ = &stretch;
  return reader_.get();
}

Result<std::unique_ptr<StoredContent>> find_stored_content(const catalog::FileWithChecksums& row,
                                                           const StoredContentParts& parts) {
  TRY(Layout layout, layout_of(row, parts));
  return std::make_unique<StoredContent>(row.file, std::move(layout), parts);
}

Result<std::unique_ptr<StoredContent>> open_stored_content(const catalog::FileWithChecksums& row,
                                                           const StoredContentParts& parts) {
  TRY(std::unique_ptr<StoredContent> content, find_stored_content(row, parts));
  TRY_DO(content->open(content->layout().first()));
  return content;
}

}  // namespace argot::files
