#include "api/delete_file.h"

#include <utility>

#include "api/replies.h"
#include "openai/file.h"

namespace argot::api {

std::unique_ptr<Job> delete_file(files::Library& library, const Caller& caller,
                                 std::string file_id) {
  return std::make_unique<BodilessJob>(
      [&library, scope = caller.scope, id = std::move(file_id)]() -> Result<http::Response> {
        TRY_DO(library.remove(scope, id));
        return json_reply(200, openai::encode(openai::DeletedFile{.id = id}));
      });
}

}  // namespace argot::api
