#include "argot_open_ai/funcs/filesWaitForProcessingAsync.hpp"

#include <utility>

#include "argot_open_ai/funcs/filesWaitForProcessing.hpp"
#include "detail/background.hpp"

namespace argot::openai {
inline namespace v0 {

Future<Result<OpenAIFile>> filesWaitForProcessingAsync(const ArgotOpenAiCore& core,
                                                       RetrieveFileRequest request,
                                                       WaitOptions wait, RequestOptions options) {
  return detail::inBackground(
      core, [core, request = std::move(request), wait, options = std::move(options)]() {
        return filesWaitForProcessing(core, request, wait, options);
      });
}

}  // namespace v0
}  // namespace argot::openai
