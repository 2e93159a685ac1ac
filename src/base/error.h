// The closed list of everything that can go wrong, and the value that carries one occurrence.
// Callers branch on the code; people read what src/api/error_catalogue.cc makes of it.
#pragma once

#include <string>
#include <string_view>

namespace argot {

enum class ErrorCode {
  // The request, as a message (RFC 9112, RFC 9110).
  bad_framing,
  request_timeout,
  uri_too_long,
  headers_too_large,
  unsupported_media_type,
  expectation_failed,
  http_version_unsupported,
  transfer_coding_unsupported,
  range_not_satisfiable,
  precondition_failed,
  // Who asks, and for what.
  missing_key,
  incorrect_key,
  mismatched_organization,
  mismatched_project,
  missing_scope,
  unknown_url,
  method_not_allowed,
  // What the request says.
  invalid_request,
  missing_purpose,
  invalid_purpose,
  missing_file,
  file_not_found,
  upload_not_found,
  upload_not_pending,
  file_too_large,
  organization_quota_exceeded,
  project_quota_exceeded,
  idempotency_key_reused,
  batch_not_jsonl,
  batch_not_utf8,
  fine_tune_not_jsonl,
  unsupported_extension,
  too_many_tokens,
  invalid_file_format,
  download_refused,
  rate_limit_exceeded,
  // The server's own troubles.
  overloaded,
  unavailable,
  insufficient_storage,
  outcome_unknown,
  content_missing,
  content_corrupt,
  internal,
  // Never sent over the wire: they end a command or a start with one line.
  cannot_start,
  key_not_found,
};

// One occurrence. `detail` is what the code's text has a place for (an id, a value, a limit), or
// the whole text where the code has none of its own; `param` names the field at fault, if there is
// one.
struct Error {
  ErrorCode code = ErrorCode::internal;
  std::string detail;
  std::string param;
  // When to try again, where only the occurrence knows; 0 where the code does, or nobody.
  int retry_after_seconds = 0;

  friend bool operator==(const Error&, const Error&) = default;
};

// The enumerator's own name, for logs and tests: "file_not_found".
std::string_view name(ErrorCode code);

// "file_not_found: file-abc", for logs and for the one line of a failed command.
std::string describe(const Error& error);

}  // namespace argot
