// Result<T>: a value or an Error. Expected failures travel as values; TRY and TRY_DO pass them up.
#pragma once

#include <expected>
#include <string>
#include <utility>

#include "base/error.h"

namespace argot {

// std::expected is not [[nodiscard]] in libstdc++ 12; this is.
template <typename T = void>
class [[nodiscard]] Result : public std::expected<T, Error> {
 public:
  using std::expected<T, Error>::expected;
};

// The failing half of a Result: `return fail(ErrorCode::file_not_found, id);`
inline std::unexpected<Error> fail(ErrorCode code, std::string detail = {},
                                   std::string param = {}) {
  return std::unexpected(
      Error{.code = code, .detail = std::move(detail), .param = std::move(param)});
}

inline std::unexpected<Error> fail(Error error) { return std::unexpected(std::move(error)); }

}  // namespace argot

#define ARGOT_JOIN_INNER(a, b) a##b
#define ARGOT_JOIN(a, b) ARGOT_JOIN_INNER(a, b)

// TRY(auto page, catalog.list(query)); declares `page`, or returns the error from this function.
// NOLINTBEGIN(bugprone-macro-parentheses): a declaration cannot stand in parentheses.
#define TRY(declaration, ...)                                                     \
  auto ARGOT_JOIN(try_result_, __LINE__) = (__VA_ARGS__);                         \
  if (!ARGOT_JOIN(try_result_, __LINE__)) {                                       \
    return std::unexpected(std::move(ARGOT_JOIN(try_result_, __LINE__)).error()); \
  }                                                                               \
  declaration = *std::move(ARGOT_JOIN(try_result_, __LINE__))
// NOLINTEND(bugprone-macro-parentheses)

// TRY_DO(sink.write(chunk)); for results without a value, or whose value is not needed.
#define TRY_DO(...)                                          \
  do {                                                       \
    if (auto try_result = (__VA_ARGS__); !try_result) {      \
      return std::unexpected(std::move(try_result).error()); \
    }                                                        \
  } while (false)
