#include "jsonl/format.h"

#include <algorithm>
#include <array>

#include "base/assert.h"

namespace argot::jsonl {
namespace {

struct FormatNames {
  Format format;
  std::string_view text;
  std::string_view described;
};

constexpr auto table = std::to_array<FormatNames>({
    {Format::chat, "chat", "a chat example"},
    {Format::completions, "completions", "a prompt with its completion"},
    {Format::preference, "preference", "a preference example"},
    {Format::reinforcement, "reinforcement", "a reinforcement example"},
    {Format::batch, "batch", "a batch request"},
    {Format::evals, "evals", "an evaluation item"},
});
static_assert(table.size() == format_count);

const FormatNames& names_of(Format format) {
  const auto* const names = std::ranges::find(table, format, &FormatNames::format);
  ASSERT(names != table.end());
  return *names;
}

}  // namespace

std::string_view text_of(Format format) { return names_of(format).text; }

std::string_view described(Format format) { return names_of(format).described; }

std::optional<Format> parse_format(std::string_view text) {
  const auto* const names = std::ranges::find(table, text, &FormatNames::text);
  if (names == table.end()) return std::nullopt;
  return names->format;
}

void Signs::see_key(std::string_view key) {
  custom_id_ |= key == "custom_id";
  url_ |= key == "url";
  body_ |= key == "body";
  messages_ |= key == "messages";
  prompt_ |= key == "prompt";
  completion_ |= key == "completion";
  input_ |= key == "input";
  output_ |= key == "preferred_output" || key == "non_preferred_output";
  item_ |= key == "item";
}

void Signs::see_message_role(std::string_view role) {
  has_assistant_ |= role == "assistant";
  last_is_user_ = role == "user";
}

Format Signs::conversation() const {
  return !has_assistant_ && last_is_user_ ? Format::reinforcement : Format::chat;
}

std::optional<Format> Signs::format(Formats wanted) const {
  struct Sign {
    bool is_seen;
    Format format;
  };
  // The likeliest first.
  const auto signs = std::to_array<Sign>({
      {custom_id_ || (url_ && body_), Format::batch},
      {messages_, conversation()},
      {output_, Format::preference},
      {prompt_ && completion_, Format::completions},
      {item_, Format::evals},
      {input_, Format::preference},
      {prompt_ || completion_, Format::completions},
  });
  const auto* const fitting = std::ranges::find_if(
      signs, [&](const Sign& sign) { return sign.is_seen && wanted.contains(sign.format); });
  if (fitting != signs.end()) return fitting->format;
  const auto* const any = std::ranges::find_if(signs, &Sign::is_seen);
  return any == signs.end() ? std::nullopt : std::optional(any->format);
}

}  // namespace argot::jsonl
