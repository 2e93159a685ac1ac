#include "api/replies.h"

#include <optional>
#include <string_view>
#include <utility>

#include "api/error_catalogue.h"
#include "openai/error.h"

namespace argot::api {
namespace {

constexpr int unauthorized_status = 401;

std::optional<std::string> or_null(std::string_view text) {
  return text.empty() ? std::nullopt : std::optional<std::string>(text);
}

}  // namespace

http::Response json_reply(int status, std::string body) {
  http::Response reply;
  reply.status = status;
  reply.headers.push_back({"Content-Type", "application/json"});
  reply.body = std::move(body);
  return reply;
}

http::Response error_reply(const Error& error) {
  const ErrorRow row = row_for(error.code);
  http::Response reply = json_reply(row.status, openai::encode({.message = message_for(error),
                                                                .type = std::string(row.type),
                                                                .param = or_null(param_for(error)),
                                                                .code = or_null(row.code)}));
  if (row.status == unauthorized_status) {
    // Required by RFC 9110 section 15.5.2. Basic is understood but not asked for: browsers would
    // prompt for it on behalf of whichever page sent them here.
    reply.headers.push_back({"WWW-Authenticate", "Bearer"});
  }
  const int retry_after_seconds = error.retry_after_seconds > 0
                                      ? error.retry_after_seconds
                                      : row.retry_after_seconds.value_or(0);
  if (retry_after_seconds > 0) {
    reply.headers.push_back({"Retry-After", std::to_string(retry_after_seconds)});
  }
  return reply;
}

}  // namespace argot::api
