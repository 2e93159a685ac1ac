#include "cli/files_create.h"

#include <algorithm>
#include <chrono>
#include <memory>
#include <ostream>
#include <utility>

#include "argot_open_ai/funcs/filesCreateFile.hpp"
#include "argot_open_ai/funcs/filesWaitForProcessing.hpp"
#include "base/text.h"
#include "cli/client_flags.h"
#include "cli/descriptor_source.h"
#include "cli/file_table.h"
#include "cli/globs.h"
#include "cli/parallel.h"
#include "cli/printable.h"
#include "cli/upload_in_parts.h"
#include "cli/upload_lock.h"
#include "server/setting_values.h"

namespace argot::cli {
namespace {

using openai::OpenAIFile;

constexpr std::string_view standard_input = "-";

// What all uploads of a command share.
struct Create {
  std::string purpose;
  std::optional<std::string> name;
  std::optional<openai::ExpiresAfter> expires_after;
  openai::WaitOptions wait{.pollInterval = std::chrono::milliseconds(250)};
  PartsChoice parts;
  bool waits = true;
  bool is_json = false;
};

openai::CreateFileRequest request_for(const std::string& path, const Create& create,
                                      const FilesSurroundings& surroundings) {
  openai::CreateFileRequest request{.purpose = create.purpose,
                                    .expiresAfter = create.expires_after};
  if (path == standard_input) {
    // owners: the request.
    auto source = std::make_shared<DescriptorSource>(surroundings.input, surroundings.stop);
    request.file = openai::CreateFileRequestFile{.fileName = create.name.value_or(""),
                                                 .content = std::move(source)};
  } else {
    request.file = openai::openAsBlob(path, {.name = create.name});
  }
  return request;
}

// Says what there is to say against the file.
void judge(FilesSession& session, const std::string& name, const OpenAIFile& file) {
  if (file.status != openai::Status(openai::Status::Error)) return;
  std::string problem = file.statusDetails.value_or("");
  if (problem.empty()) problem = "the server found problems in it";
  session.fail(name, printable(problem) + " (" + printable(file.id) + ")");
}

// Nothing where it failed, which has been told.
std::optional<OpenAIFile> send(FilesSession& session, const std::string& path,
                               const std::string& name, const Create& create,
                               ProgressBoard::Bar& bar) {
  auto request = request_for(path, create, session.surroundings());
  const bool in_parts = path != standard_input && goes_in_parts(path, create.parts);
  const auto lock = in_parts ? UploadLock::take(path) : nullptr;
  if (!lock) {
    session.fail(name, lock.error().detail);
    return std::nullopt;
  }
  auto file =
      in_parts ? upload_in_parts(session, path, request, create.parts, bar)
               : openai::filesCreateFile(session.core(), std::move(request), session.options(bar));
  if (file.ok()) return *std::move(file);
  session.fail(name, file.error());
  return std::nullopt;
}

// What goes to standard output.
std::string create_one(FilesSession& session, const std::string& path, const Create& create) {
  const std::string name = create.name.value_or(path);
  ProgressBoard::Bar bar(session.board(), name);
  auto file = send(session, path, name, create, bar);
  if (!file) return "";
  if (create.waits && file->status == openai::Status(openai::Status::Uploaded)) {
    bar.wait_for("waiting for the verdict");
    auto judged = openai::filesWaitForProcessing(session.core(), {.fileId = file->id}, create.wait,
                                                 session.options());
    if (judged.ok()) {
      file = *std::move(judged);
    } else {
      session.fail(name + " (" + file->id + ")", judged.error());
    }
  }
  if (create.waits) judge(session, name, *file);
  return create.is_json ? file_json(*file) : printable(file->id) + "\n";
}

void create_all(FilesSession& session, const std::vector<std::string>& paths, const Create& create,
                std::size_t parallel) {
  OrderedOutput output(session.out(), session.board(), paths.size());
  for_each_in_parallel(paths.size(), parallel, [&](std::size_t number) {
    const bool begins = !session.is_stopped();
    output.put(number,
               {.line = {}, .text = begins ? create_one(session, paths[number], create) : ""});
  });
}

Result<std::optional<openai::ExpiresAfter>> expiry_of(const CreateArguments& arguments) {
  if (arguments.expires_after) return openai::ExpiresAfter{.seconds = *arguments.expires_after};
  TRY(const auto duration, duration_of("--expires-in", arguments.expires_in));
  if (!duration) return std::nullopt;
  const auto seconds = std::chrono::floor<std::chrono::seconds>(*duration);
  if (seconds != *duration) {
    return fail(ErrorCode::invalid_request, "--expires-in: expected whole seconds");
  }
  return openai::ExpiresAfter{.seconds = seconds.count()};
}

Result<std::uint64_t> size_of(std::string_view flag, const std::string& text,
                              std::uint64_t unless_given) {
  if (text.empty()) return unless_given;
  const auto bytes = parse_human_bytes(text);
  if (bytes) return *bytes;
  return fail(
      ErrorCode::invalid_request,
      std::string(flag) + ": expected a size such as 512MB; got " + server::in_quotes(text));
}

// Transfers at once are those of all files together.
Result<PartsChoice> parts_of(const CreateArguments& arguments, std::size_t files) {
  PartsChoice parts{.resumes = !arguments.is_no_resume};
  TRY(parts.above, size_of("--parts-above", arguments.parts_above, parts.above));
  const auto part_bytes_max = static_cast<std::uint64_t>(parts.part_bytes);
  TRY(const std::uint64_t bytes, size_of("--part-size", arguments.part_size, part_bytes_max));
  if (bytes == 0 || bytes > part_bytes_max) {
    return fail(ErrorCode::invalid_request, "--part-size: expected up to 64MB");
  }
  parts.part_bytes = static_cast<std::int64_t>(bytes);
  parts.parallel = std::max<std::size_t>(1, arguments.parallel / std::max<std::size_t>(1, files));
  return parts;
}

Result<> check_names(const CreateArguments& arguments) {
  const bool has_input =
      std::ranges::find(arguments.files, standard_input) != arguments.files.end();
  if (has_input && (arguments.files.size() > 1 || !arguments.name)) {
    return fail(ErrorCode::invalid_request,
                "-: standard input goes alone, and needs a name for its file: --name NAME");
  }
  if (arguments.name && arguments.name->empty()) {
    return fail(ErrorCode::invalid_request, "--name: expected a name");
  }
  return {};
}

}  // namespace

void add_create_flags(CLI::App& command, CreateArguments& arguments) {
  command
      .add_option("file", arguments.files,
                  "what to upload: files, patterns, or - for standard input")
      ->type_name("FILE")
      ->required();
  command.add_option("--purpose", arguments.purpose, "assistants, batch, fine-tune, vision, ...")
      ->type_name("PURPOSE")
      ->required();
  command.add_option("--name", arguments.name, "what the server is to call the one file")
      ->type_name("NAME");
  auto* const expires_in =
      command
          .add_option("--expires-in", arguments.expires_in, "when it ends by itself, such as 30d")
          ->type_name("DURATION");
  command.add_option("--expires-after", arguments.expires_after, "the same in seconds")
      ->type_name("SECONDS")
      ->excludes(expires_in)
      ->check(CLI::PositiveNumber.description(""));
  command.add_option("--parallel", arguments.parallel, "transfers at once [4]")
      ->type_name("N")
      ->check(CLI::Range(std::int64_t{1}, parallel_max).description(""));
  command.add_option("--part-size", arguments.part_size, "the size of a part [64MB]")
      ->type_name("SIZE");
  command.add_flag("--no-resume", arguments.is_no_resume,
                   "begin anew where an upload in parts broke off");
  command.add_flag("--no-wait", arguments.is_no_wait, "do not wait for the server's verdict");
  command.add_flag("--json", arguments.is_json, "print one JSON object a line");
}

void add_parts_above_flag(CLI::App& command, CreateArguments& arguments) {
  command
      .add_option("--parts-above", arguments.parts_above,
                  "the size above which a file goes in parts [512MB]")
      ->type_name("SIZE");
}

Result<FilesCommand> create_command(const CreateArguments& arguments) {
  TRY_DO(check_names(arguments));
  Create create{.purpose = arguments.purpose,
                .name = arguments.name,
                .waits = !arguments.is_no_wait,
                .is_json = arguments.is_json};
  TRY(create.expires_after, expiry_of(arguments));
  TRY(const auto timeout, duration_of("--timeout", arguments.timeout));
  if (timeout) create.wait.maxWait = std::min(create.wait.maxWait, *timeout);

  std::vector<std::string> paths;
  std::vector<std::string> unmatched;
  for (const std::string& argument : arguments.files) {
    std::vector<std::string> matches = expanded(argument);
    if (matches.empty()) unmatched.push_back(argument);
    std::ranges::move(matches, std::back_inserter(paths));
  }
  if (arguments.name && paths.size() > 1) {
    return fail(ErrorCode::invalid_request,
                "--name: expected one file; there are " + std::to_string(paths.size()));
  }
  TRY(create.parts, parts_of(arguments, paths.size()));
  return [=, parallel = arguments.parallel](FilesSession& session) {
    for (const std::string& pattern : unmatched) session.fail(pattern, "there is no such file");
    create_all(session, paths, create, parallel);
  };
}

}  // namespace argot::cli
