// What a redirect makes of a request (the Fetch standard, section 4.4), and what it may not take
// along to a stranger.
#pragma once

#include <optional>
#include <string>

#include "fetch/message.h"

namespace argot::fetch {

// The status says that Location is where to go.
bool is_redirect(int status);

// The request to send next; nothing if `location` leads nowhere, or away from http and https.
// Another origin gets no Authorization, Cookie, Proxy-Authorization or Host of the caller's.
std::optional<Request> redirected(Request request, int status, const std::string& location);

}  // namespace argot::fetch
