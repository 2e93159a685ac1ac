#include "multipart/excerpt.h"

#include "base/bytes.h"
#include "base/text.h"

namespace argot::multipart {

std::string excerpt(std::string_view text) {
  std::string out = "\"";
  for (const char c : text.substr(0, excerpt_bytes_max)) {
    if (c >= ' ' && c <= '~') {
      out += c;
    } else {
      out += "\\x" + to_hex(as_bytes({&c, 1}));
    }
  }
  if (text.size() > excerpt_bytes_max) out += "...";
  return out + "\"";
}

}  // namespace argot::multipart
