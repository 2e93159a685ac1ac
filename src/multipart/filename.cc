#include "multipart/filename.h"

#include <cstddef>
#include <optional>

#include "base/bytes.h"
#include "base/limits.h"
#include "base/text.h"
#include "http/characters.h"

namespace argot::multipart {
namespace {

bool is_windows_path(std::string_view name) {
  if (name.starts_with("\\\\")) return true;
  return name.size() >= 3 && http::is_alpha(name[0]) && name[1] == ':' && name[2] == '\\';
}

// Where the first control character of well-formed UTF-8 stands. C1, U+0080 to U+009F, is written
// as C2 80 to C2 9F, and C2 is never a continuation byte.
std::optional<std::size_t> find_control(std::string_view name) {
  for (std::size_t at = 0; at < name.size(); ++at) {
    const auto byte = static_cast<unsigned char>(name[at]);
    if (byte < 0x20 || byte == 0x7F) return at;
    if (byte == 0xC2 && static_cast<unsigned char>(name[at + 1]) < 0xA0) return at;
  }
  return std::nullopt;
}

std::unexpected<Error> refuse(std::string_view but) {
  return fail(ErrorCode::invalid_request,
              "The file name must be at most " + std::to_string(limits::filename_bytes_max) +
                  " bytes of UTF-8 without control characters, but it " + std::string(but) + ".",
              "file");
}

}  // namespace

Result<std::string> clean_filename(std::string_view name) {
  if (!is_utf8(name)) return refuse("is not UTF-8");
  if (const auto at = find_control(name)) {
    const std::size_t size = static_cast<unsigned char>(name[*at]) == 0xC2 ? 2 : 1;
    return refuse("holds the control character 0x" + to_hex(as_bytes(name.substr(*at, size))) +
                  " at byte " + std::to_string(*at));
  }
  const std::size_t separator = name.find_last_of(is_windows_path(name) ? "/\\" : "/");
  if (separator != std::string_view::npos) name.remove_prefix(separator + 1);
  if (name.empty() || name == "." || name == "..") return std::string(filename_default);
  if (name.size() > limits::filename_bytes_max) {
    return refuse("has " + std::to_string(name.size()) + " bytes");
  }
  return std::string(name);
}

}  // namespace argot::multipart
