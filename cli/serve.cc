#include "cli/serve.h"

#include <ostream>

#include "cli/arguments.h"
#include "cli/setting_flags.h"
#include "server/run.h"
#include "server/settings_table.h"

namespace argot::cli {

int run_serve(const Invocation& invocation, const Io& io) {
  CLI::App app("Serves the Files API until SIGTERM.", "argot serve");
  // Our own, because every setting has a variable and a key of the file beside its flag.
  bool is_help_wanted = false;
  app.set_help_flag();
  app.add_flag("-h,--help", is_help_wanted);
  SettingFlags flags(app);
  flags.add_all();
  if (const auto code = parse_arguments(app, invocation.arguments, io)) return *code;
  if (is_help_wanted) {
    io.out << "Serves the Files API until SIGTERM.\n"
              "Usage: argot serve [--config FILE] [FLAGS]\n\n"
              "Every flag is a setting. It can also be given by an environment variable, or by\n"
              "its key in the TOML file of --config or ARGOT_CONFIG. A flag beats a variable, a\n"
              "variable beats the file.\n\n"
           << server::settings_help();
    return exit_success;
  }
  const auto settings = flags.load(invocation.environment);
  if (!settings) {
    io.err << "argot: " << settings.error().detail << "\n";
    return exit_failure;
  }
  if (const auto ended = server::run_server(*settings, io.out, io.err); !ended) {
    io.err << "argot: " << ended.error().detail << "\n";
    return exit_failure;
  }
  return exit_success;
}

}  // namespace argot::cli
