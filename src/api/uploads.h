// POST /uploads and what follows it: files that come in parts.
#pragma once

#include <memory>
#include <string>

#include "api/auth.h"
#include "api/job.h"
#include "api/upload_slots.h"
#include "base/result.h"
#include "files/library.h"
#include "http/message.h"

namespace argot::api {

// `library` and `slots` must outlive the jobs; `request` is borrowed until the call returns.

// Errors, all of the job: invalid_purpose, invalid_request, those of Uploads::begin().
std::unique_ptr<Job> create_upload(files::Library& library, const Caller& caller);

// What the head alone decides is decided here. Errors: unsupported_media_type, invalid_request,
// overloaded, those of Library::reserve(). The job's errors are those of PartForm,
// multipart::Parser and PartIntake::commit().
Result<std::unique_ptr<Job>> add_upload_part(files::Library& library, UploadSlots& slots,
                                             const Caller& caller, const http::Request& request,
                                             std::string upload_id);

// Errors, all of the job: invalid_request, those of Uploads::complete().
std::unique_ptr<Job> complete_upload(files::Library& library, const Caller& caller,
                                     std::string upload_id);

// Errors, all of the job: those of Uploads::cancel().
std::unique_ptr<Job> cancel_upload(files::Library& library, const Caller& caller,
                                   std::string upload_id);

}  // namespace argot::api
