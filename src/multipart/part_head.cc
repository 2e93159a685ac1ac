#include "multipart/part_head.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"
#include "http/characters.h"
#include "http/parameters.h"
#include "multipart/excerpt.h"

namespace argot::multipart {
namespace {

struct Header {
  std::string_view name;
  std::string_view value;
};

std::unexpected<Error> refuse(std::string detail) {
  return fail(ErrorCode::invalid_request, std::move(detail));
}

Result<Header> split_line(std::string_view line) {
  if (line.find_first_of(std::string_view("\r\0", 2)) != std::string_view::npos) {
    return refuse("has a header line with a bare CR or a NUL in it: " + excerpt(line) + ".");
  }
  if (!line.empty() && http::is_blank(line.front())) {
    return refuse("has a header that goes on over a second line, which is not supported: " +
                  excerpt(line) + ".");
  }
  const std::size_t colon = line.find(':');
  const std::string_view name = line.substr(0, colon);
  if (colon == std::string_view::npos || name.empty() ||
      !std::ranges::all_of(name, http::is_token_char)) {
    return refuse("has a header line that does not read `name: value`: " + excerpt(line) + ".");
  }
  return Header{.name = name, .value = http::trim_blanks(line.substr(colon + 1))};
}

// Forms escape three characters of a name (WHATWG HTML, "escape a multipart/form-data name"); a
// '%' is not one of them, so any other percent sign stands for itself.
std::string decode_form_escapes(std::string_view text) {
  struct Escape {
    std::string_view written;
    char meant;
  };
  static constexpr std::array escapes{Escape{"%22", '"'}, Escape{"%0D", '\r'}, Escape{"%0A", '\n'}};
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const auto* const escape = std::ranges::find_if(
        escapes, [&](const Escape& candidate) { return text.starts_with(candidate.written); });
    const bool is_escape = escape != escapes.end();
    out += is_escape ? escape->meant : text.front();
    text.remove_prefix(is_escape ? escape->written.size() : 1);
  }
  return out;
}

// A name that came as `key`, as `key*` (RFC 8187) or as both, where the second is the better one.
// Nothing if neither is there. The current standard for forms has no `key*`, but clients send it.
Result<std::optional<std::string>> decoded(const http::ParameterizedValue& disposition,
                                           const std::string& key) {
  const auto extended = disposition.find(key + "*");
  if (extended) {
    if (auto text = http::decode_extended(*extended)) return text;
  }
  if (const auto plain = disposition.find(key)) return decode_form_escapes(*plain);
  if (extended) {
    return refuse("has a " + key + "* that is not UTF-8 or ISO-8859-1 as RFC 8187 writes it: " +
                  excerpt(*extended) + ".");
  }
  return std::nullopt;
}

// RFC 7578 section 4.7 deprecates the header; the three identity encodings mean nothing.
Result<> check_transfer_encoding(std::string_view encoding) {
  for (const std::string_view identity : {"", "binary", "8bit", "7bit"}) {
    if (equals_ignoring_case(encoding, identity)) return {};
  }
  return refuse("has Content-Transfer-Encoding " + excerpt(encoding) +
                ", but only binary, 8bit and 7bit are supported: send the bytes as they are.");
}

}  // namespace

Result<> PartHeadReader::add(std::string_view line) {
  if (++header_count_ > header_count_max_) {
    return refuse("has more than " + std::to_string(header_count_max_) + " headers.");
  }
  TRY(const Header header, split_line(line));
  std::optional<std::string>* place = nullptr;
  if (equals_ignoring_case(header.name, "content-disposition")) place = &disposition_;
  if (equals_ignoring_case(header.name, "content-type")) place = &content_type_;
  if (equals_ignoring_case(header.name, "content-transfer-encoding")) place = &transfer_encoding_;
  if (place == nullptr) return {};
  if (place->has_value()) return refuse("has two " + std::string(header.name) + " headers.");
  *place = header.value;
  return {};
}

Result<PartHead> PartHeadReader::finish() const {
  const std::string expected = "; expected was Content-Disposition: form-data; name=\"...\".";
  if (!disposition_) return refuse("has no Content-Disposition header" + expected);
  const auto parsed = http::parse_parameterized(*disposition_, http::QuotedPairs::form_data);
  if (!parsed || parsed->value != "form-data") {
    return refuse("has the Content-Disposition " + excerpt(*disposition_) + expected);
  }
  TRY(auto name, decoded(*parsed, "name"));
  if (!name) return refuse("has no name in its Content-Disposition" + expected);
  TRY(auto filename, decoded(*parsed, "filename"));
  TRY_DO(check_transfer_encoding(transfer_encoding_.value_or("")));
  const bool is_file = filename.has_value();
  return PartHead{.name = *std::move(name),
                  .filename = std::move(filename),
                  .is_file = is_file,
                  .content_type = content_type_.value_or("")};
}

}  // namespace argot::multipart
