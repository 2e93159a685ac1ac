#include "server/setting_values.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <array>
#include <limits>
#include <utility>

#include "base/text.h"
#include "catalog/postgres_address.h"

namespace argot::server {
namespace {

using std::chrono::milliseconds;

constexpr std::uint64_t duration_max = 100ULL * 366 * 24 * 3600 * 1000;
constexpr std::size_t shown_bytes_max = 120;
constexpr std::string_view unix_scheme = "unix:";
constexpr std::string_view sqlite_scheme = "sqlite:";

struct Unit {
  std::string_view name;
  std::uint64_t milliseconds;
};

// Largest first.
constexpr std::array<Unit, 5> units = {Unit{"d", 24ULL * 3600 * 1000}, Unit{"h", 3600ULL * 1000},
                                       Unit{"m", 60ULL * 1000}, Unit{"s", 1000}, Unit{"ms", 1}};

bool is_ipv6(const std::string& host) {
  in6_addr address{};
  return ::inet_pton(AF_INET6, host.c_str(), &address) == 1;
}

bool is_host_name(std::string_view host) {
  return !host.empty() &&
         host.find_first_not_of(
             "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._") ==
             std::string_view::npos;
}

// Where what looks like USER:PASSWORD@ ends; npos where nothing does.
std::size_t end_of_password(std::string_view text) {
  const std::size_t at = text.rfind('@');
  if (at == std::string_view::npos) return at;
  return text.find(':') < at ? at : std::string_view::npos;
}

}  // namespace

std::optional<milliseconds> parse_duration(std::string_view text) {
  const std::size_t digits = text.find_first_not_of("0123456789");
  if (digits == std::string_view::npos) return std::nullopt;
  const auto count = parse_decimal(text.substr(0, digits));
  if (!count) return std::nullopt;
  for (const Unit& unit : units) {
    if (text.substr(digits) != unit.name) continue;
    if (*count > duration_max / unit.milliseconds) return std::nullopt;
    return milliseconds(static_cast<std::int64_t>(*count * unit.milliseconds));
  }
  return std::nullopt;
}

std::string duration_text(milliseconds duration) {
  const auto count = static_cast<std::uint64_t>(duration.count());
  for (const Unit& unit : units) {
    if (unit.name == "d" || count == 0 || count % unit.milliseconds != 0) continue;
    return std::to_string(count / unit.milliseconds) + std::string(unit.name);
  }
  return std::to_string(count) + "ms";
}

std::string size_text(std::uint64_t bytes) {
  std::string text = human_bytes(bytes);
  if (text.ends_with(" bytes") || text.ends_with(" byte")) return std::to_string(bytes);
  std::erase(text, ' ');
  return text;
}

std::optional<bool> parse_boolean(std::string_view text) {
  for (const std::string_view yes : {"true", "yes", "on", "1"}) {
    if (equals_ignoring_case(text, yes)) return true;
  }
  for (const std::string_view no : {"false", "no", "off", "0"}) {
    if (equals_ignoring_case(text, no)) return false;
  }
  return std::nullopt;
}

std::string ListenAddress::text() const {
  const bool needs_brackets = host.find(':') != std::string::npos;
  return (needs_brackets ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

bool ListenAddress::is_loopback() const {
  in_addr v4{};
  if (::inet_pton(AF_INET, host.c_str(), &v4) == 1) {
    return (ntohl(v4.s_addr) >> 24U) == 127U;
  }
  in6_addr v6{};
  if (::inet_pton(AF_INET6, host.c_str(), &v6) == 1) return IN6_IS_ADDR_LOOPBACK(&v6);
  return equals_ignoring_case(host, "localhost");
}

std::optional<ListenAddress> parse_listen_address(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const auto port = parse_decimal(text.substr(colon + 1));
  if (!port || *port > std::numeric_limits<std::uint16_t>::max()) return std::nullopt;

  ListenAddress address{.host = std::string(text.substr(0, colon)),
                        .port = static_cast<std::uint16_t>(*port)};
  if (address.host.starts_with('[') && address.host.ends_with(']')) {
    address.host = address.host.substr(1, address.host.size() - 2);
    if (!is_ipv6(address.host)) return std::nullopt;
  } else if (!is_host_name(address.host)) {
    return std::nullopt;
  }
  return address;
}

std::string AdminAddress::text() const {
  switch (kind) {
    case Kind::unix_socket:
      return path.empty() ? "" : std::string(unix_scheme) + path;
    case Kind::tcp:
      return address.text();
    case Kind::off:
      return "off";
  }
  std::unreachable();
}

std::optional<AdminAddress> parse_admin_address(std::string_view text) {
  using Kind = AdminAddress::Kind;
  if (text == "off") return AdminAddress{.kind = Kind::off, .path = {}, .address = {}};
  if (text.starts_with(unix_scheme)) {
    const std::string_view path = text.substr(unix_scheme.size());
    if (path.empty() || path.find('\0') != std::string_view::npos) return std::nullopt;
    return AdminAddress{.kind = Kind::unix_socket, .path = std::string(path), .address = {}};
  }
  auto address = parse_listen_address(text);
  if (!address) return std::nullopt;
  return AdminAddress{.kind = Kind::tcp, .path = {}, .address = *std::move(address)};
}

std::string CatalogLocation::text() const {
  if (kind == Kind::sqlite) return std::string(sqlite_scheme) + where;
  const auto address = catalog::PostgresAddress::parse(where);
  return address ? address->name() : "";
}

std::optional<CatalogLocation> parse_catalog_location(std::string_view text) {
  using Kind = CatalogLocation::Kind;
  if (text.starts_with(sqlite_scheme)) {
    const std::string_view path = text.substr(sqlite_scheme.size());
    if (path.empty() || path.find('\0') != std::string_view::npos) return std::nullopt;
    return CatalogLocation{.kind = Kind::sqlite, .where = std::string(path)};
  }
  std::string address(text);
  if (!catalog::PostgresAddress::parse(address)) return std::nullopt;
  return CatalogLocation{.kind = Kind::postgres, .where = std::move(address)};
}

std::string in_quotes(std::string_view text) {
  std::string shown;
  if (text.starts_with("sk-")) {
    shown = "sk-...";
  } else if (const std::size_t scheme = text.find("://"); scheme != std::string_view::npos) {
    shown = std::string(text.substr(0, scheme + 3).substr(0, shown_bytes_max)) + "...";
  } else if (const std::size_t end = end_of_password(text); end != std::string_view::npos) {
    shown = "..." + std::string(text.substr(end).substr(0, shown_bytes_max));
  } else if (text.size() > shown_bytes_max) {
    shown = std::string(text.substr(0, shown_bytes_max)) + "...";
  } else {
    shown = text;
  }
  std::string out;
  append_json_string(out, shown);
  return out;
}

std::string file_and_line(std::string_view path, std::uint32_t line) {
  const std::string text = in_quotes(path);
  return text.substr(1, text.size() - 2) + ":" + std::to_string(line);
}

}  // namespace argot::server
