// DELETE /files/{file_id}: the file is gone when the reply is there.
#pragma once

#include <memory>
#include <string>

#include "api/auth.h"
#include "api/job.h"
#include "files/library.h"

namespace argot::api {

// `library` must outlive the job. Error: file_not_found.
std::unique_ptr<Job> delete_file(files::Library& library, const Caller& caller,
                                 std::string file_id);

}  // namespace argot::api
