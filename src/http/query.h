// Percent-decoding of what stands in a target: query strings and path segments (RFC 3986).
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace argot::http {

struct QueryParameter {
  std::string name;
  std::string value;
};

// More parameters than this in one query are refused.
inline constexpr std::size_t query_parameters_max = 64;

// `a=b&c=d%20e+f` as [a: "b"], [c: "d e f"], in order, repetitions included. Nothing if a `%` is
// not followed by two hexadecimal digits or there are too many. The values may be any bytes.
std::optional<std::vector<QueryParameter>> decode_query(std::string_view query);

// The text of one path segment; `+` stands for itself. Nothing as above.
std::optional<std::string> decode_path_segment(std::string_view segment);

}  // namespace argot::http
