// Header values of the form `value; name=token; name="quoted"; name*=UTF-8''percent`: Content-Type
// and Content-Disposition (RFC 9110 section 5.6.6, RFC 8187). Start at parse_parameterized().
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace argot::http {

// What a backslash means inside a quoted string. RFC 9110 lets it quote any character; browsers
// send file names in forms with bare backslashes, so there it only escapes `"` and `\`.
enum class QuotedPairs { standard, form_data };

struct Parameter {
  std::string name;   // in lower case; the `*` of an extended parameter is part of it
  std::string value;  // without quotes and quoted pairs; that of `name*` is not decoded
};

struct ParameterizedValue {
  std::string value;  // what stands before the first semicolon, in lower case
  std::vector<Parameter> parameters;

  // The first parameter of that name (given in lower case). It borrows from this object.
  std::optional<std::string_view> find(std::string_view name) const;
};

// More parameters than this in one value are refused.
inline constexpr std::size_t parameters_max = 32;

// Nothing if `text` is malformed: no value, a name that is no token, a quote that is not closed, a
// control character. Bytes above 0x7F are kept as they are. Linear in the length of `text`.
std::optional<ParameterizedValue> parse_parameterized(std::string_view text, QuotedPairs quoted);

// The value of a `name*` parameter (RFC 8187) as UTF-8: `UTF-8'en'caf%C3%A9`. ISO-8859-1 is
// converted. Nothing if it is malformed, in another charset, or not UTF-8 once decoded.
std::optional<std::string> decode_extended(std::string_view text);

}  // namespace argot::http
