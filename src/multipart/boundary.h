// The boundary of a form, out of the Content-Type of its request.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace argot::multipart {

// The boundary that `content_type` names, a token or quoted: 1 to 70 characters of RFC 2046 section
// 5.1.1, the last of them no space. Fails with unsupported_media_type if the type is another than
// multipart/form-data (in any case), with invalid_request if the boundary is missing, given twice
// or malformed. An absent header is an empty `content_type`.
Result<std::string> boundary_of(std::string_view content_type);

}  // namespace argot::multipart
