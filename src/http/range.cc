#include "http/range.h"

#include <algorithm>
#include <limits>

#include "base/text.h"
#include "http/characters.h"

namespace argot::http {

namespace {

// A run of digits; what does not fit in 64 bits is beyond the end of any content.
std::optional<std::uint64_t> read_position(std::string_view digits) {
  if (digits.empty() || !std::ranges::all_of(digits, is_digit)) return std::nullopt;
  return parse_decimal(digits).value_or(std::numeric_limits<std::uint64_t>::max());
}

std::unexpected<Error> unsatisfiable(std::uint64_t size) {
  return fail(ErrorCode::range_not_satisfiable, std::to_string(size));
}

// "-500": the last 500 bytes. All of them are asked for where there are fewer; of none at all there
// is no part to send, so that is answered with the whole.
Result<std::optional<ByteRange>> suffix_range(std::uint64_t length, std::uint64_t size) {
  if (length == 0) return unsatisfiable(size);
  if (size == 0) return std::nullopt;
  const std::uint64_t given = std::min(length, size);
  return ByteRange{.offset = size - given, .length = given};
}

}  // namespace

Result<std::optional<ByteRange>> parse_range(std::string_view value, std::uint64_t size) {
  constexpr std::string_view unit = "bytes=";
  if (!equals_ignoring_case(value.substr(0, unit.size()), unit)) return std::nullopt;
  const std::string_view spec = value.substr(unit.size());
  const std::size_t dash = spec.find('-');
  if (dash == std::string_view::npos) return std::nullopt;

  // Several ranges fail here as well: a comma is no digit.
  const std::optional<std::uint64_t> first = read_position(spec.substr(0, dash));
  const std::optional<std::uint64_t> last = read_position(spec.substr(dash + 1));
  if (dash == 0) return last ? suffix_range(*last, size) : std::nullopt;
  const bool is_open = dash + 1 == spec.size();
  if (!first || (!last && !is_open)) return std::nullopt;
  if (last && *last < *first) return std::nullopt;
  if (*first >= size) return unsatisfiable(size);
  const std::uint64_t end = last && *last < size ? *last + 1 : size;
  return ByteRange{.offset = *first, .length = end - *first};
}

std::string content_range(const ByteRange& range, std::uint64_t size) {
  return "bytes " + std::to_string(range.offset) + "-" +
         std::to_string(range.offset + range.length - 1) + "/" + std::to_string(size);
}

std::string unsatisfied_content_range(std::uint64_t size) {
  return "bytes */" + std::to_string(size);
}

}  // namespace argot::http
