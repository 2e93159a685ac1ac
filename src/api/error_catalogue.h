// The one table that turns our errors into upstream's replies: status, type, words, param and code.
// Nothing else in the program knows both sides.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"

namespace argot::api {

struct ErrorRow {
  int status = 500;
  std::string_view type;
  // `{}` is where Error::detail goes, `{!r}` where it goes quoted as Python quotes. If there is no
  // detail, a `: {}` is left out.
  std::string_view text;
  // The field at fault; `{}` stands for Error::param. Empty: null.
  std::string_view param;
  // For programs to branch on. Empty: null.
  std::string_view code;
  // Whether and when to try again, unless Error::retry_after_seconds says so.
  std::optional<int> retry_after_seconds;
};

ErrorRow row_for(ErrorCode code);

// What the reply says of this occurrence.
std::string message_for(const Error& error);
// Empty: null.
std::string param_for(const Error& error);

}  // namespace argot::api
