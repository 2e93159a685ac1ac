#include "fetch/origin.h"

#include <curl/curl.h>

#include <algorithm>
#include <memory>

#include "base/text.h"

namespace argot::fetch {

namespace {

struct UrlRelease {
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
};
using Url = std::unique_ptr<CURLU, UrlRelease>;

std::optional<std::string> part(const Url& url, CURLUPart which, unsigned flags) {
  char* text = nullptr;
  if (curl_url_get(url.get(), which, &text, flags) != CURLUE_OK) return std::nullopt;
  std::string copy(text);
  curl_free(text);
  return copy;
}

}  // namespace

bool is_visible(std::string_view url) {
  return std::ranges::all_of(url, [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte > 0x20 && byte != 0x7F;
  });
}

std::optional<Origin> origin_of(const std::string& url) {
  if (!is_visible(url)) return std::nullopt;
  const Url parsed(curl_url());
  const unsigned flags = CURLU_DISALLOW_USER | CURLU_PATH_AS_IS;
  if (!parsed || curl_url_set(parsed.get(), CURLUPART_URL, url.c_str(), flags) != CURLUE_OK) {
    return std::nullopt;
  }
  auto scheme = part(parsed, CURLUPART_SCHEME, 0);
  auto host = part(parsed, CURLUPART_HOST, 0);
  auto port = part(parsed, CURLUPART_PORT, CURLU_DEFAULT_PORT);
  if (!scheme || !host || !port || (*scheme != "http" && *scheme != "https")) return std::nullopt;
  return Origin{.scheme = *std::move(scheme), .host = to_lower(*host), .port = *std::move(port)};
}

std::optional<std::string> resolve_url(const std::string& base, const std::string& location) {
  const Url url(curl_url());
  if (!url) return std::nullopt;
  const unsigned flags = CURLU_PATH_AS_IS | CURLU_NON_SUPPORT_SCHEME;
  if (curl_url_set(url.get(), CURLUPART_URL, base.c_str(), flags) != CURLUE_OK ||
      // A stranger's text: what does not belong into a URL is encoded.
      curl_url_set(url.get(), CURLUPART_URL, location.c_str(), flags | CURLU_URLENCODE) !=
          CURLUE_OK) {
    return std::nullopt;
  }
  return part(url, CURLUPART_URL, 0);
}

}  // namespace argot::fetch
