// POST /files: takes a file in while it arrives. Start at the life of an upload in ARCHITECTURE.md.
#pragma once

#include <memory>

#include "api/auth.h"
#include "api/job.h"
#include "api/upload_slots.h"
#include "base/result.h"
#include "files/library.h"
#include "http/message.h"

namespace argot::api {

// Everything that the head alone decides is decided here, before one byte of the body is read.
// `library` and `slots` must outlive the job; `request` is borrowed until the call returns.
// Errors: unsupported_media_type, invalid_request, overloaded, those of Library::reserve(). The
// job's errors are those of UploadForm, multipart::Parser and Intake::commit().
Result<std::unique_ptr<Job>> create_file(files::Library& library, UploadSlots& slots,
                                         const Caller& caller, const http::Request& request);

}  // namespace argot::api
