// What the debug logger is told of an attempt. Secrets pass through here only where the options ask
// for them: see redacted().
#pragma once

#include <string>
#include <string_view>

#include "argot_open_ai/lib/http.hpp"
#include "detail/client.hpp"

namespace argot::openai {
inline namespace v0 {
namespace detail {

/// The value of a header as the log may show it: as it is for those that are known to be harmless,
/// "Bearer sk-...1234" for Authorization, "[redacted]" for all others.
std::string redacted(std::string_view name, std::string_view value);

/// Nothing where the client has no logger. `bodyNote` describes the body: its JSON or text, or
/// "file: example.jsonl, 1,234 bytes".
void logRequest(const Client& client, const HttpRequest& request, std::string_view bodyNote);
/// With the body of an error, or of a reply that was read into memory, cut after 4 KiB.
void logResponse(const Client& client, const HttpRequest& request, const HttpResponse& response);
void logFailure(const Client& client, const HttpRequest& request, const TransportFailure& failure);
/// Of a reply whose head was logged, and whose body broke off.
void logBreak(const Client& client, const HttpRequest& request, const TransportFailure& failure);

}  // namespace detail
}  // namespace v0
}  // namespace argot::openai
