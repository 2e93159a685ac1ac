#include "cli/files_by_id.h"

#include <ostream>

#include "argot_open_ai/funcs/filesDeleteFile.hpp"
#include "argot_open_ai/funcs/filesRetrieveFile.hpp"
#include "cli/file_table.h"
#include "cli/printable.h"

namespace argot::cli {
namespace {

void retrieve(FilesSession& session, const ByIdArguments& arguments) {
  bool is_first = true;
  for (const std::string& id : arguments.ids) {
    if (session.is_stopped()) return;
    const auto file = openai::filesRetrieveFile(session.core(), {.fileId = id}, session.options());
    if (!file.ok()) {
      session.fail(id, file.error());
      continue;
    }
    if (!arguments.is_json && !is_first) session.out() << "\n";
    session.out() << (arguments.is_json ? file_json(*file) : file_details(*file)) << std::flush;
    is_first = false;
  }
}

void remove(FilesSession& session, const ByIdArguments& arguments) {
  for (const std::string& id : arguments.ids) {
    if (session.is_stopped()) return;
    const auto reply = openai::filesDeleteFile(session.core(), {.fileId = id}, session.options());
    if (!reply.ok()) {
      session.fail(id, reply.error());
      continue;
    }
    if (!reply->deleted) session.fail(id, "the server says that it did not delete it");
    if (arguments.is_json) {
      session.out() << printable_json(reply->toJson()) << "\n" << std::flush;
    } else if (reply->deleted) {
      session.out() << printable(reply->id) << "\n" << std::flush;
    }
  }
}

}  // namespace

void add_by_id_flags(CLI::App& command, ByIdArguments& arguments) {
  command.add_option("id", arguments.ids, "the ids of files")->type_name("ID")->required();
  command.add_flag("--json", arguments.is_json, "print one JSON object a line");
}

FilesCommand retrieve_command(const ByIdArguments& arguments) {
  return [arguments](FilesSession& session) { retrieve(session, arguments); };
}

FilesCommand delete_command(const ByIdArguments& arguments) {
  return [arguments](FilesSession& session) { remove(session, arguments); };
}

}  // namespace argot::cli
