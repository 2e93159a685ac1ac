#include "api/file_report.h"

#include <string>

#include "api/replies.h"
#include "policy/file_report.h"

namespace argot::api {

Result<http::Response> file_report(files::Library& library, const Caller& caller,
                                   std::string_view file_id) {
  TRY(const catalog::FileWithReport found, library.report(caller.scope, file_id));
  const catalog::File& file = found.file;
  // Of a file in several parts it stands among what was found, once it is known.
  const std::string sha256 = file.part_count == 0 ? file.sha256.hex() : std::string();
  return json_reply(200, policy::report_json({.file_id = file.id,
                                              .filename = file.filename,
                                              .purpose = file.purpose,
                                              .bytes = file.bytes,
                                              .sha256 = sha256},
                                             found.report));
}

}  // namespace argot::api
