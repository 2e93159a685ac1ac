#include "jsonl/conversation.h"

#include <algorithm>
#include <array>
#include <string>

#include "base/quoting.h"

namespace argot::jsonl {
namespace {

using json::Item;
using json::Kind;

constexpr std::size_t functions_max = 128;

constexpr auto function_type = std::to_array<std::string_view>({"function"});
constexpr auto details = std::to_array<std::string_view>({"auto", "low", "high"});
constexpr auto text_only = std::to_array<std::string_view>({"text"});
constexpr auto text_or_image = std::to_array<std::string_view>({"text", "image_url"});
constexpr auto text_or_refusal = std::to_array<std::string_view>({"text", "refusal"});

constexpr std::uint8_t bit(Role role) {
  return static_cast<std::uint8_t>(1U << static_cast<unsigned>(role));
}
constexpr std::uint8_t every_role = 0xFF;

}  // namespace

void Conversation::messages(const Item& item, const MessageRules& rules) {
  if (!walk().expect(item, Kind::array)) return;
  may_have_images_ = rules.may_have_images;
  std::size_t count = 0;
  bool has_assistant = false;
  std::optional<Role> last;
  walk().items(item, [&](std::size_t index, const Item& value) {
    message(index, value, rules);
    count = index + 1;
    last = message_.role;
    has_assistant |= last == Role::assistant;
  });
  if (count == 0) {
    walk().error("missing_messages_list", item.token(), [&] {
      return "Expected at least one message in " + python_repr(walk().name()) + ", but got none.";
    });
    return;
  }
  if (rules.is_one && count != 1) {
    walk().error("invalid_value", item.token(), [&] {
      return "Invalid value for " + python_repr(walk().name()) +
             ": expected exactly one message, but got " + std::to_string(count) + ".";
    });
  }
  if (rules.needs_assistant && !has_assistant) {
    walk().error("example_missing_assistant_message", item.token(), [] {
      return "Expected at least one message with the role 'assistant', but got none.";
    });
  }
  if (rules.ends_with_user && last != Role::user) {
    walk().error("invalid_value", item.token(), [&] {
      return "Invalid value for " + python_repr(walk().name()) +
             ": expected the last message to have the role 'user'.";
    });
  }
}

void Conversation::message(std::size_t index, const Item& item, const MessageRules& rules) {
  begin_message(index);
  if (!walk().expect(item, Kind::object)) return;
  walk().members_led(
      item, "role", [&](const Item* role) { lead_role(role, item.token(), rules); },
      [&](const json::Key& key, std::string_view written, const Item& value) {
        member(key, written, value);
      });
  if (!walk().is_broken()) finish_message(item.token());
}

// Member by member: a whole value is made elsewhere and copied here, which stalls the processor.
void Conversation::begin_message(std::size_t index) {
  message_.role.reset();
  message_.index = index;
  message_.content = Content::absent;
  message_.has_call = false;
  message_.has_call_id = false;
  message_.has_name = false;
}

void Conversation::lead_role(const Item* role, std::string_view token, const MessageRules& rules) {
  if (role == nullptr) {
    walk().error("message_missing_key", token, [&] {
      return "Invalid file format. Example " + std::to_string(walk().place().record) +
             ", message " + std::to_string(message_.index + 1) +
             " Discriminator 'role' is missing in value";
    });
    return;
  }
  if (role->kind() != Kind::string || !role->is_well_formed()) return;
  const std::string_view text = walk().text(*role);
  message_.role = parse_role(text);
  const bool is_any = rules.roles.size() == role_count;
  if (!is_any && std::ranges::find(rules.roles, text) == rules.roles.end()) message_.role.reset();
  if (message_.role) {
    ++counts_.roles.at(static_cast<std::size_t>(*message_.role));
    return;
  }
  walk().error("unrecognized_role", role->token(), "/role", [&] {
    const std::string expected = rules.roles.size() == 1 ? "the role " : "one of the roles ";
    return "Expected " + expected + listed(rules.roles) + ", but got " +
           python_repr(shortened(text)) + ".";
  });
}

const Conversation::KnownKey* Conversation::find_key(const json::Key& key) const {
  static constexpr auto keys = std::to_array<KnownKey>({
      {"role", every_role, &Conversation::string},
      {"content", every_role, &Conversation::content},
      {"name", every_role, &Conversation::message_name},
      {"weight", bit(Role::assistant), &Conversation::weight},
      {"tool_calls", bit(Role::assistant), &Conversation::tool_calls},
      {"function_call", bit(Role::assistant), &Conversation::function_call},
      {"refusal", bit(Role::assistant), &Conversation::refusal},
      {"tool_call_id", bit(Role::tool), &Conversation::tool_call_id},
  });
  const auto* const known = std::ranges::find(keys, key, &KnownKey::key);
  if (known == keys.end()) return nullptr;
  const bool is_allowed = !message_.role || (known->roles & bit(*message_.role)) != 0;
  return is_allowed ? known : nullptr;
}

void Conversation::member(const json::Key& key, std::string_view written, const Item& value) {
  if (const KnownKey* const known = find_key(key)) return (this->*known->check)(value);
  walk().error("message_unrecognized_key", written, [&] {
    const std::string of =
        message_.role ? " with the role '" + std::string(text_of(*message_.role)) + "'" : "";
    return "A message" + of + " has no key " + python_repr(shortened(key.text())) + ".";
  });
  any(value);
}

void Conversation::message_name(const Item& item) {
  message_.has_name = true;
  free_string(item);
}

void Conversation::tool_call_id(const Item& item) {
  message_.has_call_id = true;
  free_string(item);
}

void Conversation::finish_message(std::string_view token) {
  const auto missing_key = [&](std::string_view key) {
    walk().error("message_missing_key", token, [&] {
      return "Missing required parameter: " + python_repr(walk().name(key)) + ".";
    });
  };
  if (message_.role == Role::tool && !message_.has_call_id) missing_key("tool_call_id");
  if (message_.role == Role::function && !message_.has_name) missing_key("name");
  // What a tool returns may be empty, and what a function returns nothing at all.
  const bool is_result = message_.role == Role::tool || message_.role == Role::function;
  const bool is_enough = message_.content == Content::given || message_.has_call ||
                         (is_result && message_.content == Content::empty) ||
                         (message_.role == Role::function && message_.content == Content::null);
  if (is_enough) return;
  const bool is_absent = message_.content == Content::absent;
  const std::string_view part = is_absent ? token : message_.content_token;
  walk().error("missing_content", part, is_absent ? "" : "/content", [&] {
    const bool is_null = message_.content == Content::null;
    return "Expected " + python_repr(walk().name("content")) + " to hold something, but " +
           (is_absent ? "it is missing."
            : is_null ? "got null."
                      : "it is empty.");
  });
}

void Conversation::content(const Item& item) {
  message_.content_token = item.token();
  message_.content = Content::given;
  if (item.kind() == Kind::null) {
    message_.content = Content::null;
    any(item);
  } else if (item.kind() == Kind::array && message_.role != Role::function) {
    parts(item);
  } else if (walk().expect(item, Kind::string)) {
    if (item.between_quotes().empty()) {
      message_.content = Content::empty;
    } else {
      walk().leave_gap(item, Gap::Kind::filled_string);
    }
  }
}

void Conversation::parts(const Item& item) {
  std::size_t count = 0;
  bool has_refusal = false;
  walk().items(item, [&](std::size_t index, const Item& value) {
    part(value);
    has_refusal |= part_type_ == "refusal";
    count = index + 1;
  });
  if (count == 0) message_.content = Content::empty;
  if (has_refusal && count > 1) {
    walk().error("invalid_value", item.token(), [&] {
      return "Invalid value for " + python_repr(walk().name()) +
             ": expected text, or exactly one refusal, but got " + std::to_string(count) +
             " parts.";
    });
  }
}

std::span<const std::string_view> Conversation::part_types() const {
  if (message_.role == Role::assistant) return text_or_refusal;
  if (message_.role == Role::user && may_have_images_) return text_or_image;
  return text_only;
}

void Conversation::part(const Item& item) {
  part_type_ = {};
  if (!walk().expect(item, Kind::object)) return;
  bool has_content = false;
  bool has_type = false;
  const auto lead = [&](const Item* type) {
    has_type = type != nullptr;
    if (!has_type || type->kind() != Kind::string || !type->is_well_formed()) return;
    const auto types = part_types();
    const auto known = std::ranges::find(types, walk().text(*type));
    if (known != types.end()) {
      part_type_ = *known;
    } else if (message_.role) {
      walk().error("invalid_value", type->token(), "/type", [&] {
        return "Invalid value: " + python_repr(shortened(walk().text(*type))) +
               ". Supported values are: " + listed(types) + ".";
      });
    }
  };
  walk().members_led(item, "type", lead,
                     [&](const json::Key& key, std::string_view, const Item& value) {
                       if (key == "type") return string(value);
                       if (part_type_.empty() || key.text() != part_type_) return any(value);
                       has_content = true;
                       if (part_type_ == "image_url") return image(value);
                       free_string(value);
                     });
  if (walk().is_broken()) return;
  if (!has_type) missing(item, "type");
  if (!part_type_.empty() && !has_content) missing(item, part_type_);
}

void Conversation::image(const Item& item) {
  static constexpr auto members = std::to_array<Member<Conversation>>(
      {{"url", &Conversation::free_string, true}, {"detail", &Conversation::detail}});
  open_object(*this, item, members);
}

void Conversation::detail(const Item& item) { one_of(item, details); }

void Conversation::weight(const Item& item) {
  if (!walk().expect(item, Kind::number)) return;
  if (item.token() == "0" || item.token() == "1") return;
  walk().error("invalid_value", item.token(), [&] {
    return "Invalid value: " + shortened(item.token()) + ". Supported values are: 0 and 1.";
  });
}

void Conversation::refusal(const Item& item) {
  if (item.kind() == Kind::null) return any(item);
  message_.has_call = true;
  free_string(item);
}

void Conversation::function_call(const Item& item) {
  if (item.kind() == Kind::null) return any(item);
  message_.has_call = true;
  call(item);
}

void Conversation::tool_calls(const Item& item) {
  // Whoever wrote something else meant a call.
  if (item.kind() != Kind::array) message_.has_call = true;
  if (!walk().expect(item, Kind::array)) return;
  walk().items(item, [&](std::size_t, const Item& value) {
    message_.has_call = true;
    tool_call(value);
  });
}

void Conversation::tool_call(const Item& item) {
  static constexpr auto members =
      std::to_array<Member<Conversation>>({{"id", &Conversation::free_string, true},
                                           {"type", &Conversation::type, true},
                                           {"function", &Conversation::call, true}});
  ++counts_.tool_calls;
  open_object(*this, item, members);
}

void Conversation::call(const Item& item) {
  static constexpr auto members =
      std::to_array<Member<Conversation>>({{"name", &Conversation::free_string, true},
                                           {"arguments", &Conversation::free_string, true}});
  open_object(*this, item, members);
}

void Conversation::type(const Item& item) { one_of(item, function_type); }

void Conversation::tools(const Item& item) {
  if (!walk().expect(item, Kind::array)) return;
  walk().items(item, [&](std::size_t, const Item& value) { tool(value); });
}

void Conversation::tool(const Item& item) {
  static constexpr auto members = std::to_array<Member<Conversation>>(
      {{"type", &Conversation::type, true}, {"function", &Conversation::function, true}});
  ++counts_.tools;
  open_object(*this, item, members);
}

void Conversation::functions(const Item& item) {
  if (!walk().expect(item, Kind::array)) return;
  std::size_t count = 0;
  walk().items(item, [&](std::size_t, const Item& value) {
    ++counts_.tools;
    ++count;
    function(value);
  });
  if (count >= 1 && count <= functions_max) return;
  walk().error("invalid_value", item.token(), [&] {
    return "Invalid value for " + python_repr(walk().name()) + ": expected 1 to " +
           std::to_string(functions_max) + " functions, but got " + std::to_string(count) + ".";
  });
}

void Conversation::function(const Item& item) {
  static constexpr auto members =
      std::to_array<Member<Conversation>>({{"name", &Conversation::function_name, true},
                                           {"description", &Conversation::free_string},
                                           {"parameters", &Conversation::object},
                                           {"strict", &Conversation::boolean_or_null}});
  open_object(*this, item, members);
}

}  // namespace argot::jsonl
