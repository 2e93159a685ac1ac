#include "cli/files_list.h"

#include <cstdint>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "argot_open_ai/funcs/filesListAllFiles.hpp"
#include "cli/file_table.h"
#include "cli/printable.h"

namespace argot::cli {
namespace {

constexpr std::string_view subject = "files list";

void list(FilesSession& session, const ListArguments& arguments) {
  std::ostream& out = session.out();
  const bool is_table = session.surroundings().is_out_terminal && !arguments.is_json;
  std::vector<openai::OpenAIFile> files;  // of the table, whose columns depend on all of them
  std::string next;                       // where the next page begins, if there is one
  for (auto& page : openai::filesListPages(session.core(), arguments.request, session.options())) {
    if (!page.ok()) {
      session.fail(subject, page.error());
      break;
    }
    for (openai::OpenAIFile& file : page->data) {
      if (is_table) {
        files.push_back(std::move(file));
      } else {
        out << (arguments.is_json ? file_json(file) : file_row(file));
      }
    }
    if (page->hasMore) next = page->lastId.value_or("");
    if (!arguments.is_all || !out.flush()) break;
  }
  if (is_table) out << files_table(files);
  if (!arguments.is_all && !next.empty()) {
    session.board().say("There are more: --all shows them, or --after " + printable(next) + ".");
  }
}

}  // namespace

void add_list_flags(CLI::App& command, ListArguments& arguments) {
  command.add_option("--purpose", arguments.request.purpose, "only files of this purpose")
      ->type_name("PURPOSE");
  command
      .add_option("--limit", arguments.request.limit,
                  "files to show, or with --all to ask for at a time")
      ->type_name("N")
      ->check(CLI::Range(std::int64_t{1}, std::int64_t{10'000}).description(""));
  command.add_option("--order", arguments.request.order, "asc or desc, by the time of creation")
      ->type_name("ORDER")
      ->check(CLI::IsMember({"asc", "desc"}).description(""));
  command.add_option("--after", arguments.request.after, "begin behind this file")->type_name("ID");
  command.add_flag("--all", arguments.is_all, "all of them, however many");
  command.add_flag("--json", arguments.is_json, "print one JSON object a line");
}

FilesCommand list_command(const ListArguments& arguments) {
  return [arguments](FilesSession& session) { list(session, arguments); };
}

}  // namespace argot::cli
