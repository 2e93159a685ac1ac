#include "cli/files_session.h"

#include <unistd.h>

#include <csignal>
#include <ostream>
#include <utility>

#include "cli/interrupt.h"
#include "cli/printable.h"
#include "cli/terminal.h"

namespace argot::cli {
namespace {

using openai::ConnectionError;
using openai::RequestTimeoutError;
using openai::SDKError;

std::string reply_text(const SDKError& error, const Connection& connection) {
  if (!error.error()) {
    std::string text = "the server answered with status " + std::to_string(error.statusCode());
    if (!error.contentType().empty()) text += " and " + error.contentType();
    return text;
  }
  std::string text = error.error()->message;
  if (text.empty()) text = "the server answered with status " + std::to_string(error.statusCode());
  if (error.statusCode() == 401) {
    text +=
        connection.key.empty() ? " (no key was given" : " (the key is from " + connection.key_from;
    text += ", the server from " + connection.server_from + ")";
  }
  return text;
}

int session_failure(const Io& io, const Error& error) {
  io.err << "argot: " << error.detail << "\n";
  return error.code == ErrorCode::invalid_request ? exit_usage : exit_failure;
}

}  // namespace

int exit_code_of(const openai::Error& error) {
  const bool is_unanswered =
      error.as<ConnectionError>() != nullptr || error.as<RequestTimeoutError>() != nullptr;
  return is_unanswered ? exit_unreachable : exit_failure;
}

std::string failure_text(const openai::Error& error, const Connection& connection) {
  if (const auto* const reply = error.as<SDKError>()) {
    return printable(reply_text(*reply, connection));
  }
  if (const auto* const broken = error.as<ConnectionError>()) {
    return printable("no connection to " + connection.server_url + " (from " +
                     connection.server_from + "): " + broken->cause().text);
  }
  return printable(error.what());
}

FilesSession::FilesSession(openai::ArgotOpenAiCore core, Connection connection,
                           const FilesSurroundings& surroundings, const Io& io)
    : core_(std::move(core)),
      connection_(std::move(connection)),
      surroundings_(surroundings),
      io_(io),
      board_({.out = io.err,
              .is_terminal = surroundings.is_err_terminal,
              .columns = surroundings.columns},
             surroundings.clock) {}

openai::RequestOptions FilesSession::options() const {
  openai::RequestOptions options;
  options.fetchOptions.signal = surroundings_.stop;
  return options;
}

openai::RequestOptions FilesSession::options(ProgressBoard::Bar& bar) const {
  openai::RequestOptions options = this->options();
  options.onProgress = [&bar](const openai::Progress& progress) {
    bar.update(progress.done, progress.total);
  };
  return options;
}

void FilesSession::fail(std::string_view name, const openai::Error& error) {
  // Whatever it is called, it is what comes of the stop.
  if (is_stopped()) return fail(name, "interrupted", exit_code_of_signal(SIGINT));
  fail(name, failure_text(error, connection_), exit_code_of(error));
}

void FilesSession::tell(std::string_view name, std::string_view message) {
  board_.say("argot: " + printable(name) + ": " + std::string(message));
}

void FilesSession::fail(std::string_view name, std::string_view message, int code) {
  if (is_stopped()) is_stop_told_ = true;
  tell(name, message);
  raise_to(code);
}

int FilesSession::exit_code() {
  if (is_stopped()) {
    if (!is_stop_told_) board_.say("argot: interrupted");
    raise_to(exit_code_of_signal(SIGINT));
  }
  return code_;
}

void FilesSession::raise_to(int code) {
  int before = code_;
  while (before < code && !code_.compare_exchange_weak(before, code)) {
  }
}

int run_in_session(const Result<std::function<void(FilesSession&)>>& command,
                   const ClientArguments& client, const Invocation& invocation, const Io& io,
                   const FilesSurroundings& surroundings) {
  if (!command) return session_failure(io, command.error());
  auto choice = choose_client(client, invocation);
  if (!choice) return session_failure(io, choice.error());
  auto core = surroundings.make_client(std::move(choice->options));
  if (!core.ok()) {
    io.err << "argot: " << failure_text(core.error(), choice->connection) << "\n";
    return exit_usage;
  }
  FilesSession session(*std::move(core), std::move(choice->connection), surroundings, io);
  (*command)(session);
  return session.exit_code();
}

int run_in_system(const std::function<int(const FilesSurroundings&)>& run) {
  // A connection that breaks is an error, and so is a pipe whose reader is gone.
  std::signal(SIGPIPE, SIG_IGN);
  const Interrupt interrupt;
  const SystemClock clock;
  const int code = run({.make_client = openai::ArgotOpenAiCore::create,
                        .clock = clock,
                        .input = STDIN_FILENO,
                        .is_out_terminal = ::isatty(STDOUT_FILENO) == 1,
                        .is_err_terminal = ::isatty(STDERR_FILENO) == 1,
                        .columns = window_columns,
                        .stop = interrupt.token()});
  return interrupt.exit_code(code);
}

}  // namespace argot::cli
