// Request heads: whatever is accepted can be read in one way only, and the cutting does not matter.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/assert.h"
#include "base/text.h"
#include "http/characters.h"
#include "http/head_parser.h"

namespace {

using argot::Result;
using argot::http::BodyFraming;
using argot::http::HeaderView;
using argot::http::Request;

using End = Result<std::optional<std::size_t>>;

bool is_same(const End& left, const End& right) {
  if (left.has_value() != right.has_value()) return false;
  return left ? *left == *right : left.error() == right.error();
}

End find_in_pieces(std::string_view bytes, std::size_t piece) {
  End end;
  std::size_t searched = 0;
  while (searched < bytes.size() && end && !*end) {
    const std::size_t size = std::min(searched + piece, bytes.size());
    end = argot::http::find_head_end(bytes.substr(0, size), searched);
    searched = size;
  }
  return end;
}

bool is_within(std::string_view part, std::string_view whole) {
  return part.empty() ||
         (part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size());
}

std::size_t headers_named(const Request& request, std::string_view name) {
  return static_cast<std::size_t>(std::ranges::count_if(
      request.headers,
      [name](const HeaderView& header) { return argot::equals_ignoring_case(header.name, name); }));
}

void check_lines(std::string_view head) {
  for (std::size_t at = 0; at < head.size(); ++at) {
    ASSERT(head[at] != '\0');
    if (head[at] == '\n') ASSERT(at > 0 && head[at - 1] == '\r');
    if (head[at] == '\r') ASSERT(at + 1 < head.size() && head[at + 1] == '\n');
  }
}

void check_request(const Request& request, std::string_view head) {
  check_lines(head);
  // Every line is accounted for: nothing was joined, skipped or split.
  const std::string_view lines = head.substr(head.find_first_not_of("\r\n"));
  ASSERT(static_cast<std::size_t>(std::ranges::count(lines, '\n')) == request.headers.size() + 2);
  for (const HeaderView& header : request.headers) {
    ASSERT(is_within(header.name, head) && is_within(header.value, head));
    ASSERT(std::ranges::all_of(header.name, argot::http::is_token_char));
    ASSERT(std::ranges::all_of(header.value, argot::http::is_field_char));
    ASSERT(argot::http::trim_blanks(header.value) == header.value);
  }
  ASSERT(is_within(request.target, head));
  ASSERT(request.path.starts_with('/'));
  ASSERT(std::ranges::all_of(request.target, argot::http::is_visible));

  const std::size_t lengths = headers_named(request, "Content-Length");
  const std::size_t codings = headers_named(request, "Transfer-Encoding");
  const std::size_t hosts = headers_named(request, "Host");
  ASSERT(lengths + codings <= 1);
  ASSERT(hosts == 1 || (hosts == 0 && request.is_http_1_0));
  ASSERT((request.framing.kind == BodyFraming::Kind::length) == (lengths == 1));
  ASSERT((request.framing.kind == BodyFraming::Kind::chunked) == (codings == 1));
  ASSERT(!request.is_http_1_0 || codings == 0);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const End end = argot::http::find_head_end(bytes, 0);
  ASSERT(size == 0 || is_same(find_in_pieces(bytes, 1 + size % 7), end));
  if (end && *end) {
    const std::string_view head = bytes.substr(0, **end);
    check_lines(head);
    if (const auto request = argot::http::parse_head(head)) check_request(*request, head);
  }
  // The two readers of a head agree on where it ends, also when only one of them was asked.
  if (const auto request = argot::http::parse_head(bytes)) {
    check_request(*request, bytes);
    if (end) ASSERT(*end == size);
  }
  return 0;
}
