#include "cli/client_flags.h"

#include <chrono>
#include <utility>

#include "server/setting_values.h"

namespace argot::cli {
namespace {

constexpr std::uint32_t retries_max = 100;

openai::RetryConfig retries_of(std::uint32_t retries) {
  if (retries == 0) return openai::RetryConfig::none();
  openai::RetryConfig config = openai::RetryConfig::recommended();
  config.maxAttempts = retries + 1;
  return config;
}

}  // namespace

void add_client_flags(CLI::App& command, ClientArguments& arguments) {
  const char* const group = "Connection";
  command.add_option("--server", arguments.server, "where to go, as http://127.0.0.1:8080/v1")
      ->type_name("URL")
      ->group(group);
  command.add_option("--key", arguments.key, "the key; safer in ARGOTOPENAI_API_KEY_AUTH")
      ->type_name("KEY")
      ->group(group);
  command.add_option("--data", arguments.data, "the data folder of a server on this machine")
      ->type_name("DIR")
      ->group(group);
  command
      .add_option("--timeout", arguments.timeout, "for each call, with its retries, such as 30s")
      ->type_name("DURATION")
      ->group(group);
  command.add_option("--retries", arguments.retries, "how often to try again [2]")
      ->type_name("N")
      ->check(CLI::Range(std::uint32_t{0}, retries_max).description(""))
      ->group(group);
  command
      .add_option("--ca-file", arguments.ca_file, "certificates to trust, instead of the system's")
      ->type_name("FILE")
      ->check(CLI::ExistingFile.description(""))
      ->group(group);
}

Result<ClientChoice> choose_client(const ClientArguments& arguments, const Invocation& invocation) {
  ConnectionSources sources{.server = arguments.server,
                            .key = arguments.key,
                            .data = arguments.data,
                            .environment = invocation.environment};
  sources.environment.insert(invocation.connection_environment.begin(),
                             invocation.connection_environment.end());
  ClientChoice choice;
  TRY(choice.connection, choose_connection(sources));
  TRY(const auto timeout, duration_of("--timeout", arguments.timeout));
  // Never unset: the library would look into the environment itself, and at api.openai.com.
  choice.options.serverURL = choice.connection.server_url;
  choice.options.apiKeyAuth = openai::ApiKey(choice.connection.key);
  choice.options.retryConfig = retries_of(arguments.retries);
  choice.options.timeout = timeout.value_or(std::chrono::milliseconds(0));
  choice.options.transport.caFile = arguments.ca_file;
  choice.options.transport.userAgentSuffix = "argot-cli/" ARGOT_VERSION;
  return choice;
}

Result<std::optional<std::chrono::milliseconds>> duration_of(std::string_view flag,
                                                             const std::string& text) {
  if (text.empty()) return std::nullopt;
  const auto duration = server::parse_duration(text);
  if (duration && duration->count() > 0) return duration;
  return fail(ErrorCode::invalid_request, std::string(flag) +
                                              ": expected a duration such as 30s or 12h; got " +
                                              server::in_quotes(text));
}

}  // namespace argot::cli
