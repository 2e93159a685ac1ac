#include "api/retrieve_file.h"

#include <utility>

#include "api/replies.h"
#include "api/wire_file.h"
#include "openai/file.h"

namespace argot::api {

Result<http::Response> retrieve_file(files::Library& library, const Caller& caller,
                                     std::string_view file_id) {
  TRY(catalog::File file, library.find(caller.scope, file_id));
  return json_reply(200, openai::encode(wire_file(std::move(file))));
}

}  // namespace argot::api
