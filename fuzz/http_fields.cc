// Field values and queries from strangers: bounds hold, what is written can be read back.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/assert.h"
#include "base/text.h"
#include "http/characters.h"
#include "http/conditional.h"
#include "http/content_disposition.h"
#include "http/dates.h"
#include "http/parameters.h"
#include "http/percent.h"
#include "http/query.h"
#include "http/range.h"
#include "http/request_target.h"

namespace {

namespace http = argot::http;

constexpr std::int64_t now = 1767225600;

void fuzz_range(std::string_view text) {
  for (const std::uint64_t size : {0ULL, 1ULL, 10ULL, 1ULL << 63U, ~0ULL}) {
    const auto range = http::parse_range(text, size);
    if (!range || !*range) continue;
    ASSERT((*range)->length > 0 && (*range)->offset < size);
    ASSERT((*range)->length <= size - (*range)->offset);
  }
}

void fuzz_date(std::string_view text) {
  const auto seconds = http::parse_date(text, now);
  if (!seconds || *seconds < -62135596800 || *seconds > 253402300799) return;
  ASSERT(http::parse_date(http::format_date(*seconds), now) == *seconds);
}

void fuzz_conditions(std::string_view text) {
  const http::Representation representation{.etag = "\"abc\"", .last_modified = 784111777};
  for (const std::string_view name :
       {"If-Match", "If-None-Match", "If-Modified-Since", "If-Unmodified-Since", "If-Range"}) {
    http::Request request;
    request.method = http::Method::get;
    request.headers = {{.name = "Range", .value = "bytes=0-1"}, {.name = name, .value = text}};
    const auto result = http::evaluate_conditions(request, representation, now);
    ASSERT(!result.range_applies || result.outcome == http::Outcome::proceed);
    // A tag that is not there cannot match.
    if (text.find("\"abc\"") != std::string_view::npos ||
        text.find('*') != std::string_view::npos) {
      continue;
    }
    if (name == "If-Match") ASSERT(result.outcome == http::Outcome::precondition_failed);
    if (name == "If-None-Match") ASSERT(result.outcome == http::Outcome::proceed);
  }
}

void fuzz_parameters(std::string_view text) {
  for (const auto quoted : {http::QuotedPairs::standard, http::QuotedPairs::form_data}) {
    const auto parsed = http::parse_parameterized(text, quoted);
    if (!parsed) continue;
    ASSERT(!parsed->value.empty() && parsed->parameters.size() <= http::parameters_max);
    for (const auto& [name, value] : parsed->parameters) {
      ASSERT(std::ranges::all_of(name, http::is_token_char) && argot::to_lower(name) == name);
      ASSERT(std::ranges::all_of(value, http::is_field_char));
      ASSERT(parsed->find(name) == value);
    }
  }
  if (const auto decoded = http::decode_extended(text)) ASSERT(argot::is_utf8(*decoded));
}

void fuzz_disposition(std::string_view text) {
  const std::string header = http::attachment_disposition(text);
  ASSERT(std::ranges::all_of(header, [](char c) { return http::is_visible(c) || c == ' '; }));
  const auto parsed = http::parse_parameterized(header, http::QuotedPairs::form_data);
  ASSERT(parsed && parsed->value == "attachment" && parsed->find("filename"));
  const auto extended = parsed->find("filename*");
  const auto name =
      extended ? http::decode_extended(*extended) : std::string(*parsed->find("filename"));
  ASSERT(name && !name->empty() && name->find_first_of("/\\\r\n") == std::string::npos);
  // A name that went through once goes through unchanged.
  ASSERT(http::attachment_disposition(*name) == header);
}

void fuzz_query(std::string_view text) {
  if (const auto parameters = http::decode_query(text)) {
    ASSERT(parameters->size() <= http::query_parameters_max);
  }
  ASSERT(http::decode_percent(http::encode_percent(text)) == text);
  if (const auto target = http::split_target(text)) ASSERT(target->path.starts_with('/'));
  if (http::is_host(text)) ASSERT(std::ranges::all_of(text, http::is_visible));
}

}  // namespace

// The first byte picks what reads the rest.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0] % 6) {
    case 0:
      fuzz_range(text);
      break;
    case 1:
      fuzz_date(text);
      break;
    case 2:
      fuzz_conditions(text);
      break;
    case 3:
      fuzz_parameters(text);
      break;
    case 4:
      fuzz_disposition(text);
      break;
    default:
      fuzz_query(text);
      break;
  }
  return 0;
}
