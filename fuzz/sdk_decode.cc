// Any text as a reply to the SDK: what can be decoded is written as JSON that decodes to an equal
// value, and what cannot has issues that say where.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/assert.h"
#include "sdk/src/detail/decode.hpp"
#include "sdk/src/detail/error_maker.hpp"

namespace argot::openai {
namespace {

template <class T>
void check(std::string_view text,
           std::expected<T, detail::Issues> (*decode)(std::string_view text)) {
  const std::expected<T, detail::Issues> decoded = decode(text);
  if (decoded) {
    const auto again = decode(decoded->toJson());
    ASSERT(again && *again == *decoded);
    return;
  }
  ASSERT(!decoded.error().empty());
  for (const ValidationIssue& issue : decoded.error()) {
    ASSERT(!issue.message.empty() && !issue.code.empty());
  }
  const Error error = detail::ErrorMaker::validation("Response validation failed",
                                                     std::string(text), decoded.error());
  ASSERT(error.as<SDKValidationError>()->pretty().contains(decoded.error().back().code));
  ASSERT(!error.toJson().contains('\n'));
}

void checkError(std::string_view text) {
  const Error error = detail::ErrorMaker::sdkError("API error occurred",
                                                   {.status = 500, .body = std::string(text)}, {});
  ASSERT(error.as<SDKError>()->error() == detail::decodeErrorResponse(text));
  ASSERT(!error.toJson().contains('\n'));
}

}  // namespace
}  // namespace argot::openai

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  argot::openai::check(text, argot::openai::detail::decodeFile);
  argot::openai::check(text, argot::openai::detail::decodeFileList);
  argot::openai::check(text, argot::openai::detail::decodeDeleted);
  argot::openai::checkError(text);
  return 0;
}
