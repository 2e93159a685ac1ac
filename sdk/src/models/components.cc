#include "argot_open_ai/models/components.hpp"

#include <ostream>

#include "detail/encode.hpp"
#include "json/writer.h"

namespace argot::openai {
inline namespace v0 {
std::string OpenAIFile::toJson() const {
  std::string out;
  json::Writer writer(out);
  detail::writeFile(writer, *this, 1);
  return out;
}

std::string ListFilesResponse::toJson() const {
  std::string out;
  json::Writer writer(out);
  writer.begin_object();
  writer.key("object").string(object);
  writer.key("data").begin_array();
  for (const OpenAIFile& file : data) detail::writeFile(writer, file, 3);
  writer.end_array();
  writer.key("has_more").boolean(hasMore);
  if (firstId) writer.key("first_id").string(*firstId);
  if (lastId) writer.key("last_id").string(*lastId);
  detail::writeExtra(writer, extra, 1);
  writer.end_object();
  return out;
}

std::string DeleteFileResponse::toJson() const {
  std::string out;
  json::Writer writer(out);
  writer.begin_object();
  writer.key("object").string(object);
  writer.key("deleted").boolean(deleted);
  writer.key("id").string(id);
  detail::writeExtra(writer, extra, 1);
  writer.end_object();
  return out;
}

std::ostream& operator<<(std::ostream& out, const OpenAIFile& file) { return out << file.toJson(); }

std::ostream& operator<<(std::ostream& out, const ListFilesResponse& page) {
  return out << page.toJson();
}

std::ostream& operator<<(std::ostream& out, const DeleteFileResponse& deleted) {
  return out << deleted.toJson();
}

}  // namespace v0
}  // namespace argot::openai
