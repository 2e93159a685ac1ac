#include "detail/encode.hpp"

#include "base/limits.h"
#include "json/reader.h"

namespace argot::openai {
inline namespace v0 {
namespace detail {

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

void writeFile(json::Writer& writer, const OpenAIFile& file, std::size_t depth) {
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

}  // namespace detail
}  // namespace v0
}  // namespace argot::openai
