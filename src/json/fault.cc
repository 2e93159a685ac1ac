#include "json/fault.h"

#include "base/bytes.h"
#include "base/limits.h"
#include "base/text.h"
#include "json/utf8_checker.h"

namespace argot::json {
namespace {

std::string described_byte(std::string_view text, std::size_t offset) {
  if (offset == text.size()) return "the end of the line";
  const char byte = text[offset];
  if (byte > ' ' && byte < '\x7F') return "'" + std::string(1, byte) + "'";
  if (byte == ' ') return "a space";
  return "the byte 0x" + to_hex(as_bytes(text.substr(offset, 1)));
}

}  // namespace

std::optional<Fault> find_fault(std::string_view text, Root root) {
  const std::size_t utf8_bytes = utf8_prefix_bytes(text);
  if (utf8_bytes < text.size()) {
    return Fault{.kind = FaultKind::utf8,
                 .offset = utf8_bytes,
                 .expected = "UTF-8",
                 .got = described_byte(text, utf8_bytes)};
  }
  ObjectChecker checker(root);
  checker.write(text);
  if (checker.is_object()) return std::nullopt;
  const auto offset = static_cast<std::size_t>(checker.good_bytes());
  if (checker.is_too_deep()) {
    return Fault{.kind = FaultKind::depth,
                 .offset = offset,
                 .expected = "at most " + std::to_string(limits::jsonl_depth_max) + " levels",
                 .got = "one more"};
  }
  return Fault{.kind = FaultKind::grammar,
               .offset = offset,
               .expected = std::string(checker.expected()),
               .got = described_byte(text, offset)};
}

}  // namespace argot::json
