// What simdjson makes of a text, to hold our own readers against. Tests and fuzzing only; nothing
// in the product includes this.
#pragma once

#include <simdjson.h>

#include <cstddef>
#include <string_view>

#include "json/value.h"

namespace argot::json {

// Whether two readers saw the same tree.
inline bool is_same(const Value& ours, const simdjson::dom::element& theirs) {
  using simdjson::dom::element_type;
  switch (theirs.type()) {
    case element_type::ARRAY: {
      std::size_t place = 0;
      for (const simdjson::dom::element item : simdjson::dom::array(theirs)) {
        if (place >= ours.items().size() || !is_same(ours.items()[place], item)) return false;
        ++place;
      }
      return ours.kind() == Kind::array && place == ours.items().size();
    }
    case element_type::OBJECT: {
      std::size_t place = 0;
      for (const auto [key, value] : simdjson::dom::object(theirs)) {
        if (place >= ours.members().size()) return false;
        const Member& member = ours.members()[place];
        if (member.key != key || !is_same(member.value, value)) return false;
        ++place;
      }
      return ours.kind() == Kind::object && place == ours.members().size();
    }
    case element_type::INT64:
      return ours.signed_integer() == std::int64_t(theirs);
    case element_type::UINT64:
      return ours.unsigned_integer() == std::uint64_t(theirs);
    case element_type::DOUBLE:
      return !ours.signed_integer() && ours.number() == double(theirs);
    case element_type::STRING:
      return ours.string() != nullptr && *ours.string() == std::string_view(theirs);
    case element_type::BOOL:
      return ours.boolean() == bool(theirs);
    case element_type::NULL_VALUE:
      return ours.is_null();
  }
  return false;
}

struct TwinVerdict {
  bool is_json = false;
  bool is_object = false;
  bool is_same = false;  // as the value given, if one was
};

inline TwinVerdict ask_simdjson(std::string_view text, const Value* ours) {
  simdjson::dom::parser parser;
  simdjson::dom::element root;
  if (parser.parse(text.data(), text.size()).get(root) != simdjson::SUCCESS) return {};
  return {.is_json = true,
          .is_object = root.is_object(),
          .is_same = ours != nullptr && is_same(*ours, root)};
}

}  // namespace argot::json
