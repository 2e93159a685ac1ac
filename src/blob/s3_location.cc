#include "blob/s3_location.h"

#include <algorithm>
#include <cstddef>

#include "base/text.h"

namespace argot::blob {
namespace {

constexpr std::string_view scheme_text = "s3://";
constexpr std::size_t bucket_bytes_min = 3;
constexpr std::size_t bucket_bytes_max = 63;
// A key may have 1024 bytes; what is left is enough for the name of a blob.
constexpr std::size_t prefix_bytes_max = 512;
constexpr std::size_t host_bytes_max = 255;
constexpr std::size_t region_bytes_max = 64;
constexpr std::uint64_t port_max = 65'535;

bool is_lower_or_digit(char character) {
  return (character >= 'a' && character <= 'z') || (character >= '0' && character <= '9');
}

bool is_letter_or_digit(char character) {
  return is_lower_or_digit(character) || (character >= 'A' && character <= 'Z');
}

// Amazon's rules, as far as they keep a name from being something else in a URL.
bool is_bucket(std::string_view text) {
  return text.size() >= bucket_bytes_min && text.size() <= bucket_bytes_max &&
         is_lower_or_digit(text.front()) && is_lower_or_digit(text.back()) &&
         text.find("..") == std::string_view::npos && std::ranges::all_of(text, [](char character) {
           return is_lower_or_digit(character) || character == '-' || character == '.';
         });
}

// Segments of letters, digits and -_. with one slash behind each.
bool is_prefix(std::string_view text) {
  if (text.size() > prefix_bytes_max) return false;
  while (!text.empty()) {
    const std::string_view segment = text.substr(0, text.find('/'));
    const bool is_good = std::ranges::all_of(segment, [](char character) {
      return is_letter_or_digit(character) || character == '-' || character == '_' ||
             character == '.';
    });
    if (segment.empty() || segment == "." || segment == ".." || !is_good) return false;
    text.remove_prefix(std::min(segment.size() + 1, text.size()));
  }
  return true;
}

bool is_region(std::string_view text) {
  return !text.empty() && text.size() <= region_bytes_max &&
         std::ranges::all_of(text, [](char character) {
           return is_letter_or_digit(character) || character == '-' || character == '_';
         });
}

bool is_host_name(std::string_view text) {
  if (text.starts_with('[') && text.ends_with(']')) {
    text = text.substr(1, text.size() - 2);
    return !text.empty() && std::ranges::all_of(text, [](char character) {
      return hex_value(character) >= 0 || character == ':' || character == '.';
    });
  }
  return !text.empty() && text.size() <= host_bytes_max &&
         std::ranges::all_of(text, [](char character) {
           return is_letter_or_digit(character) || character == '-' || character == '.';
         });
}

// "https://HOST", "http://HOST:PORT", with a slash behind it or without.
bool take_endpoint(std::string_view text, S3Location& location) {
  const std::size_t scheme_end = text.find("://");
  if (scheme_end == std::string_view::npos) return false;
  location.scheme = text.substr(0, scheme_end);
  const bool is_plain = location.scheme == "http";
  if (!is_plain && location.scheme != "https") return false;
  text.remove_prefix(scheme_end + 3);
  if (text.ends_with('/')) text.remove_suffix(1);
  const std::size_t bracket = text.find(']');
  const std::size_t colon = text.find(':', bracket == std::string_view::npos ? 0 : bracket);
  const std::string_view name = text.substr(0, colon);
  if (!is_host_name(name)) return false;
  location.host = to_lower(name);
  if (colon == std::string_view::npos) return true;
  const auto port = parse_decimal(text.substr(colon + 1));
  if (!port || *port == 0 || *port > port_max) return false;
  // What goes into the header Host is signed, and clients leave the scheme's own port out of it.
  if (*port != (is_plain ? 80U : 443U)) location.host += ":" + std::to_string(*port);
  return true;
}

struct Options {
  std::string_view endpoint;
  std::string_view region;
  std::string_view style;
  std::string_view payload;

  std::string_view* place_of(std::string_view name) {
    if (name == "endpoint") return &endpoint;
    if (name == "region") return &region;
    if (name == "style") return &style;
    return name == "payload" ? &payload : nullptr;
  }
};

// At least one, each at most once, and none empty.
bool take_options(std::string_view query, Options& options) {
  if (query.empty()) return false;
  while (!query.empty()) {
    const std::string_view item = query.substr(0, query.find('&'));
    const std::size_t equals = item.find('=');
    if (equals == std::string_view::npos || equals + 1 == item.size()) return false;
    std::string_view* const place = options.place_of(item.substr(0, equals));
    if (place == nullptr || !place->empty()) return false;
    *place = item.substr(equals + 1);
    if (query.size() == item.size() + 1) return false;
    query.remove_prefix(std::min(item.size() + 1, query.size()));
  }
  return true;
}

}  // namespace

std::optional<S3Location> S3Location::parse(std::string_view text) {
  if (!text.starts_with(scheme_text)) return std::nullopt;
  text.remove_prefix(scheme_text.size());
  const std::size_t question = text.find('?');
  Options options;
  if (question != std::string_view::npos && !take_options(text.substr(question + 1), options)) {
    return std::nullopt;
  }
  text = text.substr(0, question);
  const std::size_t slash = text.find('/');
  S3Location location;
  location.bucket = text.substr(0, slash);
  if (!is_bucket(location.bucket)) return std::nullopt;
  if (slash != std::string_view::npos) location.prefix = text.substr(slash + 1);
  if (!location.prefix.empty() && !location.prefix.ends_with('/')) location.prefix += '/';
  if (!is_prefix(location.prefix)) return std::nullopt;

  if (!options.region.empty()) location.region = options.region;
  if (!is_region(location.region)) return std::nullopt;
  if (options.endpoint.empty()) {
    if (!is_host_name(location.region)) return std::nullopt;
    location.host = "s3." + to_lower(location.region) + ".amazonaws.com";
    location.style = Style::virtual_host;
  } else if (!take_endpoint(options.endpoint, location)) {
    return std::nullopt;
  }
  if (options.style == "path") {
    location.style = Style::path;
  } else if (options.style == "virtual") {
    location.style = Style::virtual_host;
  } else if (!options.style.empty()) {
    return std::nullopt;
  }
  location.signs_payload = options.payload != "unsigned";
  if (location.signs_payload ? !options.payload.empty() && options.payload != "signed"
                             : location.scheme != "https") {
    return std::nullopt;
  }
  return location;
}

std::string_view S3Location::expected() {
  return "s3://BUCKET, s3://BUCKET/PREFIX, with ?endpoint=https://HOST:PORT and &region=NAME and "
         "&style=path or virtual as needed, and &payload=unsigned over https";
}

std::string S3Location::request_host() const {
  return style == Style::virtual_host ? bucket + "." + host : host;
}

std::string S3Location::path_of(std::string_view key) const {
  std::string path = style == Style::virtual_host ? "/" : "/" + bucket;
  if (key.empty()) return path;
  if (style == Style::path) path += '/';
  return path.append(key);
}

std::string S3Location::text() const {
  return std::string(scheme_text) + bucket + (prefix.empty() ? "" : "/" + prefix) +
         "?endpoint=" + scheme + "://" + host + "&region=" + region +
         "&style=" + (style == Style::path ? "path" : "virtual") +
         "&payload=" + (signs_payload ? "signed" : "unsigned");
}

}  // namespace argot::blob
