#include "json/value.h"

#include <utility>

#include "json/writer.h"

namespace argot::json {

std::string_view described(Kind kind) {
  switch (kind) {
    case Kind::null:
      return "null";
    case Kind::boolean:
      return "a boolean";
    case Kind::number:
      return "a number";
    case Kind::string:
      return "a string";
    case Kind::array:
      return "an array";
    case Kind::object:
      return "an object";
  }
  std::unreachable();
}

// Here and not in the class, because a Member is only known after it.
Value::Value() = default;
Value::Value(Content content) : content_(std::move(content)) {}
Value::Value(const Value& other) = default;
Value::Value(Value&& other) noexcept = default;
Value& Value::operator=(const Value& other) = default;
Value& Value::operator=(Value&& other) noexcept = default;
Value::~Value() = default;

Kind Value::kind() const {
  if (std::holds_alternative<std::monostate>(content_)) return Kind::null;
  if (std::holds_alternative<bool>(content_)) return Kind::boolean;
  if (std::holds_alternative<std::string>(content_)) return Kind::string;
  if (std::holds_alternative<Items>(content_)) return Kind::array;
  if (std::holds_alternative<Members>(content_)) return Kind::object;
  return Kind::number;
}

std::optional<bool> Value::boolean() const {
  const bool* const value = std::get_if<bool>(&content_);
  return value == nullptr ? std::nullopt : std::optional(*value);
}

std::optional<std::int64_t> Value::signed_integer() const {
  const std::int64_t* const value = std::get_if<std::int64_t>(&content_);
  return value == nullptr ? std::nullopt : std::optional(*value);
}

std::optional<std::uint64_t> Value::unsigned_integer() const {
  if (const std::uint64_t* const large = std::get_if<std::uint64_t>(&content_)) return *large;
  const std::optional<std::int64_t> value = signed_integer();
  if (!value || *value < 0) return std::nullopt;
  return static_cast<std::uint64_t>(*value);
}

std::optional<double> Value::number() const {
  if (const double* const value = std::get_if<double>(&content_)) return *value;
  if (const std::uint64_t* const large = std::get_if<std::uint64_t>(&content_)) {
    return static_cast<double>(*large);
  }
  const std::optional<std::int64_t> value = signed_integer();
  return value ? std::optional(static_cast<double>(*value)) : std::nullopt;
}

const std::string* Value::string() const { return std::get_if<std::string>(&content_); }

std::span<const Value> Value::items() const {
  const Items* const items = std::get_if<Items>(&content_);
  return items == nullptr ? std::span<const Value>() : std::span<const Value>(*items);
}

std::span<const Member> Value::members() const {
  const Members* const members = std::get_if<Members>(&content_);
  return members == nullptr ? std::span<const Member>() : std::span<const Member>(*members);
}

const Value* Value::find(std::string_view key) const {
  for (const Member& member : members()) {
    if (member.key == key) return &member.value;
  }
  return nullptr;
}

void Value::write_to(Writer& writer) const {
  switch (kind()) {
    case Kind::null:
      writer.null();
      return;
    case Kind::boolean:
      writer.boolean(std::get<bool>(content_));
      return;
    case Kind::number:
      if (const auto value = signed_integer()) {
        writer.integer(*value);
      } else if (const auto large = unsigned_integer()) {
        writer.integer(*large);
      } else {
        writer.number(std::get<double>(content_));
      }
      return;
    case Kind::string:
      writer.string(std::get<std::string>(content_));
      return;
    case Kind::array:
      writer.begin_array();
      for (const Value& item : items()) item.write_to(writer);
      writer.end_array();
      return;
    case Kind::object:
      writer.begin_object();
      for (const Member& member : members()) {
        writer.key(member.key);
        member.value.write_to(writer);
      }
      writer.end_object();
      return;
  }
  std::unreachable();
}

bool operator==(const Value& left, const Value& right) { return left.content_ == right.content_; }

}  // namespace argot::json
