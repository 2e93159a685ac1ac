#include "argot_open_ai/funcs/filesListFiles.hpp"

#include "detail/json_operation.hpp"

namespace argot::openai {
inline namespace v0 {

Result<ListFilesResponse> filesListFiles(const ArgotOpenAiCore& core,
                                         const ListFilesRequest& request,
                                         const RequestOptions& options) noexcept {
  return detail::total([&]() -> Result<ListFilesResponse> {
    detail::Operation operation{.id = "listFiles", .path = "/files"};
    const auto add = [&operation](const char* name, std::string value) {
      operation.query.emplace_back(name, std::move(value));
    };
    if (request.after) add("after", *request.after);
    if (request.limit) add("limit", std::to_string(*request.limit));
    if (request.order) add("order", *request.order);
    if (request.purpose) add("purpose", *request.purpose);
    return detail::jsonOperation(core.client(), std::move(operation), options,
                                 detail::decodeFileList);
  });
}

}  // namespace v0
}  // namespace argot::openai
