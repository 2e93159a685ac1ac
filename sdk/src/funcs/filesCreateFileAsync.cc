#include "argot_open_ai/funcs/filesCreateFileAsync.hpp"

#include <utility>

#include "argot_open_ai/funcs/filesCreateFile.hpp"
#include "detail/background.hpp"

namespace argot::openai {
inline namespace v0 {

Future<Result<OpenAIFile>> filesCreateFileAsync(const ArgotOpenAiCore& core,
                                                CreateFileRequest request, RequestOptions options) {
  return detail::inBackground(
      core, [core, request = std::move(request), options = std::move(options)]() mutable {
        return filesCreateFile(core, std::move(request), options);
      });
}

}  // namespace v0
}  // namespace argot::openai
