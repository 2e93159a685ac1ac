#include "api/error_catalogue.h"

#include <utility>

#include "base/quoting.h"
#include "policy/judge.h"

namespace argot::api {
namespace {

constexpr std::string_view request_error = "invalid_request_error";
constexpr std::string_view server_error = "server_error";

constexpr std::string_view detail_place = "{}";
constexpr std::string_view quoted_place = "{!r}";

constexpr std::string_view missing_key_text =
    "You didn't provide an API key. You need to provide your API key in an Authorization header "
    "using Bearer auth (i.e. Authorization: Bearer YOUR_KEY), or as the password field (with blank "
    "username) if you're accessing the API from your browser and are prompted for a username and "
    "password. You can obtain an API key from https://platform.openai.com/account/api-keys.";
constexpr std::string_view incorrect_key_text =
    "Incorrect API key provided: {}. You can find your API key at "
    "https://platform.openai.com/account/api-keys.";
constexpr std::string_view invalid_purpose_text =
    "{!r} is not one of ['fine-tune', 'assistants', 'batch', 'user_data', 'vision', 'evals'] - "
    "'purpose'";
constexpr std::string_view organization_quota_text =
    "You have exceeded your file storage quota. Organizations are limited to {} of files. Please "
    "delete old files or attempt with a smaller file size.";
constexpr std::string_view project_quota_text =
    "You have exceeded your file storage quota. Projects are limited to {} of files. Please delete "
    "old files or attempt with a smaller file size.";
// Nothing of ours goes out with an internal error: no path, no statement, no id of content.
constexpr std::string_view internal_text =
    "The server had an error while processing your request. Please report it with the x-request-id "
    "of this reply.";

constexpr ErrorRow refused(int status, std::string_view text, std::string_view param = {},
                           std::string_view code = {}) {
  return {.status = status, .type = request_error, .text = text, .param = param, .code = code};
}

constexpr ErrorRow failed(int status, std::string_view text,
                          std::optional<int> retry_after_seconds = {}) {
  return {.status = status,
          .type = server_error,
          .text = text,
          .retry_after_seconds = retry_after_seconds};
}

std::string filled(std::string_view text, std::string_view place, std::string_view value) {
  const std::size_t found = text.find(place);
  std::string before(text.substr(0, found));
  if (found == std::string_view::npos) return before;
  constexpr std::string_view colon = ": ";
  if (value.empty() && before.ends_with(colon)) before.resize(before.size() - colon.size());
  return before + std::string(value) + std::string(text.substr(found + place.size()));
}

}  // namespace

// No default: -Werror=switch finds the forgotten row. What fails the same way each time never is a
// 408, 409, 429 or 5xx, because clients repeat those by themselves; 501 and 505 are what RFC 9110
// asks for.
ErrorRow row_for(ErrorCode code) {
  switch (code) {
    case ErrorCode::bad_framing:
      return refused(400, "The request is not well-formed HTTP/1.1: {}.");
    case ErrorCode::request_timeout:
      return refused(408, "The request did not arrive in time: {}.");
    case ErrorCode::uri_too_long:
      return refused(414, "The request line is too long: {}.");
    case ErrorCode::headers_too_large:
      return refused(431, "The request headers are too large: {}.");
    case ErrorCode::unsupported_media_type:
      return refused(415, detail_place);
    case ErrorCode::expectation_failed:
      return refused(417, "The Expect header may ask for 100-continue only, not for {!r}.");
    case ErrorCode::http_version_unsupported:
      return refused(505, "The HTTP version is not supported: {}.");
    case ErrorCode::transfer_coding_unsupported:
      return refused(501, "The transfer coding {!r} is not supported, only chunked is.");
    case ErrorCode::range_not_satisfiable:
      return refused(416, "The range asked for lies outside the file, which has {} bytes.");
    case ErrorCode::precondition_failed:
      return refused(412, "The file does not meet the condition in the request headers.");
    case ErrorCode::missing_key:
      return refused(401, missing_key_text);
    case ErrorCode::incorrect_key:
      return refused(401, incorrect_key_text, {}, "invalid_api_key");
    case ErrorCode::mismatched_organization:
      return refused(401, "OpenAI-Organization header should match organization for API key", {},
                     "mismatched_organization");
    case ErrorCode::mismatched_project:
      return refused(401, "OpenAI-Project header should match project for API key", {},
                     "mismatched_project");
    case ErrorCode::missing_scope:
      return refused(401,
                     "You have insufficient permissions for this operation. Missing scopes: {}");
    case ErrorCode::unknown_url:
      return refused(404, "Invalid URL ({})");
    case ErrorCode::method_not_allowed:
      return refused(
          405, "Not allowed to {}. (HINT: Perhaps you meant to use a different HTTP method?)");
    case ErrorCode::invalid_request:
      return refused(400, detail_place, "{}");
    case ErrorCode::missing_purpose:
      return refused(400, "'purpose' is a required property");
    case ErrorCode::invalid_purpose:
      return refused(400, invalid_purpose_text, "purpose");
    case ErrorCode::missing_file:
      return refused(400, "'file' is a required property");
    case ErrorCode::file_not_found:
      return refused(404, "No such File object: {}", "id");
    case ErrorCode::upload_not_found:
      return refused(404, "No such Upload object: {}", "id");
    case ErrorCode::upload_not_pending:
      return refused(400, "The Upload takes no more changes: its status is {!r}, not 'pending'.",
                     "id");
    case ErrorCode::file_too_large:
      return refused(400, "File is too large.");
    case ErrorCode::organization_quota_exceeded:
      return refused(400, organization_quota_text);
    case ErrorCode::project_quota_exceeded:
      return refused(400, project_quota_text);
    case ErrorCode::idempotency_key_reused:
      return refused(
          400,
          "The Idempotency-Key {!r} came with another file in the last 24 hours: "
          "expected the same content, filename, purpose and expiry as then. Send another "
          "file with another key.",
          {}, "idempotency_key_reused");
    case ErrorCode::batch_not_jsonl:
      return refused(400, "Invalid file format for Batch API. Must be .jsonl");
    case ErrorCode::batch_not_utf8:
      return refused(400, "Invalid file for Batch API. Must be utf-8 encoded");
    case ErrorCode::fine_tune_not_jsonl:
      return refused(400, "Invalid file format for Fine-Tuning API. Must be .jsonl");
    case ErrorCode::unsupported_extension:
      return refused(400, "Files with extensions [{}] are not supported for retrieval.");
    case ErrorCode::too_many_tokens:
      return refused(400, policy::too_many_tokens_text);
    case ErrorCode::invalid_file_format:
      return refused(400, detail_place, "file", "invalid_file_format");
    case ErrorCode::download_refused:
      return refused(400, "Not allowed to download files of purpose: {}");
    case ErrorCode::rate_limit_exceeded:
      return {.status = 429,
              .type = "requests",
              .text = "Rate limit reached for uploads on {}",
              .code = "rate_limit_exceeded"};
    case ErrorCode::overloaded:
      return failed(503, "The server is handling as many requests as it can. Please try again.", 1);
    case ErrorCode::unavailable:
      return failed(503, "The server cannot take requests right now. Please try again.", 1);
    case ErrorCode::insufficient_storage:
      return failed(507, "The server cannot store this file: its disk is full or read-only.", 60);
    case ErrorCode::outcome_unknown:
      return failed(503,
                    "The server cannot tell whether the request took effect. Please look for the "
                    "file before you try again.");
    case ErrorCode::content_missing:
    case ErrorCode::content_corrupt:
    case ErrorCode::internal:
    case ErrorCode::cannot_start:
    case ErrorCode::key_not_found:
      return failed(500, internal_text);
  }
  std::unreachable();
}

std::string message_for(const Error& error) {
  const std::string_view text = row_for(error.code).text;
  if (text.find(quoted_place) != std::string_view::npos) {
    return filled(text, quoted_place, python_repr(error.detail));
  }
  return filled(text, detail_place, error.detail);
}

std::string param_for(const Error& error) {
  const std::string_view param = row_for(error.code).param;
  return param == detail_place ? error.param : std::string(param);
}

}  // namespace argot::api
