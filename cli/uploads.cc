#include "cli/uploads.h"

#include <algorithm>
#include <ostream>
#include <string>
#include <vector>

#include "argot_open_ai/funcs/uploadsCancelUpload.hpp"
#include "cli/arguments.h"
#include "cli/client_flags.h"
#include "cli/files_command.h"
#include "cli/files_create.h"
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

Result<FilesCommand> create_in_parts(CreateArguments arguments) {
  if (std::ranges::find(arguments.files, "-") != arguments.files.end()) {
    return fail(ErrorCode::invalid_request,
                "-: expected files: an upload in parts begins with its size, which standard input "
                "does not tell; argot files create takes it");
  }
  arguments.parts_above = "0";
  return create_command(arguments);
}

}  // namespace

int run_uploads(const Invocation& invocation, const Io& io) {
  return run_in_system([&](const FilesSurroundings& surroundings) {
    return run_uploads(invocation, io, surroundings);
  });
}

int run_uploads(const Invocation& invocation, const Io& io, const FilesSurroundings& surroundings) {
  CLI::App app("Uploads of files in parts.", "argot uploads");
  app.require_subcommand(1);
  CLI::App* const creating = app.add_subcommand(
      "create", "Upload files in parts, whatever their sizes, and wait for the server's verdict");
  CreateArguments create;
  add_create_flags(*creating, create);
  creating->get_option("file")->description("what to upload: files, or patterns");
  CLI::App* const cancelling = app.add_subcommand(
      "cancel", "End uploads that broke off, so that their parts need no room any more");
  std::vector<std::string> ids;
  cancelling->add_option("id", ids, "the ids of uploads")->type_name("ID")->required();
  ClientArguments client;
  for (CLI::App* const command : {creating, cancelling}) add_client_flags(*command, client);
  if (const auto code = parse_arguments(app, invocation.arguments, io)) return *code;
  create.timeout = client.timeout;
  Result<FilesCommand> command = [&ids](FilesSession& session) { cancel(session, ids); };
  if (creating->parsed()) command = create_in_parts(create);
  return run_in_session(command, client, invocation, io, surroundings);
}

}  // namespace argot::cli
