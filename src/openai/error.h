// The envelope in which every error of the API travels:
// {"error":{"message":..,"type":..,"param":..,"code":..}}.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "json/writer.h"

namespace argot::openai {

struct ErrorObject {
  std::string message;
  std::string type;
  std::optional<std::string> param;
  std::optional<std::string> code;

  friend bool operator==(const ErrorObject&, const ErrorObject&) = default;
};

// All four keys are always there, null where there is nothing to say.
std::string encode(const ErrorObject& error, json::Form form = json::Form::pretty);

// Never fails, since it is used where something failed already. A body that is no envelope, such as
// the HTML page of a proxy, becomes the message itself, without white space around it and cut to
// 1 KiB; what it does not say stays empty.
ErrorObject decode_error(std::string_view body);

}  // namespace argot::openai
