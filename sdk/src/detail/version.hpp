// What the library calls itself.
#pragma once

#include <string_view>

namespace argot::openai {
inline namespace v0 {
namespace detail {

/// As the TypeScript SDK builds it: language, version, generator, version of the API's document,
/// package.
inline constexpr std::string_view userAgent =
    "speakeasy-sdk/cpp 0.1.0 2.438.15 2.3.0 argot-open-ai";

}  // namespace detail
}  // namespace v0
}  // namespace argot::openai
