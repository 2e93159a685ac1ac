#include "api/part_form.h"

#include "base/limits.h"

namespace argot::api {
namespace {

constexpr std::string_view data_name = "data";

}  // namespace

Result<> PartForm::begin(const multipart::PartHead& head) {
  // By name alone: several clients send it without a file name.
  is_in_data_ = head.name == data_name;
  ignored_bytes_ = 0;
  if (!is_in_data_) return {};
  if (intake_) {
    return fail(ErrorCode::invalid_request,
                "The field 'data' must come once, but it came several times.",
                std::string(data_name));
  }
  TRY(intake_, library_.open_part(scope_, upload_id_));
  return {};
}

Result<> PartForm::data(Bytes bytes) {
  if (is_in_data_) return intake_->write(bytes);
  ignored_bytes_ += bytes.size();
  if (ignored_bytes_ <= limits::text_field_bytes_max) return {};
  return fail(ErrorCode::invalid_request,
              "A field other than 'data' must have at most " +
                  std::to_string(limits::text_field_bytes_max) + " bytes, but one has more.",
              std::string(data_name));
}

Result<std::unique_ptr<files::PartIntake>> PartForm::take() {
  if (!intake_) {
    return fail(ErrorCode::invalid_request, "'data' is a required property",
                std::string(data_name));
  }
  return std::move(intake_);
}

}  // namespace argot::api
