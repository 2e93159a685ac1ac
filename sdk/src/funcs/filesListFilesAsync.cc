#include "argot_open_ai/funcs/filesListFilesAsync.hpp"

#include <utility>

#include "argot_open_ai/funcs/filesListFiles.hpp"
#include "detail/background.hpp"

namespace argot::openai {
inline namespace v0 {

Future<Result<ListFilesResponse>> filesListFilesAsync(const ArgotOpenAiCore& core,
                                                      ListFilesRequest request,
                                                      RequestOptions options) {
  return detail::inBackground(core,
                              [core, request = std::move(request), options = std::move(options)]() {
                                return filesListFiles(core, request, options);
                              });
}

}  // namespace v0
}  // namespace argot::openai
