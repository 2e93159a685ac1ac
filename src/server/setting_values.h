// How the values of settings are written: durations, addresses, yes and no. Sizes are in
// base/text.h.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace argot::server {

// "500ms", "10s", "1m", "24h", "30d": whole numbers with a unit. At most 100 years.
std::optional<std::chrono::milliseconds> parse_duration(std::string_view text);

// With the largest unit up to hours that is exact: 60 s is "1m", 90 s is "90s".
std::string duration_text(std::chrono::milliseconds duration);

// As parse_human_bytes() reads it: "512MB", "1000".
std::string size_text(std::uint64_t bytes);

std::optional<bool> parse_boolean(std::string_view text);

// Where the server listens. `host` is an address or a name, without the brackets of IPv6.
struct ListenAddress {
  std::string host = "127.0.0.1";
  std::uint16_t port = 8080;

  // "127.0.0.1:8080", "[::1]:8080".
  std::string text() const;

  // Whether only this machine can reach it: 127.0.0.0/8, ::1 and "localhost".
  bool is_loopback() const;

  friend bool operator==(const ListenAddress&, const ListenAddress&) = default;
};

// Where the admin listener is: on a Unix socket, an address, or nowhere.
struct AdminAddress {
  enum class Kind { unix_socket, tcp, off };
  Kind kind = Kind::unix_socket;
  std::string path;       // of the socket; empty: admin.sock in the data folder
  ListenAddress address;  // of Kind::tcp

  // "unix:/run/argot/admin.sock", "127.0.0.1:9090", "off"; "" for the socket in the data folder.
  std::string text() const;

  friend bool operator==(const AdminAddress&, const AdminAddress&) = default;
};

std::optional<AdminAddress> parse_admin_address(std::string_view text);

// Where the metadata is: in a file, or on a PostgreSQL server.
struct CatalogLocation {
  enum class Kind { sqlite, postgres };
  Kind kind = Kind::sqlite;
  std::string where;  // path of the file; address of the server, which may hold a password

  // "sqlite:PATH", "postgres://HOST:PORT/DATABASE": without user, password and options.
  std::string text() const;

  friend bool operator==(const CatalogLocation&, const CatalogLocation&) = default;
};

// sqlite:PATH, or the URI of a PostgreSQL database.
std::optional<CatalogLocation> parse_catalog_location(std::string_view text);

// HOST:PORT or [IPV6]:PORT; both halves are needed.
std::optional<ListenAddress> parse_listen_address(std::string_view text);

// `text` between quotation marks and on one line whatever is in it, for messages. Long texts are
// cut; of a URL only the scheme is shown, because the rest may hold a password, and of what looks
// like half an URL only what follows the password; of a key nothing.
std::string in_quotes(std::string_view text);

// "argot.toml:3", on one line whatever the path is.
std::string file_and_line(std::string_view path, std::uint32_t line);

}  // namespace argot::server
