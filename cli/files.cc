#include "cli/files.h"

#include "cli/arguments.h"
#include "cli/client_flags.h"
#include "cli/files_by_id.h"
#include "cli/files_create.h"
#include "cli/files_download.h"
#include "cli/files_list.h"

namespace argot::cli {
namespace {

// The five commands and what was typed for them.
class FilesCommands {
 public:
  explicit FilesCommands(CLI::App& app) {
    creating_ = add(app, "create", "Upload files and wait for the server's verdict");
    add_create_flags(*creating_, create_);
    add_parts_above_flag(*creating_, create_);
    listing_ = add(app, "list", "Show files");
    add_list_flags(*listing_, list_);
    retrieving_ = add(app, "retrieve", "Show what is known of files");
    add_by_id_flags(*retrieving_, by_id_);
    downloading_ = add(app, "download", "Get the contents of files");
    add_download_flags(*downloading_, download_);
    deleting_ = add(app, "delete", "Delete files");
    add_by_id_flags(*deleting_, by_id_);
    for (CLI::App* const command : app.get_subcommands({})) add_client_flags(*command, client_);
  }

  // After parsing. Error: invalid_request.
  Result<FilesCommand> chosen() {
    if (listing_->parsed()) return list_command(list_);
    if (retrieving_->parsed()) return retrieve_command(by_id_);
    if (deleting_->parsed()) return delete_command(by_id_);
    if (downloading_->parsed()) return download_command(download_);
    create_.timeout = client_.timeout;
    return create_command(create_);
  }

  const ClientArguments& client() const { return client_; }

 private:
  static CLI::App* add(CLI::App& app, const char* name, const char* description) {
    return app.add_subcommand(name, description);
  }

  ClientArguments client_;
  CreateArguments create_;
  ListArguments list_;
  ByIdArguments by_id_;
  DownloadArguments download_;
  CLI::App* creating_ = nullptr;
  CLI::App* listing_ = nullptr;
  CLI::App* retrieving_ = nullptr;
  CLI::App* downloading_ = nullptr;
  CLI::App* deleting_ = nullptr;
};

}  // namespace

int run_files(const Invocation& invocation, const Io& io) {
  return run_in_system([&](const FilesSurroundings& surroundings) {
    return run_files(invocation, io, surroundings);
  });
}

int run_files(const Invocation& invocation, const Io& io, const FilesSurroundings& surroundings) {
  CLI::App app("Files on a server that speaks the OpenAI Files API.", "argot files");
  app.require_subcommand(1);
  FilesCommands commands(app);
  if (const auto code = parse_arguments(app, invocation.arguments, io)) return *code;

  return run_in_session(commands.chosen(), commands.client(), invocation, io, surroundings);
}

}  // namespace argot::cli
