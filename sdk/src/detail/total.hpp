// Turns what escapes from callbacks into errors, so that standalone functions are total.
#pragma once

#include <exception>
#include <type_traits>
#include <utility>

#include "argot_open_ai/types/result.hpp"
#include "detail/error_maker.hpp"

namespace argot::openai {
inline namespace v0 {
namespace detail {

/// The UnexpectedClientError of the exception that is being handled.
inline Error caught(std::string_view message = unexpectedMessage) {
  const std::exception_ptr thrown = std::current_exception();
  return ErrorMaker::unexpected(message, {.text = whatOf(thrown), .thrown = thrown});
}

/// The Result of `function`, also where it throws.
template <class F>
std::invoke_result_t<F> total(F&& function) noexcept {
  try {
    return std::forward<F>(function)();
  } catch (...) {
    return caught();
  }
}

}  // namespace detail
}  // namespace v0
}  // namespace argot::openai
