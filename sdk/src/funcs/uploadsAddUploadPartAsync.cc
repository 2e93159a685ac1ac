#include "argot_open_ai/funcs/uploadsAddUploadPartAsync.hpp"

#include <utility>

#include "argot_open_ai/funcs/uploadsAddUploadPart.hpp"
#include "detail/background.hpp"

namespace argot::openai {
inline namespace v0 {

Future<Result<UploadPart>> uploadsAddUploadPartAsync(const ArgotOpenAiCore& core,
                                                     AddUploadPartRequest request,
                                                     RequestOptions options) {
  return detail::inBackground(
      core, [core, request = std::move(request), options = std::move(options)]() mutable {
        return uploadsAddUploadPart(core, std::move(request), options);
      });
}

}  // namespace v0
}  // namespace argot::openai
