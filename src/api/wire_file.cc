#include "api/wire_file.h"

#include <utility>

namespace argot::api {
namespace {

openai::FileStatus wire_status(catalog::FileStatus status) {
  switch (status) {
    case catalog::FileStatus::uploaded:
      return openai::FileStatus::uploaded;
    case catalog::FileStatus::processed:
      return openai::FileStatus::processed;
    case catalog::FileStatus::error:
      return openai::FileStatus::error;
  }
  std::unreachable();
}

}  // namespace

openai::File wire_file(catalog::File file) {
  return wire_file(catalog::ListedFile::of(std::move(file)));
}

openai::File wire_file(catalog::ListedFile file) {
  openai::File shown;
  shown.id = std::move(file.id);
  shown.purpose = std::move(file.purpose);
  shown.filename = std::move(file.filename);
  shown.bytes = file.bytes;
  shown.created_at = file.created_at;
  shown.expires_at = file.expires_at;
  shown.status = wire_status(file.status);
  if (!file.status_details.empty()) shown.status_details = std::move(file.status_details);
  return shown;
}

}  // namespace argot::api
