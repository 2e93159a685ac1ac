#include "api/upload_form.h"

#include <utility>

#include "api/refuse_field.h"
#include "base/limits.h"
#include "base/quoting.h"
#include "base/text.h"
#include "multipart/filename.h"

namespace argot::api {
namespace {

constexpr std::string_view file_name = "file";
constexpr std::string_view purpose_name = "purpose";
constexpr std::string_view anchor_name = "expires_after[anchor]";
constexpr std::string_view seconds_name = "expires_after[seconds]";
constexpr std::string_view only_anchor = "created_at";

}  // namespace

UploadForm::Field UploadForm::field_of(const multipart::PartHead& head) {
  // By name alone: several clients send the file without a file name.
  if (head.name == file_name) return Field::file;
  // Upstream takes a purpose with a file name for a file, and asks for the purpose.
  if (head.name == purpose_name) return head.is_file ? Field::ignored : Field::purpose;
  if (head.name == anchor_name) return Field::anchor;
  if (head.name == seconds_name) return Field::seconds;
  return Field::ignored;
}

Result<> UploadForm::begin(const multipart::PartHead& head) {
  field_ = field_of(head);
  field_name_ = shortened(head.name);
  text_.clear();
  text_bytes_ = 0;
  if (field_ == Field::ignored) return {};
  bool& seen = seen_.at(static_cast<std::size_t>(field_));
  if (seen) {
    return refuse_field(field_name_, "The field " + python_repr(field_name_) +
                                         " must come once, but it came several times.");
  }
  seen = true;
  return field_ == Field::file ? begin_file(head) : Result<>();
}

Result<> UploadForm::begin_file(const multipart::PartHead& head) {
  const std::string_view sent = head.filename ? std::string_view(*head.filename) : "";
  TRY(filename_, multipart::clean_filename(sent));
  TRY(intake_, library_.open_intake(scope_));
  intake_->expect_filename(filename_);
  if (purpose_) intake_->expect_purpose(*purpose_);
  return {};
}

Result<> UploadForm::data(Bytes bytes) {
  if (field_ == Field::file) return intake_->write(bytes);
  text_bytes_ += bytes.size();
  if (text_bytes_ > limits::text_field_bytes_max) {
    return refuse_field(
        field_name_, "The field " + python_repr(field_name_) + " must have at most " +
                         std::to_string(limits::text_field_bytes_max) + " bytes, but it has more.");
  }
  if (field_ != Field::ignored) text_ += as_text(bytes);
  return {};
}

Result<> UploadForm::end() {
  switch (field_) {
    case Field::purpose:
      return end_purpose();
    case Field::anchor:
      return end_anchor();
    case Field::seconds:
      return end_seconds();
    case Field::file:
    case Field::ignored:
      return {};
  }
  std::unreachable();
}

Result<> UploadForm::end_purpose() {
  const auto purpose = policy::parse_purpose(text_);
  const bool is_allowed =
      purpose && (!policy::is_internal(*purpose) || allowed_ == Purposes::internal_too);
  if (!is_allowed) {
    return fail(ErrorCode::invalid_purpose, shortened(text_), std::string(purpose_name));
  }
  purpose_ = *purpose;
  if (intake_) intake_->expect_purpose(*purpose);
  return {};
}

Result<> UploadForm::end_anchor() const {
  if (text_ == only_anchor) return {};
  return refuse_field(anchor_name,
                      "Invalid 'expires_after[anchor]': expected 'created_at', but got " +
                          python_repr(shortened(text_)) + ".");
}

Result<> UploadForm::end_seconds() {
  const auto seconds = parse_decimal(text_);
  const bool is_in_range = seconds && *seconds >= limits::expires_after_seconds_min &&
                           *seconds <= limits::expires_after_seconds_max;
  if (!is_in_range) {
    return refuse_field(seconds_name,
                        "Invalid 'expires_after[seconds]': expected an integer from " +
                            std::to_string(limits::expires_after_seconds_min) + " to " +
                            std::to_string(limits::expires_after_seconds_max) + ", but got " +
                            python_repr(shortened(text_)) + ".");
  }
  expires_after_seconds_ = *seconds;
  return {};
}

Result<Upload> UploadForm::take() {
  if (!intake_) return fail(ErrorCode::missing_file);
  if (!purpose_) return fail(ErrorCode::missing_purpose);
  const auto has = [&](Field field) { return seen_.at(static_cast<std::size_t>(field)); };
  if (has(Field::anchor) != has(Field::seconds)) {
    const std::string missing(has(Field::anchor) ? seconds_name : anchor_name);
    const std::string present(has(Field::anchor) ? anchor_name : seconds_name);
    return refuse_field("expires_after",
                        "'" + missing + "' is required where '" + present + "' is given.");
  }
  return Upload{.intake = std::move(intake_),
                .filename = std::move(filename_),
                .purpose = *purpose_,
                .expires_after_seconds = expires_after_seconds_};
}

}  // namespace argot::api
