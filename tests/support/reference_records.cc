#include "tests/support/reference_records.h"

#include <algorithm>
#include <functional>
#include <set>
#include <utility>

namespace argot::testing {
namespace {

using Kind = ReferenceKind;
using Names = std::set<std::string>;

// A value and the JSON pointer (RFC 6901) that leads to it.
struct Spot {
  const ReferenceValue& value;
  std::string pointer;
};

using Check = std::function<void(const Spot&)>;

// A member that an object may have.
struct Field {
  std::string key;
  Check check;
  bool is_required = false;
};

const Names batch_endpoints = {
    "/v1/responses",   "/v1/chat/completions",   "/v1/embeddings",   "/v1/completions",
    "/v1/moderations", "/v1/images/generations", "/v1/images/edits", "/v1/videos"};
const Names chat_roles = {"system", "developer", "user", "assistant", "tool", "function"};

std::string below(const std::string& pointer, const std::string& key) {
  std::string out = pointer + "/";
  for (const char byte : key) {
    if (byte == '~') {
      out += "~0";
    } else if (byte == '/') {
      out += "~1";
    } else {
      out += byte;
    }
  }
  return out;
}

Spot spot_of(const Spot& outer, const ReferenceMember& member) {
  return {.value = member.value, .pointer = below(outer.pointer, member.key)};
}

bool has_item(const std::vector<std::string>& items, std::string_view item) {
  return std::ranges::find(items, item) != items.end();
}

// The first member of that key; a null pointer if there is none.
const ReferenceMember* find(const ReferenceValue& object, std::string_view key) {
  const auto found = std::ranges::find(object.members, key, &ReferenceMember::key);
  return found == object.members.end() ? nullptr : &*found;
}

bool is_first(const ReferenceValue& object, const ReferenceMember& member) {
  return find(object, member.key) == &member;
}

std::string string_of(const ReferenceValue& object, std::string_view key) {
  const ReferenceMember* const member = find(object, key);
  return member != nullptr && member->value.kind == Kind::string ? member->value.text : "";
}

class Rules {
 public:
  explicit Rules(RecordFindings& out) : out_(out) {}

  // Holds in every record: each key once.
  void keys_once(const Spot& spot) {
    for (const ReferenceMember& member : spot.value.members) {
      const Spot inner = spot_of(spot, member);
      if (spot.value.kind == Kind::object && !is_first(spot.value, member)) {
        note("duplicate_key", inner.pointer, member.key_offset);
      }
      keys_once(inner);
    }
  }

  void chat(const Spot& record) {
    const Check messages = [&](const Spot& spot) {
      this->messages(spot, {.roles = chat_roles, .needs_assistant = true});
    };
    example(record, {{"messages", messages, true},
                     {"tools", tools()},
                     {"parallel_tool_calls", a(Kind::boolean)},
                     {"functions", functions()}});
  }

  void completions(const Spot& record) {
    example(record, {{"prompt", a(Kind::string), true}, {"completion", a(Kind::string), true}});
  }

  void preference(const Spot& record) {
    const Check messages = [&](const Spot& spot) {
      this->messages(spot, {.roles = chat_roles, .may_have_images = false});
    };
    const Check output = [&](const Spot& spot) {
      this->messages(spot, {.roles = {"assistant"}, .may_have_images = false, .is_one = true});
    };
    const Check input = [&, messages](const Spot& spot) {
      object(spot, {{"messages", messages, true},
                    {"tools", tools()},
                    {"parallel_tool_calls", a(Kind::boolean)}});
    };
    example(record, {{"input", input, true},
                     {"preferred_output", output, true},
                     {"non_preferred_output", output, true}});
  }

  void reinforcement(const Spot& record) {
    const Check messages = [&](const Spot& spot) {
      this->messages(spot,
                     {.roles = {"developer", "user", "assistant", "tool"}, .ends_with_user = true});
    };
    if (find(record.value, "messages") == nullptr) note("missing_messages_list", record);
    object(record, {{"messages", messages}, {"tools", tools()}});
  }

  void evals(const Spot& record) {
    object(record, {{"item", a(Kind::object), true}, {"sample", a(Kind::object)}});
  }

  void batch(const Spot& record) {
    const Check body = [&](const Spot& spot) {
      object(spot, {{"model", keep(out_.model), true}, {"stream", [&](const Spot& stream) {
                                                          if (stream.value.text == "true" &&
                                                              stream.value.kind == Kind::boolean) {
                                                            note("streaming_unsupported", stream);
                                                          }
                                                        }}});
    };
    object(record, {{"custom_id", keep(out_.custom_id), true},
                    {"method", one_of({"POST"}), true},
                    {"url", keep(out_.url), true},
                    {"body", body, true}});
    if (out_.url && !batch_endpoints.contains(out_.url->text)) {
      note("invalid_url", "/url", out_.url->offset);
      out_.url.reset();
    }
    const ReferenceMember* const request = find(record.value, "body");
    if (!out_.url || out_.url->text != "/v1/chat/completions" || request == nullptr) return;
    if (request->value.kind != Kind::object || find(request->value, "messages") != nullptr) return;
    note("missing_required_parameter", "/body", request->value.offset);
  }

 private:
  struct MessageRules {
    Names roles;
    bool may_have_images = true;
    bool needs_assistant = false;
    bool ends_with_user = false;
    bool is_one = false;
  };

  void note(std::string code, std::string pointer, std::size_t offset) {
    out_.problems.push_back(
        {.code = std::move(code), .pointer = std::move(pointer), .offset = offset});
  }
  void note(std::string code, const Spot& spot) {
    note(std::move(code), spot.pointer, spot.value.offset);
  }

  bool is(const Spot& spot, Kind kind) {
    if (spot.value.kind == kind) return true;
    note("invalid_type", spot);
    return false;
  }

  Check a(Kind kind) {
    return [this, kind](const Spot& spot) { is(spot, kind); };
  }
  Check one_of(Names names) {
    return [this, names](const Spot& spot) {
      if (is(spot, Kind::string) && !names.contains(spot.value.text)) note("invalid_value", spot);
    };
  }
  Check keep(std::optional<RecordText>& text) {
    return [this, &text](const Spot& spot) {
      if (!is(spot, Kind::string)) return;
      text = RecordText{.text = spot.value.text, .offset = spot.value.offset};
    };
  }
  Check each(Check check) {
    return [this, check](const Spot& spot) {
      if (!is(spot, Kind::array)) return;
      for (const ReferenceMember& item : spot.value.members) check(spot_of(spot, item));
    };
  }
  Check shaped(std::vector<Field> fields) {
    return [this, fields](const Spot& spot) { object(spot, fields); };
  }

  // An object that may have other members as well.
  void object(const Spot& spot, const std::vector<Field>& fields) {
    if (!is(spot, Kind::object)) return;
    for (const Field& field : fields) {
      if (const ReferenceMember* const member = find(spot.value, field.key)) {
        field.check(spot_of(spot, *member));
      } else if (field.is_required) {
        note("missing_required_parameter", spot);
      }
    }
  }

  // A record that may have no other members, with the codes of the fine-tuning job.
  void example(const Spot& record, const std::vector<Field>& fields) {
    for (const ReferenceMember& member : record.value.members) {
      const bool is_known = std::ranges::find(fields, member.key, &Field::key) != fields.end();
      if (is_known || !is_first(record.value, member)) continue;
      note("invalid_file_format", below("", member.key), member.key_offset);
    }
    for (const Field& field : fields) {
      if (const ReferenceMember* const member = find(record.value, field.key)) {
        field.check(spot_of(record, *member));
      } else if (field.is_required) {
        note(field.key == "messages" ? "missing_messages_list" : "invalid_file_format", record);
      }
    }
  }

  void messages(const Spot& spot, const MessageRules& rules) {
    if (!is(spot, Kind::array)) return;
    const std::vector<ReferenceMember>& items = spot.value.members;
    if (items.empty()) return note("missing_messages_list", spot);
    std::vector<std::string> roles;
    for (const ReferenceMember& item : items) {
      const Spot message = spot_of(spot, item);
      roles.push_back(is(message, Kind::object) ? role_of(message, rules) : "");
      if (item.value.kind == Kind::object) this->message(message, roles.back(), rules);
    }
    if (rules.is_one && items.size() > 1) note("invalid_value", spot);
    if (rules.needs_assistant && !has_item(roles, "assistant")) {
      note("example_missing_assistant_message", spot);
    }
    if (rules.ends_with_user && roles.back() != "user") note("invalid_value", spot);
  }

  // Empty where there is no role that the message may have.
  std::string role_of(const Spot& message, const MessageRules& rules) {
    const ReferenceMember* const role = find(message.value, "role");
    if (role == nullptr) {
      note("message_missing_key", message);
      return "";
    }
    if (!is(spot_of(message, *role), Kind::string)) return "";
    if (!rules.roles.contains(role->value.text)) {
      note("unrecognized_role", spot_of(message, *role));
      return "";
    }
    ++out_.roles[role->value.text];
    return role->value.text;
  }

  void message(const Spot& message, const std::string& role, const MessageRules& rules) {
    message_keys(message, role);
    const ReferenceValue& value = message.value;
    if (role == "tool" && find(value, "tool_call_id") == nullptr) {
      note("message_missing_key", message);
    }
    if (role == "function" && find(value, "name") == nullptr) note("message_missing_key", message);
    if (const ReferenceMember* const content = find(value, "content")) {
      this->content(spot_of(message, *content), role, rules);
      if (!has_enough(value, *content, role)) note("missing_content", spot_of(message, *content));
    } else if (!needs_no_content(value, role)) {
      note("missing_content", message);
    }
  }

  void message_keys(const Spot& message, const std::string& role) {
    static const Names everybody = {"role", "content", "name"};
    static const Names assistant = {"weight", "tool_calls", "function_call", "refusal"};
    for (const ReferenceMember& member : message.value.members) {
      if (!is_first(message.value, member)) continue;
      const bool is_nobody = role.empty();
      const bool is_known =
          everybody.contains(member.key) ||
          (assistant.contains(member.key) && (is_nobody || role == "assistant")) ||
          (member.key == "tool_call_id" && (is_nobody || role == "tool"));
      if (!is_known) {
        note("message_unrecognized_key", below(message.pointer, member.key), member.key_offset);
        continue;
      }
      const Spot spot = spot_of(message, member);
      const bool is_null = member.value.kind == Kind::null;
      if (member.key == "name" || member.key == "tool_call_id") is(spot, Kind::string);
      if (member.key == "weight") weight(spot);
      if (member.key == "tool_calls") tool_calls(spot);
      if (member.key == "function_call" && !is_null) call(spot);
      if (member.key == "refusal" && !is_null) is(spot, Kind::string);
    }
  }

  // Whether a message is complete without content: it calls something, or refuses.
  bool needs_no_content(const ReferenceValue& message, const std::string& role) const {
    if (!role.empty() && role != "assistant") return false;
    const auto has = [&](std::string_view key) {
      const ReferenceMember* const member = find(message, key);
      return member != nullptr && member->value.kind != Kind::null;
    };
    const ReferenceMember* const calls = find(message, "tool_calls");
    const bool calls_nothing =
        calls != nullptr && calls->value.kind == Kind::array && calls->value.members.empty();
    return (calls != nullptr && !calls_nothing) || has("function_call") || has("refusal");
  }

  bool has_enough(const ReferenceValue& message, const ReferenceMember& content,
                  const std::string& role) const {
    if (needs_no_content(message, role)) return true;
    if (content.value.kind == Kind::null) return role == "function";
    const bool is_empty =
        (content.value.kind == Kind::string && content.value.text.empty()) ||
        (content.value.kind == Kind::array && content.value.members.empty() && role != "function");
    // What was called may return nothing.
    return !is_empty || role == "tool" || role == "function";
  }

  void content(const Spot& spot, const std::string& role, const MessageRules& rules) {
    if (spot.value.kind == Kind::null || spot.value.kind == Kind::string) return;
    if (spot.value.kind != Kind::array || role == "function") return note("invalid_type", spot);
    Names types = {"text"};
    if (role == "assistant") types.insert("refusal");
    if (role == "user" && rules.may_have_images) types.insert("image_url");
    bool has_refusal = false;
    for (const ReferenceMember& item : spot.value.members) {
      part(spot_of(spot, item), types, role);
      const bool is_object = item.value.kind == Kind::object;
      has_refusal |= is_object && role == "assistant" && string_of(item.value, "type") == "refusal";
    }
    if (has_refusal && spot.value.members.size() > 1) note("invalid_value", spot);
  }

  void part(const Spot& part, const Names& types, const std::string& role) {
    if (!is(part, Kind::object)) return;
    const ReferenceMember* const type = find(part.value, "type");
    if (type == nullptr) return note("missing_required_parameter", part);
    const Spot spot = spot_of(part, *type);
    if (!is(spot, Kind::string)) return;
    if (!types.contains(type->value.text)) {
      // Of whom nobody knows who it is, nobody knows what he may send.
      if (!role.empty()) note("invalid_value", spot);
      return;
    }
    const ReferenceMember* const content = find(part.value, type->value.text);
    if (content == nullptr) return note("missing_required_parameter", part);
    if (type->value.text == "image_url") {
      object(spot_of(part, *content),
             {{"url", a(Kind::string), true}, {"detail", one_of({"auto", "low", "high"})}});
    } else {
      is(spot_of(part, *content), Kind::string);
    }
  }

  void weight(const Spot& spot) {
    if (!is(spot, Kind::number)) return;
    if (spot.value.text != "0" && spot.value.text != "1") note("invalid_value", spot);
  }

  void call(const Spot& spot) {
    object(spot, {{"name", a(Kind::string), true}, {"arguments", a(Kind::string), true}});
  }

  void tool_calls(const Spot& spot) {
    if (spot.value.kind == Kind::array) out_.tool_calls += spot.value.members.size();
    each(shaped({{"id", a(Kind::string), true},
                 {"type", one_of({"function"}), true},
                 {"function", [this](const Spot& called) { call(called); }, true}}))(spot);
  }

  Check function() {
    const Check name = [this](const Spot& spot) {
      constexpr std::string_view allowed =
          "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";
      if (!is(spot, Kind::string)) return;
      const std::string& text = spot.value.text;
      const bool is_good = !text.empty() && text.size() <= 64 &&
                           text.find_first_not_of(allowed) == std::string::npos;
      if (!is_good) note("invalid_value", spot);
    };
    const Check strict = [this](const Spot& spot) {
      if (spot.value.kind != Kind::null) is(spot, Kind::boolean);
    };
    return shaped({{"name", name, true},
                   {"description", a(Kind::string)},
                   {"parameters", a(Kind::object)},
                   {"strict", strict}});
  }

  Check tools() {
    return [this](const Spot& spot) {
      if (spot.value.kind == Kind::array) out_.tools += spot.value.members.size();
      each(shaped({{"type", one_of({"function"}), true}, {"function", function(), true}}))(spot);
    };
  }

  Check functions() {
    return [this](const Spot& spot) {
      each(function())(spot);
      if (spot.value.kind != Kind::array) return;
      const std::size_t count = spot.value.members.size();
      out_.tools += count;
      if (count == 0 || count > 128) note("invalid_value", spot);
    };
  }

  RecordFindings& out_;
};

}  // namespace

RecordFindings check_record(const ReferenceValue& record, std::string_view format) {
  RecordFindings findings;
  Rules rules(findings);
  const Spot root{.value = record, .pointer = ""};
  rules.keys_once(root);
  if (format == "chat") rules.chat(root);
  if (format == "completions") rules.completions(root);
  if (format == "preference") rules.preference(root);
  if (format == "reinforcement") rules.reinforcement(root);
  if (format == "batch") rules.batch(root);
  if (format == "evals") rules.evals(root);
  return findings;
}

namespace {

std::string conversation_of(const ReferenceValue& messages) {
  if (messages.kind != Kind::array || messages.members.empty()) return "chat";
  std::vector<std::string> roles;
  for (const ReferenceMember& message : messages.members) {
    const bool is_object = message.value.kind == Kind::object;
    roles.push_back(is_object ? string_of(message.value, "role") : "");
  }
  const bool is_to_be_graded = !has_item(roles, "assistant") && roles.back() == "user";
  return is_to_be_graded ? "reinforcement" : "chat";
}

}  // namespace

std::string format_of(const ReferenceValue& record, const std::set<std::string>& wanted) {
  const auto has = [&](std::string_view key) { return find(record, key) != nullptr; };
  std::vector<std::string> candidates;
  if (has("custom_id") || (has("url") && has("body"))) candidates.emplace_back("batch");
  if (has("messages")) candidates.push_back(conversation_of(find(record, "messages")->value));
  if (has("preferred_output") || has("non_preferred_output")) {
    candidates.emplace_back("preference");
  }
  if (has("prompt") && has("completion")) candidates.emplace_back("completions");
  if (has("item")) candidates.emplace_back("evals");
  if (has("input")) candidates.emplace_back("preference");
  if (has("prompt") || has("completion")) candidates.emplace_back("completions");
  for (const std::string& candidate : candidates) {
    if (wanted.contains(candidate)) return candidate;
  }
  return candidates.empty() ? "" : candidates.front();
}

}  // namespace argot::testing
