// The name a client gave its file, made into the name the service keeps and shows.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace argot::multipart {

// What a file without a usable name is called.
inline constexpr std::string_view filename_default = "upload";

// The base name of `name`: what follows the last '/', and in a Windows path (`C:\...`, `\\...`)
// also the last '\'; a backslash elsewhere is an ordinary character. Nothing, "." and ".." become
// filename_default. Fails with invalid_request, param "file", if `name` is not UTF-8 or holds a
// control character (C0, DEL, C1), or if the base name is longer than limits::filename_bytes_max.
//
// The outcome is data: it is stored and shown, and never becomes part of a path.
Result<std::string> clean_filename(std::string_view name);

}  // namespace argot::multipart
