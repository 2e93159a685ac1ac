#include "argot_open_ai/models/uploads.hpp"

#include <ostream>

#include "detail/encode.hpp"
#include "json/writer.h"

namespace argot::openai {
inline namespace v0 {

std::string Upload::toJson() const {
  std::string out;
  json::Writer writer(out);
  writer.begin_object();
  writer.key("id").string(id);
  writer.key("object").string(object);
  writer.key("bytes").integer(bytes);
  writer.key("created_at").integer(createdAt);
  writer.key("filename").string(filename);
  writer.key("purpose").string(purpose.str());
  writer.key("status").string(status.str());
  writer.key("expires_at").integer(expiresAt);
  if (file) {
    writer.key("file");
    detail::writeFile(writer, *file, 2);
  }
  detail::writeExtra(writer, extra, 1);
  writer.end_object();
  return out;
}

std::string UploadPart::toJson() const {
  std::string out;
  json::Writer writer(out);
  writer.begin_object();
  writer.key("id").string(id);
  writer.key("object").string(object);
  writer.key("created_at").integer(createdAt);
  writer.key("upload_id").string(uploadId);
  detail::writeExtra(writer, extra, 1);
  writer.end_object();
  return out;
}

std::ostream& operator<<(std::ostream& out, const Upload& upload) { return out << upload.toJson(); }

std::ostream& operator<<(std::ostream& out, const UploadPart& part) { return out << part.toJson(); }

}  // namespace v0
}  // namespace argot::openai
