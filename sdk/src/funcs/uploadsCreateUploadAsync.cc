#include "argot_open_ai/funcs/uploadsCreateUploadAsync.hpp"

#include <utility>

#include "argot_open_ai/funcs/uploadsCreateUpload.hpp"
#include "detail/background.hpp"

namespace argot::openai {
inline namespace v0 {

Future<Result<Upload>> uploadsCreateUploadAsync(const ArgotOpenAiCore& core,
                                                CreateUploadRequest request,
                                                RequestOptions options) {
  return detail::inBackground(core,
                              [core, request = std::move(request), options = std::move(options)]() {
                                return uploadsCreateUpload(core, request, options);
                              });
}

}  // namespace v0
}  // namespace argot::openai
