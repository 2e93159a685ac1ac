// A call whose reply is one JSON object, and what it may send.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <utility>

#include "argot_open_ai/core.hpp"
#include "detail/call.hpp"
#include "detail/client.hpp"
#include "detail/decode.hpp"
#include "detail/multipart_body.hpp"
#include "detail/total.hpp"

namespace argot::openai {
inline namespace v0 {
namespace detail {

/// `operation` with a JSON text as its body.
Operation withJson(Operation operation, std::string text);

/// `operation` with a form as its body: a file, which comes first, and short fields. Error:
/// InvalidRequestError, where the file cannot be opened.
Result<Operation> withForm(Operation operation, FormFile file, const FormFields& fields = {});

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
