#include "tokens/code_points.h"

#include "base/utf8.h"

namespace argot::tokens {

CodePoint read_other_code_point(const unsigned char* at, const unsigned char* end) {
  const Utf8Lead lead = utf8_lead(*at);
  if (lead.bytes == 0) return {.classes = broken_class, .bytes = 1};
  std::uint32_t code_point = *at & (0x7FU >> lead.bytes);
  unsigned char least = lead.second_min;
  unsigned char most = lead.second_max;
  for (unsigned bytes = 1; bytes < lead.bytes; ++bytes) {
    if (at + bytes == end) return {.classes = broken_class | cut_class, .bytes = bytes};
    const unsigned char byte = at[bytes];
    if (byte < least || byte > most) return {.classes = broken_class, .bytes = bytes};
    code_point = code_point << 6U | (byte & 0x3FU);
    least = 0x80;
    most = 0xBF;
  }
  return {.classes = classes_of(code_point), .bytes = lead.bytes};
}

void append_as_utf8(std::string& target, std::string_view text) {
  const auto* at = reinterpret_cast<const unsigned char*>(text.data());
  const auto* const end = at + text.size();
  while (at < end) {
    const CodePoint found = read_code_point(at, end);
    if ((found.classes & broken_class) != 0) {
      target.append(replacement);
    } else {
      target.append(reinterpret_cast<const char*>(at), found.bytes);
    }
    at += found.bytes;
  }
}

}  // namespace argot::tokens
