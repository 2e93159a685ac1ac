#include "cli/arguments.h"

#include <algorithm>
#include <ostream>
#include <stdexcept>

namespace argot::cli {

std::optional<int> parse_arguments(CLI::App& app, std::vector<std::string> arguments,
                                   const Io& io) {
  // The library takes them from the back.
  std::ranges::reverse(arguments);
  try {
    app.parse(std::move(arguments));
    return std::nullopt;
  } catch (const CLI::CallForHelp&) {
    // Of the sub-command that was asked about, if there is one.
    const auto chosen = app.get_subcommands();
    io.out << (chosen.empty() ? app.help() : chosen.front()->help(app.get_name()));
    return exit_success;
  } catch (const CLI::ParseError& error) {
    io.err << "argot: " << error.what() << "\n"
           << "Run '" << app.get_name() << " --help' for what there is.\n";
    return exit_usage;
  } catch (const std::invalid_argument&) {
    // What the library throws for `--switch=maybe`.
    io.err << "argot: a switch has a value that is neither true nor false\n"
           << "Run '" << app.get_name() << " --help' for what there is.\n";
    return exit_usage;
  }
}

}  // namespace argot::cli
