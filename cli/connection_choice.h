// Which server a command talks to, and with which key.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "base/result.h"

namespace argot::cli {

// Where both may come from. An empty variable counts as not set.
struct ConnectionSources {
  std::optional<std::string> server;               // --server
  std::optional<std::string> key;                  // --key
  std::optional<std::string> data;                 // --data
  std::map<std::string, std::string> environment;  // by name
};

// What was chosen, and what it came from, for messages: "--server", "OPENAI_API_KEY",
// "argot-data/credentials".
struct Connection {
  std::string server_url;  // without a slash at its end
  std::string server_from;
  std::string key;  // "" where there is none
  std::string key_from;
};

// The server: --server, ARGOTOPENAI_SERVER_URL, OPENAI_BASE_URL, the credentials of the data
// folder (--data, ARGOT_DATA, argot-data), http://127.0.0.1:8080/v1. The key: --key,
// ARGOTOPENAI_API_KEY_AUTH, OPENAI_API_KEY, and the credentials' for the credentials' server only.
// In a folder that was not named, the credentials' server has to be this machine.
// Errors: invalid_request, where the server is no URL; cannot_start, where the credentials are
// needed, and are there, and cannot be used.
Result<Connection> choose_connection(const ConnectionSources& sources);

// The variables that it looks at, taken from this process, ARGOT_DATA excepted.
std::map<std::string, std::string> connection_environment();

}  // namespace argot::cli
