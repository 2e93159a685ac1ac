#include "catalog/row_values.h"

#include "base/assert.h"
#include "catalog/sql.h"

namespace argot::catalog {

std::string_view text_of(FileStatus status) {
  switch (status) {
    case FileStatus::uploaded:
      return "uploaded";
    case FileStatus::processed:
      return "processed";
    case FileStatus::error:
      return "error";
  }
  std::unreachable();
}

FileStatus status_of(std::string_view text) {
  if (text == "uploaded") return FileStatus::uploaded;
  if (text == "processed") return FileStatus::processed;
  ASSERT(text == "error");  // the table has a CHECK
  return FileStatus::error;
}

std::string details_of(const std::vector<LimitChange>& changes) {
  std::string text;
  for (const LimitChange& change : changes) {
    if (!text.empty()) text += ' ';
    text += change.name + "=";
    if (!change.limit) {
      text += "default";
    } else if (change.limit->largest) {
      text += std::to_string(*change.limit->largest);
    } else {
      text += "none";
    }
  }
  return text;
}

File new_row(const NewFile& file, std::string id, WallTime created_at) {
  const std::int64_t created_seconds = unix_seconds(created_at);
  File row{.id = std::move(id),
           .scope = file.scope,
           .purpose = file.purpose,
           .filename = file.filename,
           .bytes = file.bytes,
           .created_at = created_seconds,
           .status = file.status,
           .status_details = file.status_details,
           .sha256 = file.sha256,
           .blob = file.blob,
           .part_count = file.part_count};
  if (file.expires_after_seconds) {
    row.expires_at = created_seconds + to_signed(*file.expires_after_seconds);
  }
  return row;
}

}  // namespace argot::catalog
