// One JSON value, as read by parse() in reader.h: it owns its text and does not change. Numbers
// without fraction and exponent are integers, and stay exact.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace argot::json {

class Writer;

enum class Kind { null, boolean, number, string, array, object };

// With its article, for messages: "null", "a boolean", "an object".
std::string_view described(Kind kind);

struct Member;

class Value {
 public:
  using Items = std::vector<Value>;
  using Members = std::vector<Member>;
  // The unsigned alternative holds only what does not fit the signed one, so that equal numbers
  // are equal values.
  using Content = std::variant<std::monostate, bool, std::int64_t, std::uint64_t, double,
                               std::string, Items, Members>;

  Value();  // null
  explicit Value(Content content);
  Value(const Value& other);
  Value(Value&& other) noexcept;
  Value& operator=(const Value& other);
  Value& operator=(Value&& other) noexcept;
  ~Value();

  Kind kind() const;
  bool is_null() const { return kind() == Kind::null; }

  // Nothing, or a null pointer, where the value is of another kind. A number is no integer if it
  // was written with a fraction or an exponent, or does not fit.
  std::optional<bool> boolean() const;
  std::optional<std::int64_t> signed_integer() const;
  std::optional<std::uint64_t> unsigned_integer() const;
  std::optional<double> number() const;
  const std::string* string() const;

  // Empty where the value is of another kind. Members are in the order of the text.
  std::span<const Value> items() const;
  std::span<const Member> members() const;

  // The member of that name, or a null pointer; looks at one after the other.
  const Value* find(std::string_view key) const;

  // Writes the value where `writer` expects one.
  void write_to(Writer& writer) const;

  friend bool operator==(const Value& left, const Value& right);

 private:
  Content content_;
};

struct Member {
  std::string key;
  Value value;

  friend bool operator==(const Member&, const Member&) = default;
};

}  // namespace argot::json
