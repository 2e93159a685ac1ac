// The Content-Disposition of a download (RFC 6266): a client's file name in a form that can neither
// break out of the header nor deceive who reads it.
#pragma once

#include <string>
#include <string_view>

namespace argot::http {

// `attachment; filename="report.txt"`, with `; filename*=UTF-8''...` (RFC 8187) where ASCII in
// quotes cannot say the name. Controls and bidirectional overrides are left out, path separators
// become `_`, bytes that are not UTF-8 become U+FFFD. The result is ASCII without CR, LF or other
// controls.
std::string attachment_disposition(std::string_view filename);

}  // namespace argot::http
