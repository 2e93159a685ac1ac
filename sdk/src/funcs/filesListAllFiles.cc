#include "argot_open_ai/funcs/filesListAllFiles.hpp"

namespace argot::openai {
inline namespace v0 {

FileResults filesListAllFiles(const ArgotOpenAiCore& core, const ListFilesRequest& request,
                              const RequestOptions& options) {
  return {core, request, options};
}

FilePages filesListPages(const ArgotOpenAiCore& core, const ListFilesRequest& request,
                         const RequestOptions& options) {
  return {core, request, options};
}

}  // namespace v0
}  // namespace argot::openai
