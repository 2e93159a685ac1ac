#include "argot_open_ai/funcs/uploadsCompleteUploadAsync.hpp"

#include <utility>

#include "argot_open_ai/funcs/uploadsCompleteUpload.hpp"
#include "detail/background.hpp"

namespace argot::openai {
inline namespace v0 {

Future<Result<Upload>> uploadsCompleteUploadAsync(const ArgotOpenAiCore& core,
                                                  CompleteUploadRequest request,
                                                  RequestOptions options) {
  return detail::inBackground(core,
                              [core, request = std::move(request), options = std::move(options)]() {
                                return uploadsCompleteUpload(core, request, options);
                              });
}

}  // namespace v0
}  // namespace argot::openai
