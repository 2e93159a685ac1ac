// Characters as the grammar of JSON sorts them (RFC 8259, sections 2 and 6).
#pragma once

namespace argot::json {

constexpr bool is_white_space(char byte) {
  return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n';
}

constexpr bool is_digit(char byte) { return byte >= '0' && byte <= '9'; }

}  // namespace argot::json
