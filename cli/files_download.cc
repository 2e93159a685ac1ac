#include "cli/files_download.h"

#include <sys/stat.h>

#include <cstdint>
#include <mutex>
#include <ostream>
#include <set>
#include <string_view>

#include "argot_open_ai/funcs/filesDownloadFileTo.hpp"
#include "argot_open_ai/funcs/filesRetrieveFile.hpp"
#include "cli/file_name.h"
#include "cli/parallel.h"

namespace argot::cli {
namespace {

constexpr std::string_view standard_output = "-";

// The paths that downloads of this command write to, so that no two write to one.
class Claims {
 public:
  // Whether nobody else has `path`, nor what the library keeps beside it meanwhile.
  bool take(const std::string& path) {
    const std::scoped_lock lock(mutex_);
    for (const char* const suffix : suffixes) {
      if (taken_.contains(path + suffix)) return false;
    }
    for (const char* const suffix : suffixes) taken_.insert(path + suffix);
    return true;
  }

 private:
  static constexpr const char* suffixes[] = {"", ".part", ".part.note"};

  std::mutex mutex_;
  std::set<std::string> taken_;
};

bool is_there(const std::string& path) {
  struct stat status{};
  return ::lstat(path.c_str(), &status) == 0;
}

std::string in_folder(const std::string& folder, const std::string& name) {
  if (folder.empty()) return name;
  return folder + (folder.ends_with('/') ? "" : "/") + name;
}

// Where the file goes: -o, or what the server calls it. Nothing where that is not to be had, which
// has been told.
std::optional<std::string> path_for(FilesSession& session, const std::string& id,
                                    const DownloadArguments& arguments) {
  if (arguments.output) return arguments.output;
  const auto file = openai::filesRetrieveFile(session.core(), {.fileId = id}, session.options());
  if (file.ok()) return in_folder(arguments.output_dir, safe_file_name(file->filename, id));
  session.fail(id, file.error());
  return std::nullopt;
}

// What goes to standard output: the path, in a line.
std::string download_one(FilesSession& session, const std::string& id,
                         const DownloadArguments& arguments, Claims& claims) {
  const auto path = path_for(session, id, arguments);
  if (!path) return "";
  if (!claims.take(*path)) {
    session.fail(id, *path + " is the name of another of these files: download it by itself");
    return "";
  }
  if (!arguments.is_force && is_there(*path)) {
    session.fail(id, *path + " is there already: --force replaces it, -o names another");
    return "";
  }
  ProgressBoard::Bar bar(session.board(), *path);
  const auto info =
      openai::filesDownloadFileTo(session.core(), {.fileId = id}, *path, session.options(bar),
                                  {.resume = !arguments.is_no_resume});
  if (info.ok()) return *path + "\n";
  session.fail(id, info.error());
  return "";
}

void download_to_output(FilesSession& session, const std::string& id) {
  const FilesSurroundings& surroundings = session.surroundings();
  // A bar would be drawn over what is printed.
  std::optional<ProgressBoard::Bar> bar;
  if (!surroundings.is_out_terminal) bar.emplace(session.board(), id);
  const auto options = bar ? session.options(*bar) : session.options();
  const auto info =
      openai::filesDownloadFileTo(session.core(), {.fileId = id}, session.out(), options);
  if (!info.ok()) session.fail(id, info.error());
}

void download(FilesSession& session, const DownloadArguments& arguments) {
  if (arguments.output == standard_output) {
    return download_to_output(session, arguments.ids.front());
  }
  Claims claims;
  OrderedOutput output(session.out(), session.board(), arguments.ids.size());
  for_each_in_parallel(arguments.ids.size(), arguments.parallel, [&](std::size_t number) {
    const bool begins = !session.is_stopped();
    const std::string& id = arguments.ids[number];
    output.put(number,
               {.line = {}, .text = begins ? download_one(session, id, arguments, claims) : ""});
  });
}

}  // namespace

void add_download_flags(CLI::App& command, DownloadArguments& arguments) {
  command.add_option("id", arguments.ids, "the ids of files")->type_name("ID")->required();
  auto* const output = command
                           .add_option("-o,--output", arguments.output,
                                       "where the one file goes; - is standard output")
                           ->type_name("FILE");
  command.add_option("--output-dir", arguments.output_dir, "where files go under their own names")
      ->type_name("DIR")
      ->check(CLI::ExistingDirectory.description(""))
      ->excludes(output);
  command.add_flag("--force", arguments.is_force, "replace files that are there already");
  command.add_flag("--no-resume", arguments.is_no_resume, "begin anew where a download broke off");
  command.add_option("--parallel", arguments.parallel, "transfers at once [4]")
      ->type_name("N")
      ->check(CLI::Range(std::int64_t{1}, parallel_max).description(""));
}

Result<FilesCommand> download_command(const DownloadArguments& arguments) {
  if (arguments.output && arguments.ids.size() > 1) {
    return fail(ErrorCode::invalid_request,
                "-o: expected one id; files go under their own names with --output-dir");
  }
  if (arguments.output && arguments.output->empty()) {
    return fail(ErrorCode::invalid_request, "-o: expected the name of a file, or -");
  }
  return [arguments](FilesSession& session) { download(session, arguments); };
}

}  // namespace argot::cli
