// A call whose reply is one JSON object.
#pragma once

#include <expected>
#include <string_view>
#include <utility>

#include "argot_open_ai/core.hpp"
#include "detail/call.hpp"
#include "detail/client.hpp"
#include "detail/decode.hpp"
#include "detail/total.hpp"

namespace argot::openai {
inline namespace v0 {
namespace detail {

template <class T>
using Decode = std::expected<T, Issues> (*)(std::string_view text);

template <class T>
Result<T> jsonOperation(const Client& client, Operation operation, const RequestOptions& options,
                        Decode<T> decode) {
  operation.headers.set("Accept", "application/json");
  Call call(client, std::move(operation), options);
  auto response = call.exchange();
  if (!response.ok()) return response.error();
  auto value = decode(response->body);
  if (!value) return call.validationError(std::move(response->body), std::move(value).error());
  return *std::move(value);
}

}  // namespace detail
}  // namespace v0
}  // namespace argot::openai
