#include "cli/connection_choice.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <string_view>
#include <system_error>
#include <utility>

#include "cli/printable.h"
#include "server/setting_values.h"
#include "server/small_file.h"

namespace argot::cli {
namespace {

constexpr std::string_view server_variable = "ARGOTOPENAI_SERVER_URL";
constexpr std::string_view key_variable = "ARGOTOPENAI_API_KEY_AUTH";
constexpr std::array<std::string_view, 2> server_variables = {server_variable, "OPENAI_BASE_URL"};
constexpr std::array<std::string_view, 2> key_variables = {key_variable, "OPENAI_API_KEY"};
constexpr std::string_view default_server = "http://127.0.0.1:8080/v1";
constexpr std::size_t credentials_bytes_max = 4096;

// A value and the name of where it is from.
struct Given {
  std::string value;
  std::string from;
};

struct Credentials {
  std::string path;
  std::string server_url;  // "" where the file has none
  std::string key;
};

std::string without_slashes(std::string url) {
  while (url.ends_with('/')) url.pop_back();
  return url;
}

std::optional<Given> first_of(const std::optional<std::string>& flag, std::string_view flag_name,
                              const std::array<std::string_view, 2>& variables,
                              const std::map<std::string, std::string>& environment) {
  if (flag) return Given{.value = *flag, .from = std::string(flag_name)};
  for (const std::string_view variable : variables) {
    const auto found = environment.find(std::string(variable));
    if (found == environment.end() || found->second.empty()) continue;
    return Given{.value = found->second, .from = std::string(variable)};
  }
  return std::nullopt;
}

// The data folder that somebody named; else it is the one that happens to be here.
std::optional<std::string> named_folder(const ConnectionSources& sources) {
  if (sources.data) return *sources.data;
  const auto found = sources.environment.find("ARGOT_DATA");
  if (found == sources.environment.end() || found->second.empty()) return std::nullopt;
  return found->second;
}

// Whether the server of a URL is this machine, as its text says: nothing that a library could read
// as another host, and no name but one that never leaves the machine.
bool is_on_this_machine(std::string_view url) {
  const std::size_t scheme_end = url.find("://");
  if (scheme_end == std::string_view::npos) return false;
  url.remove_prefix(scheme_end + 3);
  const std::string_view authority = url.substr(0, url.find_first_of("/?#"));
  const std::size_t port = authority.rfind(':');
  const bool has_port = port != std::string_view::npos &&
                        authority.find_first_not_of("0123456789", port + 1) == std::string::npos;
  const std::string host(has_port ? authority.substr(0, port) : authority);
  if (host == "localhost" || host == "[::1]") return true;
  in_addr address{};
  return host.starts_with("127.") && host.find('\0') == std::string::npos &&
         ::inet_pton(AF_INET, host.c_str(), &address) == 1;
}

std::unexpected<Error> unusable(const std::string& path, const std::string& why) {
  return fail(ErrorCode::cannot_start, "cannot use " + server::in_quotes(path) + " (" + why +
                                           "): mend it, or name a server with --server and a key "
                                           "in ARGOTOPENAI_API_KEY_AUTH");
}

// What the server wrote for the tools of its user. A file that others may read was not made by it.
Result<std::optional<Credentials>> read_credentials(const std::string& folder) {
  namespace fs = std::filesystem;
  Credentials credentials{.path = folder + "/credentials"};
  std::error_code failure;
  const fs::file_status status = fs::status(credentials.path, failure);
  if (status.type() == fs::file_type::not_found) return std::nullopt;
  if (failure) return unusable(credentials.path, failure.message());
  const fs::perms of_others = fs::perms::group_all | fs::perms::others_all;
  if ((status.permissions() & of_others) != fs::perms::none) {
    return unusable(credentials.path, "other users have access to it");
  }
  const auto text = server::read_small_file(credentials.path, credentials_bytes_max);
  if (!text) return unusable(credentials.path, text.error().detail);
  std::string_view rest = *text;
  while (!rest.empty()) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    const std::size_t equals = line.find('=');
    if (equals == std::string_view::npos) continue;
    const std::string_view value = line.substr(equals + 1);
    if (line.substr(0, equals) == server_variable) credentials.server_url = value;
    if (line.substr(0, equals) == key_variable) credentials.key = value;
  }
  return credentials;
}

// The credentials of the folder that was named, or of the one that is here. The latter may have
// come with an archive, which must not decide where a key and files go.
Result<std::optional<Credentials>> find_credentials(const ConnectionSources& sources) {
  const auto named = named_folder(sources);
  TRY(auto credentials, read_credentials(named.value_or("argot-data")));
  const bool is_trusted = named || !credentials || credentials->server_url.empty() ||
                          is_on_this_machine(credentials->server_url);
  if (is_trusted) return credentials;
  return fail(ErrorCode::cannot_start,
              "cannot use " + server::in_quotes(credentials->path) + " (its server " +
                  printable(credentials->server_url) +
                  " is not on this machine, and nobody named the folder): name the folder with "
                  "--data, or a server with --server");
}

// Nothing that a library could take for "not set", and fill in with a server of its own.
Result<> check_server(const Connection& chosen) {
  if (chosen.server_url.starts_with("http://") || chosen.server_url.starts_with("https://")) {
    return {};
  }
  return fail(ErrorCode::invalid_request,
              chosen.server_from + ": expected the URL of a server, http://... or https://...");
}

}  // namespace

Result<Connection> choose_connection(const ConnectionSources& sources) {
  const auto server = first_of(sources.server, "--server", server_variables, sources.environment);
  const auto key = first_of(sources.key, "--key", key_variables, sources.environment);
  std::optional<Credentials> credentials;
  if (!server || !key) {
    auto read = find_credentials(sources);
    // A server that was named needs none; a key that cannot be read is a 401, which says more.
    if (!read && !server) return std::unexpected(std::move(read).error());
    if (read) credentials = *std::move(read);
  }
  Connection chosen;
  if (server) {
    chosen = {.server_url = without_slashes(server->value), .server_from = server->from};
  } else if (credentials && !credentials->server_url.empty()) {
    chosen = {.server_url = without_slashes(credentials->server_url),
              .server_from = credentials->path};
  } else {
    chosen = {.server_url = std::string(default_server), .server_from = "the default"};
  }
  TRY_DO(check_server(chosen));
  if (key) {
    chosen.key = key->value;
    chosen.key_from = key->from;
  } else if (credentials && chosen.server_url == without_slashes(credentials->server_url)) {
    chosen.key = credentials->key;
    chosen.key_from = credentials->path;
  }
  return chosen;
}

std::map<std::string, std::string> connection_environment() {
  std::map<std::string, std::string> found;
  for (const auto& variables : {server_variables, key_variables}) {
    for (const std::string_view variable : variables) {
      const std::string name(variable);
      if (const char* const value = std::getenv(name.c_str())) found.emplace(name, value);
    }
  }
  return found;
}

}  // namespace argot::cli
