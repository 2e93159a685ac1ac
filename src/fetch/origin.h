// Where a URL leads, and what a relative one means.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace argot::fetch {

// Two URLs of one origin (RFC 6454) are trusted with the same secrets.
struct Origin {
  std::string scheme;
  std::string host;
  std::string port;

  bool operator==(const Origin&) const = default;
};

// Whether it has neither spaces nor control characters.
bool is_visible(std::string_view url);

// Nothing unless `url` is absolute, http or https, without user or password, and made of visible
// characters.
std::optional<Origin> origin_of(const std::string& url);

// What `location` means on the page `base`, absolute; nothing if it means nothing.
std::optional<std::string> resolve_url(const std::string& base, const std::string& location);

}  // namespace argot::fetch
