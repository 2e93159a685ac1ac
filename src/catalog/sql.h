// What both databases need to be asked: statements that cannot be put together at run time, and
// numbers as they count.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>

namespace argot::catalog {

// One SQL statement. It can only be made while the program is compiled, so no text that came in at
// run time can become part of one: values are bound, never pasted.
template <std::size_t size>
struct Sql {
  char text[size]{};

  consteval Sql() = default;
  explicit consteval Sql(const char (&literal)[size]) { std::copy_n(literal, size, text); }
};

template <std::size_t left_size, std::size_t right_size>
consteval Sql<left_size + right_size - 1> operator+(const Sql<left_size>& left,
                                                    const Sql<right_size>& right) {
  Sql<left_size + right_size - 1> joined;
  std::copy_n(left.text, left_size - 1, joined.text);
  std::copy_n(right.text, right_size, joined.text + left_size - 1);
  return joined;
}

// The databases' integers are signed. What does not fit is no size and no count that anybody has,
// so a bound that large is no bound.
inline std::int64_t to_signed(std::uint64_t number) {
  constexpr auto largest = std::numeric_limits<std::int64_t>::max();
  return number > static_cast<std::uint64_t>(largest) ? largest : static_cast<std::int64_t>(number);
}

inline std::optional<std::int64_t> to_signed(const std::optional<std::uint64_t>& number) {
  return number ? std::optional(to_signed(*number)) : std::nullopt;
}

}  // namespace argot::catalog
