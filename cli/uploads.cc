#include "cli/uploads.h"

#include <ostream>
#include <string>
#include <vector>

#include "argot_open_ai/funcs/uploadsCancelUpload.hpp"
#include "cli/arguments.h"
#include "cli/client_flags.h"
#include "cli/files_command.h"
#include "cli/printable.h"

namespace argot::cli {
namespace {

void cancel(FilesSession& session, const std::vector<std::string>& ids) {
  for (const std::string& id : ids) {
    if (session.is_stopped()) return;
    const auto upload =
        openai::uploadsCancelUpload(session.core(), {.uploadId = id}, session.options());
    if (upload.ok()) {
      session.out() << printable(upload->id) << "\n" << std::flush;
    } else {
      session.fail(id, upload.error());
    }
  }
}

}  // namespace

int run_uploads(const Invocation& invocation, const Io& io) {
  return run_in_system([&](const FilesSurroundings& surroundings) {
    return run_uploads(invocation, io, surroundings);
  });
}

int run_uploads(const Invocation& invocation, const Io& io, const FilesSurroundings& surroundings) {
  CLI::App app("Uploads in parts that were begun and not completed.", "argot uploads");
  app.require_subcommand(1);
  CLI::App* const cancelling =
      app.add_subcommand("cancel", "End uploads, so that their parts need no room any more");
  std::vector<std::string> ids;
  cancelling->add_option("id", ids, "the ids of uploads")->type_name("ID")->required();
  ClientArguments client;
  add_client_flags(*cancelling, client);
  if (const auto code = parse_arguments(app, invocation.arguments, io)) return *code;
  const FilesCommand command = [&ids](FilesSession& session) { cancel(session, ids); };
  return run_in_session(command, client, invocation, io, surroundings);
}

}  // namespace argot::cli
