#include "jsonl/checks.h"

#include <algorithm>

#include "base/quoting.h"

namespace argot::jsonl {
namespace {

constexpr std::size_t function_name_bytes_max = 64;

bool is_function_name(std::string_view name) {
  const auto is_allowed = [](char byte) {
    return (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z') ||
           (byte >= '0' && byte <= '9') || byte == '_' || byte == '-';
  };
  return !name.empty() && name.size() <= function_name_bytes_max &&
         std::ranges::all_of(name, is_allowed);
}

}  // namespace

std::string listed(std::span<const std::string_view> values) {
  std::string list;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (i > 0) list += values.size() > 2 ? ", " : " ";
    if (i > 0 && i + 1 == values.size()) list += "and ";
    list += "'" + std::string(values[i]) + "'";
  }
  return list;
}

void Checks::object(const json::Item& item) {
  if (walk_.expect(item, json::Kind::object)) walk_.any(item);
}

void Checks::boolean_or_null(const json::Item& item) {
  if (item.kind() == json::Kind::null) return walk_.any(item);
  boolean(item);
}

void Checks::one_of(const json::Item& item, std::span<const std::string_view> values) {
  if (!walk_.expect(item, json::Kind::string)) return;
  if (std::ranges::find(values, walk_.text(item)) == values.end()) unsupported(item, values);
}

void Checks::unsupported(const json::Item& item, std::span<const std::string_view> values) {
  walk_.error("invalid_value", item.token(), [&] {
    const std::string_view value =
        item.kind() == json::Kind::string ? walk_.text(item) : item.token();
    return "Invalid value: " + python_repr(shortened(value)) +
           ". Supported values are: " + listed(values) + ".";
  });
}

void Checks::function_name(const json::Item& item) {
  if (!walk_.expect(item, json::Kind::string)) return;
  const std::string_view name = walk_.text(item);
  if (is_function_name(name)) return;
  walk_.error("invalid_value", item.token(), [&] {
    return "Invalid value for " + python_repr(walk_.name()) +
           ": expected 1 to 64 letters, digits, underscores or hyphens, but got " +
           python_repr(shortened(name)) + ".";
  });
}

void Checks::missing(const json::Item& object, std::string_view key) {
  walk_.error("missing_required_parameter", object.token(),
              [&] { return "Missing required parameter: " + python_repr(walk_.name(key)) + "."; });
}

}  // namespace argot::jsonl
