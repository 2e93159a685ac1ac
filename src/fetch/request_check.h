// Whether a request may be sent at all.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "fetch/message.h"

namespace argot::fetch {

// Why not, as part of a sentence that shows no value; nothing if it may. Nothing in a request that
// passes can end a line, or change where the request ends.
std::optional<std::string> refusal_of(const Request& request);

// tchar of RFC 9110 section 5.6.2, at least one.
bool is_token(std::string_view text);

// Nothing but field-vchar, obs-text, space and tab of RFC 9110 section 5.5.
bool is_field_value(std::string_view text);

}  // namespace argot::fetch
