#include "cli/program.h"

#include <ostream>
#include <string_view>
#include <utility>

#include "cli/admin.h"
#include "cli/check.h"
#include "cli/files.h"
#include "cli/keys.h"
#include "cli/serve.h"
#include "cli/tokens.h"
#include "cli/uploads.h"
#include "documents/child.h"

namespace argot::cli {
namespace {

constexpr std::string_view help =
    "Argot: your own OpenAI-compatible Files API.\n"
    "\n"
    "  argot serve    serve the API\n"
    "  argot keys     create, list and revoke keys\n"
    "  argot admin    show and set limits, show what is used, move to PostgreSQL and S3\n"
    "  argot files    create, list, retrieve, download and delete files on a server\n"
    "  argot uploads  send files in parts, and end what broke off\n"
    "  argot check    say what a server would find wrong with files, line by line\n"
    "  argot tokens   how many tokens files have, and which\n"
    "  argot help     show this\n"
    "\n"
    "Each command says more with --help; --version shows the version.\n";

// All but the server, with the rest of the arguments.
int run_command(const std::string& command, const Invocation& invocation, const Io& io) {
  if (command == "keys") return run_keys(invocation, io);
  if (command == "admin") return run_admin(invocation, io);
  if (command == "files") return run_files(invocation, io);
  if (command == "uploads") return run_uploads(invocation, io);
  if (command == "check") return run_check(invocation, io);
  if (command == "tokens") return run_tokens(invocation, io);
  if (command == "help" || command == "--help" || command == "-h") {
    io.out << help;
    return exit_success;
  }
  if (command == "version" || command == "--version") {
    io.out << "argot " ARGOT_VERSION "\n";
    return exit_success;
  }
  io.err << "argot: there is no command '" << command << "'\n\n" << help;
  return exit_usage;
}

}  // namespace

int run_program(Invocation invocation, const Io& io) {
  std::vector<std::string>& arguments = invocation.arguments;
  if (arguments.empty()) {
    io.err << help;
    return exit_usage;
  }
  const std::string command = std::move(arguments.front());
  arguments.erase(arguments.begin());
  // The server starts itself so, to read a document; nobody else does.
  if (command == documents::child_command) documents::run_child(arguments);
  // A server does its work whatever becomes of what it prints.
  if (command == "serve") return run_serve(invocation, io);
  const int code = run_command(command, invocation, io);
  if (io.out.flush() || code != exit_success) return code;
  io.err << "argot: standard output: it takes no more\n";
  return exit_failure;
}

}  // namespace argot::cli
