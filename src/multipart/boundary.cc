#include "multipart/boundary.h"

#include <algorithm>
#include <cstddef>
#include <optional>

#include "base/limits.h"
#include "base/text.h"
#include "http/characters.h"
#include "http/parameters.h"
#include "multipart/excerpt.h"

namespace argot::multipart {
namespace {

constexpr std::string_view form_data_type = "multipart/form-data";

// `bchars` of RFC 2046 section 5.1.1.
bool is_boundary_character(char c) {
  return http::is_digit(c) || http::is_alpha(c) ||
         std::string_view("'()+_,-./:=? ").find(c) != std::string_view::npos;
}

Result<> check(std::string_view boundary) {
  const std::string expected = "The boundary in the Content-Type must be 1 to " +
                               std::to_string(limits::boundary_bytes_max) + " characters";
  if (boundary.empty() || boundary.size() > limits::boundary_bytes_max) {
    return fail(ErrorCode::invalid_request,
                expected + ", but it is " + std::to_string(boundary.size()) + ".");
  }
  const auto strange = std::ranges::find_if_not(boundary, is_boundary_character);
  if (strange != boundary.end()) {
    return fail(ErrorCode::invalid_request,
                expected + " out of A-Z, a-z, 0-9, space and '()+_,-./:=?, but it is " +
                    excerpt(boundary) + ".");
  }
  if (boundary.ends_with(' ')) {
    return fail(ErrorCode::invalid_request,
                expected + ", the last of them no space, but it is " + excerpt(boundary) + ".");
  }
  return {};
}

}  // namespace

Result<std::string> boundary_of(std::string_view content_type) {
  const std::string_view type = http::trim_blanks(content_type.substr(0, content_type.find(';')));
  if (type.empty()) {
    return fail(ErrorCode::unsupported_media_type,
                "The request body must be multipart/form-data, but its Content-Type is missing.");
  }
  if (!equals_ignoring_case(type, form_data_type)) {
    return fail(ErrorCode::unsupported_media_type,
                "The request body must be multipart/form-data, but its Content-Type is " +
                    excerpt(type) + ".");
  }
  const auto parsed = http::parse_parameterized(content_type, http::QuotedPairs::standard);
  if (!parsed) {
    return fail(ErrorCode::invalid_request,
                "The Content-Type must read multipart/form-data; boundary=..., but it is " +
                    excerpt(content_type) + ".");
  }
  const auto boundary = parsed->find("boundary");
  if (!boundary) {
    return fail(ErrorCode::invalid_request,
                "The Content-Type multipart/form-data must name a boundary, but it names none.");
  }
  TRY_DO(check(*boundary));
  return std::string(*boundary);
}

}  // namespace argot::multipart
