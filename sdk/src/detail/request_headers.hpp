// The header fields of a call, and what may stand in them.
#pragma once

#include <string>
#include <string_view>

#include "argot_open_ai/lib/options.hpp"
#include "argot_open_ai/types/result.hpp"
#include "detail/client.hpp"

namespace argot::openai {
inline namespace v0 {
namespace detail {

/// The key of one call; "" where none is sent. Error: UnexpectedClientError where the provider
/// throws.
Result<std::string> resolvedKey(const ApiKey& key);

/// The value of Authorization: "Bearer KEY", or the key itself where it already begins so.
std::string authorization(std::string_view key);

/// In the order of the TypeScript SDK, later ones over earlier ones: the operation's, the key, the
/// caller's (which cannot touch `operation`'s Content-Type and the User-Agent).
Headers requestHeaders(const Headers& operation, std::string_view key, const FetchOptions& fetch,
                       const TransportOptions& transport);

/// Error: InvalidRequestError where a name is no token or a value holds a line break or another
/// control character (RFC 9110, 5.1 and 5.5). It names the header and never shows the value.
Result<void> checkHeaders(const Headers& headers);

}  // namespace detail
}  // namespace v0
}  // namespace argot::openai
