#include "http/conditional.h"

#include <optional>

#include "base/text.h"
#include "http/characters.h"
#include "http/dates.h"

namespace argot::http {

namespace {

// RFC 9110 section 8.8.3.2. Ours is strong, so a weak tag of the client's only matches weakly.
enum class Comparison { strong, weak };

struct EntityTag {
  std::string_view quoted;  // with its quotes
  bool is_weak = false;
};

// Takes one entity tag off the front; nothing, and `rest` as it was, if there is none.
std::optional<EntityTag> take_entity_tag(std::string_view& rest) {
  EntityTag tag;
  std::string_view text = rest;
  if (text.starts_with("W/")) {
    tag.is_weak = true;
    text.remove_prefix(2);
  }
  if (!text.starts_with('"')) return std::nullopt;
  const std::size_t end = text.find('"', 1);
  if (end == std::string_view::npos) return std::nullopt;
  tag.quoted = text.substr(0, end + 1);
  rest = text.substr(end + 1);
  return tag;
}

bool matches(const EntityTag& tag, std::string_view ours, Comparison comparison) {
  return tag.quoted == ours && (comparison == Comparison::weak || !tag.is_weak);
}

// `*`, or a list with our tag in it. What follows a malformed tag is not looked at.
bool list_matches(std::string_view list, std::string_view ours, Comparison comparison) {
  if (trim_blanks(list) == "*") return true;
  while (!list.empty()) {
    if (list.front() == ',' || is_blank(list.front())) {
      list.remove_prefix(1);
      continue;
    }
    const std::optional<EntityTag> tag = take_entity_tag(list);
    if (!tag) return false;
    const std::size_t next = list.find_first_not_of(" \t");
    if (next != std::string_view::npos && list[next] != ',') return false;
    if (matches(*tag, ours, comparison)) return true;
  }
  return false;
}

// A list may be spread over several headers of one name. Nothing if there is none.
std::optional<bool> any_matches(const Request& request, std::string_view name,
                                std::string_view ours, Comparison comparison) {
  std::optional<bool> found;
  for (const HeaderView& header : request.headers) {
    if (!equals_ignoring_case(header.name, name)) continue;
    found = found.value_or(false) || list_matches(header.value, ours, comparison);
  }
  return found;
}

std::optional<std::int64_t> date_of(const Request& request, std::string_view name,
                                    std::int64_t now) {
  const std::optional<std::string_view> value = request.header(name);
  return value ? parse_date(*value, now) : std::nullopt;
}

// Section 13.1.5. Content never changes under its id, which makes the date a strong validator: it
// has to be the very same.
bool if_range_agrees(const Request& request, const Representation& representation,
                     std::int64_t now) {
  const std::optional<std::string_view> value = request.header("If-Range");
  if (!value) return true;
  std::string_view rest = *value;
  if (const std::optional<EntityTag> tag = take_entity_tag(rest)) {
    return rest.empty() && matches(*tag, representation.etag, Comparison::strong);
  }
  return parse_date(*value, now) == representation.last_modified;
}

}  // namespace

ConditionResult evaluate_conditions(const Request& request, const Representation& representation,
                                    std::int64_t now) {
  constexpr ConditionResult failed{.outcome = Outcome::precondition_failed, .range_applies = false};
  constexpr ConditionResult unmodified{.outcome = Outcome::not_modified, .range_applies = false};
  const bool is_read = request.method == Method::get || request.method == Method::head;

  if (const auto match =
          any_matches(request, "If-Match", representation.etag, Comparison::strong)) {
    if (!*match) return failed;
  } else if (const auto date = date_of(request, "If-Unmodified-Since", now)) {
    if (representation.last_modified > *date) return failed;
  }

  if (const auto match =
          any_matches(request, "If-None-Match", representation.etag, Comparison::weak)) {
    if (*match) return is_read ? unmodified : failed;
  } else if (const auto date = date_of(request, "If-Modified-Since", now); date && is_read) {
    if (representation.last_modified <= *date) return unmodified;
  }

  const bool range_applies = request.method == Method::get && request.header("Range").has_value() &&
                             if_range_agrees(request, representation, now);
  return {.outcome = Outcome::proceed, .range_applies = range_applies};
}

}  // namespace argot::http
