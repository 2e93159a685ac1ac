#include "api/wire_upload.h"

#include <utility>

namespace argot::api {
namespace {

openai::UploadStatus wire_status(catalog::UploadStatus status) {
  switch (status) {
    case catalog::UploadStatus::pending:
      return openai::UploadStatus::pending;
    case catalog::UploadStatus::completed:
      return openai::UploadStatus::completed;
    case catalog::UploadStatus::cancelled:
      return openai::UploadStatus::cancelled;
    case catalog::UploadStatus::expired:
      return openai::UploadStatus::expired;
  }
  std::unreachable();
}

}  // namespace

openai::Upload wire_upload(catalog::Upload upload) {
  openai::Upload shown;
  shown.id = std::move(upload.id);
  shown.bytes = upload.bytes;
  shown.created_at = upload.created_at;
  shown.expires_at = upload.expires_at;
  shown.filename = std::move(upload.filename);
  shown.purpose = std::move(upload.purpose);
  shown.status = wire_status(upload.status);
  return shown;
}

openai::UploadPart wire_part(catalog::UploadPart part) {
  openai::UploadPart shown;
  shown.id = std::move(part.id);
  shown.created_at = part.created_at;
  shown.upload_id = std::move(part.upload_id);
  return shown;
}

}  // namespace argot::api
