#include "argot_open_ai/funcs/filesDownloadFileAsync.hpp"

#include <utility>

#include "argot_open_ai/funcs/filesDownloadFile.hpp"
#include "detail/background.hpp"

namespace argot::openai {
inline namespace v0 {

Future<Result<std::string>> filesDownloadFileAsync(const ArgotOpenAiCore& core,
                                                   DownloadFileRequest request,
                                                   RequestOptions options) {
  return detail::inBackground(core,
                              [core, request = std::move(request), options = std::move(options)]() {
                                return filesDownloadFile(core, request, options);
                              });
}

}  // namespace v0
}  // namespace argot::openai
