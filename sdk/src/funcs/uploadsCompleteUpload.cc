#include "argot_open_ai/funcs/uploadsCompleteUpload.hpp"

#include <utility>

#include "detail/json_operation.hpp"
#include "json/writer.h"

namespace argot::openai {
inline namespace v0 {
namespace {

std::string jsonOf(const CompleteUploadRequest& request) {
  std::string out;
  json::Writer writer(out);
  writer.begin_object();
  writer.key("part_ids").begin_array();
  for (const std::string& id : request.partIds) writer.string(id);
  writer.end_array();
  if (request.md5) writer.key("md5").string(*request.md5);
  writer.end_object();
  return out;
}

}  // namespace

Result<Upload> uploadsCompleteUpload(const ArgotOpenAiCore& core,
                                     const CompleteUploadRequest& request,
                                     const RequestOptions& options) noexcept {
  return detail::total([&]() -> Result<Upload> {
    Result<std::string> path = detail::uploadPath(request.uploadId, "/complete");
    if (!path.ok()) return path.error();
    return detail::jsonOperation(
        core.client(),
        detail::withJson({.id = "completeUpload", .method = "POST", .path = *std::move(path)},
                         jsonOf(request)),
        options, detail::decodeUpload);
  });
}

}  // namespace v0
}  // namespace argot::openai
