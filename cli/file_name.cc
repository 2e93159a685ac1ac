#include "cli/file_name.h"

#include <algorithm>

#include "base/text.h"
#include "cli/printable.h"

namespace argot::cli {
namespace {

// NAME_MAX less ".part.note".
constexpr std::size_t bytes_max = 245;
constexpr std::size_t extension_bytes_max = 20;

// Windows has the other slash.
std::string_view last_part(std::string_view name) {
  const std::size_t slash = name.find_last_of("/\\");
  return slash == std::string_view::npos ? name : name.substr(slash + 1);
}

// At most `size` bytes of it, and no half of a character.
std::string_view head(std::string_view text, std::size_t size) {
  text = text.substr(0, size);
  while (!is_utf8(text)) text.remove_suffix(1);
  return text;
}

std::string shortened(const std::string& name) {
  if (name.size() <= bytes_max) return name;
  const std::size_t dot = name.rfind('.');
  const bool has_extension = dot != std::string::npos && name.size() - dot <= extension_bytes_max;
  const std::string extension = has_extension ? name.substr(dot) : std::string();
  return std::string(head(name, bytes_max - extension.size())) + extension;
}

bool names_a_file(std::string_view name) { return !name.empty() && name != "." && name != ".."; }

}  // namespace

std::string safe_file_name(std::string_view name, std::string_view file_id) {
  for (const std::string_view candidate : {name, file_id}) {
    std::string safe = shortened(without_controls(last_part(candidate)));
    if (names_a_file(safe)) return safe;
  }
  return "file";
}

}  // namespace argot::cli
