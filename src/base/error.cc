#include "base/error.h"

#include <utility>

namespace argot {

std::string_view name(ErrorCode code) {
  switch (code) {
    case ErrorCode::bad_framing:
      return "bad_framing";
    case ErrorCode::request_timeout:
      return "request_timeout";
    case ErrorCode::uri_too_long:
      return "uri_too_long";
    case ErrorCode::headers_too_large:
      return "headers_too_large";
    case ErrorCode::unsupported_media_type:
      return "unsupported_media_type";
    case ErrorCode::expectation_failed:
      return "expectation_failed";
    case ErrorCode::http_version_unsupported:
      return "http_version_unsupported";
    case ErrorCode::transfer_coding_unsupported:
      return "transfer_coding_unsupported";
    case ErrorCode::range_not_satisfiable:
      return "range_not_satisfiable";
    case ErrorCode::precondition_failed:
      return "precondition_failed";
    case ErrorCode::missing_key:
      return "missing_key";
    case ErrorCode::incorrect_key:
      return "incorrect_key";
    case ErrorCode::mismatched_organization:
      return "mismatched_organization";
    case ErrorCode::mismatched_project:
      return "mismatched_project";
    case ErrorCode::missing_scope:
      return "missing_scope";
    case ErrorCode::unknown_url:
      return "unknown_url";
    case ErrorCode::method_not_allowed:
      return "method_not_allowed";
    case ErrorCode::invalid_request:
      return "invalid_request";
    case ErrorCode::missing_purpose:
      return "missing_purpose";
    case ErrorCode::invalid_purpose:
      return "invalid_purpose";
    case ErrorCode::missing_file:
      return "missing_file";
    case ErrorCode::file_not_found:
      return "file_not_found";
    case ErrorCode::upload_not_found:
      return "upload_not_found";
    case ErrorCode::upload_not_pending:
      return "upload_not_pending";
    case ErrorCode::file_too_large:
      return "file_too_large";
    case ErrorCode::organization_quota_exceeded:
      return "organization_quota_exceeded";
    case ErrorCode::project_quota_exceeded:
      return "project_quota_exceeded";
    case ErrorCode::idempotency_key_reused:
      return "idempotency_key_reused";
    case ErrorCode::batch_not_jsonl:
      return "batch_not_jsonl";
    case ErrorCode::batch_not_utf8:
      return "batch_not_utf8";
    case ErrorCode::fine_tune_not_jsonl:
      return "fine_tune_not_jsonl";
    case ErrorCode::unsupported_extension:
      return "unsupported_extension";
    case ErrorCode::too_many_tokens:
      return "too_many_tokens";
    case ErrorCode::invalid_file_format:
      return "invalid_file_format";
    case ErrorCode::download_refused:
      return "download_refused";
    case ErrorCode::rate_limit_exceeded:
      return "rate_limit_exceeded";
    case ErrorCode::overloaded:
      return "overloaded";
    case ErrorCode::unavailable:
      return "unavailable";
    case ErrorCode::insufficient_storage:
      return "insufficient_storage";
    case ErrorCode::outcome_unknown:
      return "outcome_unknown";
    case ErrorCode::content_missing:
      return "content_missing";
    case ErrorCode::content_corrupt:
      return "content_corrupt";
    case ErrorCode::internal:
      return "internal";
    case ErrorCode::cannot_start:
      return "cannot_start";
    case ErrorCode::key_not_found:
      return "key_not_found";
  }
  std::unreachable();
}

std::string describe(const Error& error) {
  std::string text(name(error.code));
  if (!error.detail.empty()) text += ": " + error.detail;
  if (!error.param.empty()) text += " (" + error.param + ")";
  return text;
}

}  // namespace argot
