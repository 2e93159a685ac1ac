#include "http/query.h"

#include <algorithm>

#include "http/percent.h"

namespace argot::http {

namespace {

// `+` is a space in queries, as forms write them.
std::optional<std::string> decode_form(std::string_view text) {
  std::string spaced(text);
  std::ranges::replace(spaced, '+', ' ');
  return decode_percent(spaced);
}

}  // namespace

std::optional<std::vector<QueryParameter>> decode_query(std::string_view query) {
  std::vector<QueryParameter> parameters;
  while (!query.empty()) {
    const std::string_view pair = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(pair.size() + 1, query.size()));
    if (pair.empty()) continue;
    if (parameters.size() == query_parameters_max) return std::nullopt;
    const std::size_t equals = std::min(pair.find('='), pair.size());
    std::optional<std::string> name = decode_form(pair.substr(0, equals));
    std::optional<std::string> value = decode_form(pair.substr(std::min(equals + 1, pair.size())));
    if (!name || !value) return std::nullopt;
    parameters.push_back({.name = *std::move(name), .value = *std::move(value)});
  }
  return parameters;
}

std::optional<std::string> decode_path_segment(std::string_view segment) {
  return decode_percent(segment);
}

}  // namespace argot::http
