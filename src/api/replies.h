// Replies as every route makes them: JSON, and the envelope of an error.
#pragma once

#include <string>

#include "base/error.h"
#include "http/message.h"

namespace argot::api {

http::Response json_reply(int status, std::string body);

// As error_catalogue.h has it, with Retry-After where trying again makes sense and
// WWW-Authenticate where a key is asked for.
http::Response error_reply(const Error& error);

}  // namespace argot::api
