#include "api/uploads.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include "api/base64.h"
#include "api/body_checks.h"
#include "api/json_job.h"
#include "api/part_form.h"
#include "api/refuse_field.h"
#include "api/replies.h"
#include "api/wire_file.h"
#include "api/wire_upload.h"
#include "base/limits.h"
#include "base/quoting.h"
#include "base/text.h"
#include "multipart/boundary.h"
#include "multipart/filename.h"
#include "multipart/parser.h"
#include "openai/upload.h"
#include "policy/purpose.h"

namespace argot::api {
namespace {

Result<policy::Purpose> purpose_of(const std::string& text, const Caller& caller) {
  const auto purpose = policy::parse_purpose(text);
  const bool is_allowed = purpose && (!policy::is_internal(*purpose) ||
                                      caller.may(catalog::Permission::files_internal));
  if (is_allowed) return *purpose;
  return fail(ErrorCode::invalid_purpose, shortened(text), "purpose");
}

Result<std::optional<std::uint64_t>> expiry_of(
    const std::optional<openai::ExpiresAfter>& expires_after) {
  if (!expires_after) return std::nullopt;
  if (expires_after->anchor != "created_at") {
    return refuse_field("expires_after.anchor",
                        "Invalid 'expires_after.anchor': expected 'created_at', but got " +
                            python_repr(shortened(expires_after->anchor)) + ".");
  }
  const std::uint64_t seconds = expires_after->seconds;
  if (seconds < limits::expires_after_seconds_min || seconds > limits::expires_after_seconds_max) {
    return refuse_field("expires_after.seconds",
                        "Invalid 'expires_after.seconds': expected an integer from " +
                            std::to_string(limits::expires_after_seconds_min) + " to " +
                            std::to_string(limits::expires_after_seconds_max) + ", but got " +
                            std::to_string(seconds) + ".");
  }
  return std::optional(seconds);
}

// As 32 hexadecimal digits, as the published schema has it, or in base64, as Content-MD5 has it.
Result<std::optional<digest::Md5Value>> md5_of(const std::optional<std::string>& text) {
  if (!text) return std::nullopt;
  digest::Md5Value md5;
  if (parse_hex(*text, md5.bytes)) return std::optional(md5);
  const auto decoded = decode_base64(*text);
  if (decoded && decoded->size() == md5.bytes.size()) {
    std::copy_n(as_bytes(*decoded).data(), md5.bytes.size(), md5.bytes.data());
    return std::optional(md5);
  }
  return refuse_field(
      "md5", "Invalid 'md5': expected 32 hexadecimal digits, or 16 bytes in base64, but got " +
                 python_repr(shortened(*text)) + ".");
}

Result<http::Response> begin_upload(files::Library& library, const Caller& caller,
                                    std::string_view body) {
  TRY(const openai::CreateUploadRequest request, openai::decode_create_upload_request(body));
  TRY(const policy::Purpose purpose, purpose_of(request.purpose, caller));
  auto filename = multipart::clean_filename(request.filename);
  if (!filename) return refuse_field("filename", std::move(filename).error().detail);
  TRY(const std::optional<std::uint64_t> expiry, expiry_of(request.expires_after));
  TRY(catalog::Upload upload, library.uploads().begin({.scope = caller.file_scope(),
                                                       .purpose = purpose,
                                                       .filename = *std::move(filename),
                                                       .bytes = request.bytes,
                                                       .expires_after_seconds = expiry}));
  return json_reply(200, openai::encode(wire_upload(std::move(upload))));
}

Result<http::Response> end_upload(files::Library& library, const catalog::Scope& scope,
                                  const std::string& upload_id, std::string_view body) {
  TRY(openai::CompleteUploadRequest request, openai::decode_complete_upload_request(body));
  TRY(const std::optional<digest::Md5Value> md5, md5_of(request.md5));
  TRY(files::CompletedUpload completed,
      library.uploads().complete(scope, upload_id,
                                 {.part_ids = std::move(request.part_ids), .md5 = md5}));
  openai::Upload shown = wire_upload(std::move(completed.upload));
  shown.file = wire_file(std::move(completed.file));
  return json_reply(200, openai::encode(shown));
}

// What a part holds for as long as it lasts.
struct Admission {
  UploadSlots::Slot slot;
  files::Reservation reservation;
};

class AddPartJob final : public Job {
 public:
  AddPartJob(files::Library& library, catalog::Scope scope, std::string upload_id,
             std::string_view boundary, Admission admission)
      : admission_(std::move(admission)),
        form_(library, std::move(scope), std::move(upload_id)),
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
    TRY(const std::unique_ptr<files::PartIntake> intake, form_.take());
    TRY_DO(intake->finish());
    TRY(catalog::UploadPart part, intake->commit());
    return json_reply(200, openai::encode(wire_part(std::move(part))));
  }

 private:
  Admission admission_;
  PartForm form_;
  multipart::Parser parser_;
  Result<> outcome_;
};

}  // namespace

std::unique_ptr<Job> create_upload(files::Library& library, const Caller& caller) {
  return std::make_unique<JsonJob>(
      [&library, caller](std::string_view body) { return begin_upload(library, caller, body); });
}

Result<std::unique_ptr<Job>> add_upload_part(files::Library& library, UploadSlots& slots,
                                             const Caller& caller, const http::Request& request,
                                             std::string upload_id) {
  TRY_DO(check_content_coding(request));
  TRY(const std::string boundary,
      multipart::boundary_of(request.header("Content-Type").value_or("")));
  TRY(UploadSlots::Slot slot, slots.take(caller.rate_key()));
  TRY(files::Reservation reservation,
      library.reserve(caller.file_scope(), {.content_bytes = stated_bytes(request.framing),
                                            .may_be_stored = false,
                                            .is_part = true}));
  return std::make_unique<AddPartJob>(
      library, caller.scope, std::move(upload_id), boundary,
      Admission{.slot = std::move(slot), .reservation = std::move(reservation)});
}

std::unique_ptr<Job> complete_upload(files::Library& library, const Caller& caller,
                                     std::string upload_id) {
  return std::make_unique<JsonJob>(
      [&library, scope = caller.scope, id = std::move(upload_id)](std::string_view body) {
        return end_upload(library, scope, id, body);
      });
}

std::unique_ptr<Job> cancel_upload(files::Library& library, const Caller& caller,
                                   std::string upload_id) {
  return std::make_unique<BodilessJob>(
      [&library, scope = caller.scope, id = std::move(upload_id)]() -> Result<http::Response> {
        TRY(catalog::Upload upload, library.uploads().cancel(scope, id));
        return json_reply(200, openai::encode(wire_upload(std::move(upload))));
      });
}

}  // namespace argot::api
