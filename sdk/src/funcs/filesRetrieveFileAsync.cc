#include "argot_open_ai/funcs/filesRetrieveFileAsync.hpp"

#include <utility>

#include "argot_open_ai/funcs/filesRetrieveFile.hpp"
#include "detail/background.hpp"

namespace argot::openai {
inline namespace v0 {

Future<Result<OpenAIFile>> filesRetrieveFileAsync(const ArgotOpenAiCore& core,
                                                  RetrieveFileRequest request,
                                                  RequestOptions options) {
  return detail::inBackground(core,
                              [core, request = std::move(request), options = std::move(options)]() {
                                return filesRetrieveFile(core, request, options);
                              });
}

}  // namespace v0
}  // namespace argot::openai
