#include "api/create_file.h"

#include <string>
#include <string_view>
#include <utility>

#include "api/attempt.h"
#include "api/body_checks.h"
#include "api/replies.h"
#include "api/upload_form.h"
#include "api/wire_file.h"
#include "multipart/boundary.h"
#include "multipart/parser.h"
#include "openai/file.h"

namespace argot::api {
namespace {

// What an upload holds for as long as it lasts.
struct Admission {
  UploadSlots::Slot slot;
  files::Reservation reservation;
};

// Who uploads, as far as the job needs to know.
struct Uploader {
  catalog::Scope scope;
  UploadForm::Purposes purposes;
  catalog::Attempt attempt;
};

class CreateFileJob final : public Job {
 public:
  CreateFileJob(files::Library& library, Uploader uploader, std::string_view boundary,
                Admission admission)
      : scope_(std::move(uploader.scope)),
        attempt_(std::move(uploader.attempt)),
        admission_(std::move(admission)),
        form_(library, scope_, uploader.purposes),
        parser_(boundary, form_) {}

  http::Flow write(Bytes chunk) override {
    outcome_ = parser_.write(chunk);
    if (outcome_) return http::Flow::more;
    // What was staged goes at once: the rest of the body may take its time.
    form_.discard();
    return http::Flow::stop;
  }

  Result<http::Response> finish() override {
    TRY_DO(std::move(outcome_));
    TRY_DO(parser_.finish());
    TRY(Upload upload, form_.take());
    TRY_DO(upload.intake->finish());
    TRY(catalog::File file,
        upload.intake->commit({.scope = scope_,
                               .purpose = upload.purpose,
                               .filename = std::move(upload.filename),
                               .expires_after_seconds = upload.expires_after_seconds,
                               .attempt = std::move(attempt_)}));
    return json_reply(200, openai::encode(wire_file(std::move(file))));
  }

 private:
  catalog::Scope scope_;
  catalog::Attempt attempt_;
  Admission admission_;
  UploadForm form_;
  multipart::Parser parser_;
  Result<> outcome_;
};

}  // namespace

Result<std::unique_ptr<Job>> create_file(files::Library& library, UploadSlots& slots,
                                         const Caller& caller, const http::Request& request) {
  TRY_DO(check_content_coding(request));
  TRY(const std::string boundary,
      multipart::boundary_of(request.header("Content-Type").value_or("")));
  TRY(catalog::Attempt attempt, attempt_of(request, caller));
  TRY(UploadSlots::Slot slot, slots.take(caller.rate_key()));
  TRY(files::Reservation reservation,
      library.reserve(caller.file_scope(), {.content_bytes = stated_bytes(request.framing),
                                            .may_be_stored = may_be_done(attempt)}));

  const bool may_write_back = caller.may(catalog::Permission::files_internal);
  return std::make_unique<CreateFileJob>(
      library,
      Uploader{.scope = caller.file_scope(),
               .purposes = may_write_back ? UploadForm::Purposes::internal_too
                                          : UploadForm::Purposes::public_only,
               .attempt = std::move(attempt)},
      boundary, Admission{.slot = std::move(slot), .reservation = std::move(reservation)});
}

}  // namespace argot::api
