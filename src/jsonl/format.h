// The formats of records, and how a file tells which one it has.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string_view>

namespace argot::jsonl {

enum class Format : std::uint8_t {
  chat,           // supervised fine-tuning on conversations
  completions,    // fine-tuning on prompts and completions
  preference,     // direct preference optimisation
  reinforcement,  // reinforcement fine-tuning
  batch,          // requests to run
  evals,          // items to evaluate
};

inline constexpr std::size_t format_count = 6;

// "chat", as --format and the report have it.
std::string_view text_of(Format format);
std::optional<Format> parse_format(std::string_view text);

// For messages: "a batch request", "a chat example".
std::string_view described(Format format);

// A set of formats.
class Formats {
 public:
  constexpr Formats() = default;
  constexpr Formats(std::initializer_list<Format> formats) {
    for (const Format format : formats) bits_ |= bit(format);
  }

  // All six.
  static constexpr Formats every() {
    return {Format::chat,          Format::completions, Format::preference,
            Format::reinforcement, Format::batch,       Format::evals};
  }

  constexpr bool contains(Format format) const { return (bits_ & bit(format)) != 0; }
  constexpr bool is_empty() const { return bits_ == 0; }

  friend constexpr bool operator==(Formats, Formats) = default;

 private:
  static constexpr std::uint8_t bit(Format format) {
    return static_cast<std::uint8_t>(1U << static_cast<unsigned>(format));
  }

  std::uint8_t bits_ = 0;
};

// What somebody expects a file to hold.
struct Expectation {
  Formats formats = Formats::every();  // those that are right; all of them where nobody knows yet
  // What a file counts as whose first record looks like none of the six; nothing: records of any
  // shape.
  std::optional<Format> fallback;
  // A format that somebody asked for; the first record is not consulted.
  std::optional<Format> forced;
};

// What the first record looks like, seen from its outermost keys and its messages.
class Signs {
 public:
  void see_key(std::string_view key);
  // Each message, then its role if it has one.
  void see_message() { last_is_user_ = false; }
  void see_message_role(std::string_view role);

  // Of the formats that it may be, the likeliest one that is wanted, else the likeliest one. A
  // record that has room for other keys may look like several. Nothing if it looks like none.
  std::optional<Format> format(Formats wanted = Formats::every()) const;

 private:
  Format conversation() const;

  bool custom_id_ = false;
  bool url_ = false;
  bool body_ = false;
  bool messages_ = false;
  bool prompt_ = false;
  bool completion_ = false;
  bool input_ = false;
  bool output_ = false;  // preferred or not
  bool item_ = false;
  bool has_assistant_ = false;
  bool last_is_user_ = false;
};

}  // namespace argot::jsonl
