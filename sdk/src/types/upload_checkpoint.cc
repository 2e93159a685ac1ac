// A checkpoint as JSON, and back.

#include <expected>
#include <utility>

#include "argot_open_ai/funcs/uploadsUploadFileChunked.hpp"
#include "detail/decode.hpp"
#include "detail/error_maker.hpp"
#include "detail/total.hpp"
#include "json/writer.h"

namespace argot::openai {
inline namespace v0 {

std::string UploadCheckpoint::toJson() const {
  std::string out;
  json::Writer writer(out);
  writer.begin_object();
  writer.key("upload_id").string(uploadId);
  writer.key("expires_at").integer(expiresAt);
  writer.key("bytes").integer(bytes);
  writer.key("part_bytes").integer(partBytes);
  writer.key("part_ids").begin_array();
  for (const std::string& id : partIds) writer.string(id);
  writer.end_array();
  writer.key("stamp").string(stamp);
  writer.end_object();
  return out;
}

Result<UploadCheckpoint> UploadCheckpoint::fromJson(std::string_view text) {
  return detail::total([&]() -> Result<UploadCheckpoint> {
    auto checkpoint = detail::decodeCheckpoint(text);
    if (checkpoint) return *std::move(checkpoint);
    return detail::ErrorMaker::validation("Input validation failed", std::string(text),
                                          std::move(checkpoint).error());
  });
}

}  // namespace v0
}  // namespace argot::openai
