// The flags that every command shares that talks to a server, and the client that they make.
#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <optional>
#include <string>

#include "argot_open_ai/lib/options.hpp"
#include "base/result.h"
#include "cli/connection_choice.h"
#include "cli/program.h"

namespace argot::cli {

// What was typed.
struct ClientArguments {
  std::optional<std::string> server;
  std::optional<std::string> key;
  std::optional<std::string> data;
  std::string ca_file;
  std::string timeout;
  std::uint32_t retries = 2;
};

// `arguments` must outlive the command.
void add_client_flags(CLI::App& command, ClientArguments& arguments);

// The chosen server and key with everything else that a client needs.
struct ClientChoice {
  Connection connection;
  openai::SDKOptions options;
};

// Errors: invalid_request, cannot_start.
Result<ClientChoice> choose_client(const ClientArguments& arguments, const Invocation& invocation);

// A duration such as 30s or 12h, or nothing where it was not given. Error: invalid_request.
Result<std::optional<std::chrono::milliseconds>> duration_of(std::string_view flag,
                                                             const std::string& text);

}  // namespace argot::cli
