#include "fetch/redirect.h"

#include <algorithm>
#include <span>
#include <string_view>

#include "base/text.h"
#include "fetch/origin.h"

namespace argot::fetch {

namespace {

constexpr std::string_view of_the_body[] = {"content-encoding", "content-language",
                                            "content-location", "content-type"};
constexpr std::string_view of_the_origin[] = {"authorization", "cookie", "host",
                                              "proxy-authorization"};

void drop(Headers& headers, std::span<const std::string_view> names) {
  std::erase_if(headers, [names](const Header& header) {
    return std::ranges::find(names, to_lower(header.name)) != names.end();
  });
}

bool becomes_get(const std::string& method, int status) {
  if (status == 303) return method != "GET" && method != "HEAD";
  return (status == 301 || status == 302) && method == "POST";
}

}  // namespace

bool is_redirect(int status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

std::optional<Request> redirected(Request request, int status, const std::string& location) {
  auto target = resolve_url(request.url, location);
  if (!target) return std::nullopt;
  const auto origin = origin_of(*target);
  if (!origin) return std::nullopt;
  if (origin != origin_of(request.url)) drop(request.headers, of_the_origin);
  if (becomes_get(request.method, status)) {
    request.method = "GET";
    request.body = nullptr;
    drop(request.headers, of_the_body);
  }
  request.url = *std::move(target);
  return request;
}

}  // namespace argot::fetch
