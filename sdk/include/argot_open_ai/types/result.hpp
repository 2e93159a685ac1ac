// Result<T>: a value, or the Error that came instead.
#pragma once

#include <expected>
#include <ostream>
#include <type_traits>
#include <utility>

#include "argot_open_ai/models/errors.hpp"

namespace argot::openai {
inline namespace v0 {

/// A std::expected<T, Error> with the names of the TypeScript SDK, and with the monadic operations
/// that libstdc++ 12 lacks.
template <class T>
class [[nodiscard]] Result : public std::expected<T, Error> {
  using Base = std::expected<T, Error>;

 public:
  using Base::Base;
  // NOLINTNEXTLINE(google-explicit-constructor): so that functions can return an Error as it is
  Result(Error error) : Base(std::unexpect, std::move(error)) {}

  bool ok() const noexcept { return Base::has_value(); }

  /// The value; throws the error where there is none.
  T unwrap() && {
    if (!ok()) Base::error().raise();
    if constexpr (!std::is_void_v<T>) return *std::move(*this);
  }
  decltype(auto) unwrap() const& {
    if (!ok()) Base::error().raise();
    if constexpr (!std::is_void_v<T>) return Base::value();
  }

  /// `function` takes the value and returns a Result.
  template <class F, class U = T>
    requires(!std::is_void_v<U>)
  auto and_then(F&& function) && -> std::invoke_result_t<F, U&&> {
    if (!ok()) return std::move(Base::error());
    return std::forward<F>(function)(*std::move(*this));
  }
  /// `function` takes the value and returns another value.
  template <class F, class U = T>
    requires(!std::is_void_v<U>)
  auto transform(F&& function) && -> Result<std::invoke_result_t<F, U&&>> {
    if (!ok()) return std::move(Base::error());
    return std::forward<F>(function)(*std::move(*this));
  }
  /// `function` takes the error and returns a Result of the same type.
  template <class F>
  Result or_else(F&& function) && {
    if (ok()) return std::move(*this);
    return std::forward<F>(function)(std::move(Base::error()));
  }
};

/// The value or the error, for people.
template <class T>
std::ostream& operator<<(std::ostream& out, const Result<T>& result) {
  if (!result.ok()) return out << result.error();
  if constexpr (std::is_void_v<T>) {
    return out << "ok";
  } else {
    return out << *result;
  }
}

}  // namespace v0
}  // namespace argot::openai
