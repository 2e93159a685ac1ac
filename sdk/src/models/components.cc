#include "argot_open_ai/models/components.hpp"

#include <ostream>

#include "base/limits.h"
#include "json/reader.h"
#include "json/writer.h"

namespace argot::openai {
inline namespace v0 {
namespace {

// Extra fields are texts that users may have written: what is no JSON, or is nested too deep for
// its place, `depth` levels down, becomes a string.
void writeExtra(json::Writer& writer, const ExtraFields& extra, std::size_t depth) {
  for (const auto& [name, text] : extra) {
    writer.key(name);
    const argot::Result<json::Value> value =
        json::parse(text, {.bytes_max = text.size(),
                           .depth_max = limits::json_depth_max - depth,
                           .values_max = text.size()});
    if (value) {
      value->write_to(writer);
    } else {
      writer.string(text);
    }
  }
}

// Keys stand in the order in which OpenAI writes them.
void write(json::Writer& writer, const OpenAIFile& file, std::size_t depth) {
  writer.begin_object();
  writer.key("object").string(file.object);
  writer.key("id").string(file.id);
  writer.key("purpose").string(file.purpose.str());
  writer.key("filename").string(file.filename);
  writer.key("bytes").integer(file.bytes);
  writer.key("created_at").integer(file.createdAt);
  if (file.expiresAt) writer.key("expires_at").integer(*file.expiresAt);
  if (file.status) writer.key("status").string(file.status->str());
  if (file.statusDetails) writer.key("status_details").string(*file.statusDetails);
  writeExtra(writer, file.extra, depth);
  writer.end_object();
}

}  // namespace

std::string OpenAIFile::toJson() const {
  std::string out;
  json::Writer writer(out);
  write(writer, *this, 1);
  return out;
}

std::string ListFilesResponse::toJson() const {
  std::string out;
  json::Writer writer(out);
  writer.begin_object();
  writer.key("object").string(object);
  writer.key("data").begin_array();
  for (const OpenAIFile& file : data) write(writer, file, 3);
  writer.end_array();
  writer.key("has_more").boolean(hasMore);
  if (firstId) writer.key("first_id").string(*firstId);
  if (lastId) writer.key("last_id").string(*lastId);
  writeExtra(writer, extra, 1);
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
  writeExtra(writer, extra, 1);
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
