// GET and HEAD /files/{file_id}/content: a file's bytes, whole or one range of them.
#pragma once

#include <memory>
#include <string>

#include "api/auth.h"
#include "api/job.h"
#include "base/clock.h"
#include "files/library.h"
#include "http/message.h"

namespace argot::api {

// Which file, and where it is looked up. `library` and `clock` must outlive the job.
struct ContentSource {
  files::Library& library;
  const Clock& clock;
  catalog::Scope scope;
  std::string file_id;
};

// The reply's body is the content also for HEAD; the connection leaves it out. `request` is
// borrowed until the call returns. Errors: file_not_found, download_refused, precondition_failed,
// those of files::Content::verify() for the first block that is sent.
std::unique_ptr<Job> file_content(ContentSource source, const http::Request& request);

}  // namespace argot::api
