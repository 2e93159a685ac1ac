// Messages and tools as the fine-tuning formats have them. What is asked of a message depends on
// its role, whichever of its members comes first.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "jsonl/checks.h"
#include "jsonl/statistics.h"

namespace argot::jsonl {

// What a list of messages may hold.
struct MessageRules {
  std::span<const std::string_view> roles;
  bool may_have_images = true;
  bool needs_assistant = false;
  bool ends_with_user = false;
  // Exactly one, where it is the answer to be learned.
  bool is_one = false;
};

inline constexpr auto chat_roles = std::to_array<std::string_view>(
    {"system", "developer", "user", "assistant", "tool", "function"});
inline constexpr auto reinforcement_roles =
    std::to_array<std::string_view>({"developer", "user", "assistant", "tool"});
inline constexpr auto output_roles = std::to_array<std::string_view>({"assistant"});

// For one record. Not thread-safe.
class Conversation : public Checks {
 public:
  Conversation(Walk& walk, MessageCounts& counts) : Checks(walk), counts_(counts) {}

  // Each walks the value of a member.
  void messages(const json::Item& item, const MessageRules& rules);
  void tools(const json::Item& item);
  void functions(const json::Item& item);
  using Checks::boolean;

 private:
  enum class Content : std::uint8_t { absent, null, empty, given };

  // What is known of the message that is being walked.
  struct Message {
    std::optional<Role> role;
    std::size_t index = 0;
    Content content = Content::absent;
    std::string_view content_token;
    bool has_call = false;  // or refuses: it needs no content
    bool has_call_id = false;
    bool has_name = false;
  };

  void begin_message(std::size_t index);
  void message(std::size_t index, const json::Item& item, const MessageRules& rules);
  void lead_role(const json::Item* role, std::string_view token, const MessageRules& rules);
  void member(const json::Key& key, std::string_view written, const json::Item& value);
  void finish_message(std::string_view token);

  // A member of a message, and who may have it.
  struct KnownKey {
    json::Key key;
    std::uint8_t roles;
    void (Conversation::*check)(const json::Item& item);
  };
  // A null pointer where a message of this role has no such member.
  const KnownKey* find_key(const json::Key& key) const;

  void content(const json::Item& item);
  void parts(const json::Item& item);
  void part(const json::Item& item);
  std::span<const std::string_view> part_types() const;
  void text_part(const json::Item& item);
  void weight(const json::Item& item);
  void tool_calls(const json::Item& item);
  void tool_call(const json::Item& item);
  void call(const json::Item& item);
  void function_call(const json::Item& item);
  void message_name(const json::Item& item);
  void tool_call_id(const json::Item& item);
  void refusal(const json::Item& item);
  void image(const json::Item& item);
  void detail(const json::Item& item);
  void type(const json::Item& item);
  void tool(const json::Item& item);
  void function(const json::Item& item);

  MessageCounts& counts_;
  bool may_have_images_ = true;
  Message message_;
  std::string_view part_type_;
};

}  // namespace argot::jsonl
