#include "argot_open_ai/funcs/uploadsCancelUploadAsync.hpp"

#include <utility>

#include "argot_open_ai/funcs/uploadsCancelUpload.hpp"
#include "detail/background.hpp"

namespace argot::openai {
inline namespace v0 {

Future<Result<Upload>> uploadsCancelUploadAsync(const ArgotOpenAiCore& core,
                                                CancelUploadRequest request,
                                                RequestOptions options) {
  return detail::inBackground(core,
                              [core, request = std::move(request), options = std::move(options)]() {
                                return uploadsCancelUpload(core, request, options);
                              });
}

}  // namespace v0
}  // namespace argot::openai
