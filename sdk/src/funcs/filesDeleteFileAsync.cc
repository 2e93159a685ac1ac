#include "argot_open_ai/funcs/filesDeleteFileAsync.hpp"

#include <utility>

#include "argot_open_ai/funcs/filesDeleteFile.hpp"
#include "detail/background.hpp"

namespace argot::openai {
inline namespace v0 {

Future<Result<DeleteFileResponse>> filesDeleteFileAsync(const ArgotOpenAiCore& core,
                                                        DeleteFileRequest request,
                                                        RequestOptions options) {
  return detail::inBackground(core,
                              [core, request = std::move(request), options = std::move(options)]() {
                                return filesDeleteFile(core, request, options);
                              });
}

}  // namespace v0
}  // namespace argot::openai
