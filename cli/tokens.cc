#include "cli/tokens.h"

#include <algorithm>
#include <atomic>
#include <csignal>
#include <filesystem>
#include <memory>
#include <ostream>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "cli/arguments.h"
#include "cli/globs.h"
#include "cli/interrupt.h"
#include "cli/parallel.h"
#include "cli/printable.h"
#include "cli/progress_board.h"
#include "json/writer.h"
#include "tokens/counter.h"
#include "tokens/encoder.h"
#include "tokens/official_file.h"

namespace argot::cli {
namespace {

struct TokensArguments {
  std::vector<std::string> files;
  std::string encoding{tokens::text_of(tokens::Encoding::o200k_base)};
  std::int64_t parallel = std::max(1U, std::thread::hardware_concurrency());
  bool is_json = false;
  bool wants_ids = false;
  bool wants_vocabulary = false;
};

struct CountedFile {
  std::uint64_t tokens = 0;
  std::vector<tokens::Token> ids;  // where they are wanted
};

// One command: its encoding, its streams, and what came of its files so far. Thread-safe.
class TokensSession {
 public:
  TokensSession(const tokens::Vocabulary& vocabulary, const TokensArguments& arguments,
                const OfflineSurroundings& surroundings, const Io& io)
      : vocabulary_(vocabulary),
        pool_(vocabulary),
        arguments_(arguments),
        surroundings_(surroundings),
        io_(io),
        board_({.out = io.err,
                .is_terminal = surroundings.is_err_terminal,
                .columns = surroundings.columns},
               surroundings.clock) {}

  void fail(std::string_view path, std::string_view message);
  void run(const std::vector<std::string>& paths);

  int exit_code() const;

 private:
  Told count(const std::string& path);
  Result<CountedFile> read(const std::string& path);
  std::string output_line(const std::string& path, const CountedFile& counted) const;
  std::string json_line(const std::string& path, const CountedFile& counted) const;

  const tokens::Vocabulary& vocabulary_;
  tokens::CounterPool pool_;
  const TokensArguments& arguments_;
  const OfflineSurroundings& surroundings_;
  Io io_;
  ProgressBoard board_;
  std::atomic<bool> has_failed_ = false;
  std::atomic<std::uint64_t> tokens_ = 0;
};

Result<CountedFile> TokensSession::read(const std::string& path) {
  TRY(const OpenFile file, open_file(path, surroundings_.input));
  ReadingBar bar(board_, path, file.bytes);
  CountedFile counted;
  std::string text;
  tokens::Counter counter(pool_);
  const auto take = [&](Bytes piece) -> Result<> {
    if (!arguments_.wants_ids) return counter.write(piece);
    text += as_text(piece);
    return {};
  };
  TRY_DO(read_all(file.descriptor, surroundings_.stop, bar.progress(), take));
  TRY_DO(counter.finish());
  counted.tokens = counter.tokens();
  if (arguments_.wants_ids) {
    tokens::Encoder(vocabulary_).encode(text, counted.ids);
    counted.tokens = counted.ids.size();
  }
  return counted;
}

std::string TokensSession::json_line(const std::string& path, const CountedFile& counted) const {
  std::string line;
  json::Writer writer(line);
  writer.begin_object();
  writer.key("file").string(path);
  writer.key("encoding").string(tokens::text_of(vocabulary_.encoding()));
  writer.key("tokens").integer(counted.tokens);
  if (arguments_.wants_ids) {
    writer.key("ids").begin_array();
    for (const tokens::Token id : counted.ids) writer.integer(id);
    writer.end_array();
  }
  writer.end_object();
  return line + "\n";
}

Told TokensSession::count(const std::string& path) {
  const auto counted = read(path);
  if (surroundings_.stop.stop_requested()) return {};
  if (!counted) {
    has_failed_ = true;
    return {.line = failure_line(path, counted.error().detail), .text = {}};
  }
  tokens_ += counted->tokens;
  return {.line = {}, .text = output_line(path, *counted)};
}

std::string TokensSession::output_line(const std::string& path, const CountedFile& counted) const {
  if (arguments_.is_json) return json_line(path, counted);
  if (arguments_.wants_ids) {
    std::string line;
    for (const tokens::Token id : counted.ids) {
      if (!line.empty()) line += ' ';
      line += std::to_string(id);
    }
    return line + "\n";
  }
  return std::to_string(counted.tokens) + "\t" +
         (surroundings_.is_out_terminal ? printable(path) : path) + "\n";
}

void TokensSession::fail(std::string_view path, std::string_view message) {
  has_failed_ = true;
  board_.say(failure_line(path, message));
}

void TokensSession::run(const std::vector<std::string>& paths) {
  OrderedOutput output(io_.out, board_, paths.size());
  for_each_in_parallel(paths.size(), static_cast<std::size_t>(arguments_.parallel),
                       [&](std::size_t number) {
                         const bool begins = !surroundings_.stop.stop_requested();
                         output.put(number, begins ? count(paths[number]) : Told());
                       });
  const bool wants_total = paths.size() > 1 && !arguments_.is_json && !arguments_.wants_ids;
  if (wants_total && !surroundings_.stop.stop_requested()) io_.out << tokens_ << "\ttotal\n";
}

int TokensSession::exit_code() const {
  if (surroundings_.stop.stop_requested()) return exit_code_of_signal(SIGINT);
  return has_failed_ ? exit_usage : exit_success;
}

void add_flags(CLI::App& app, TokensArguments& arguments) {
  app.add_option("file", arguments.files,
                 "what to count: files, folders, patterns, or - for standard input")
      ->type_name("FILE");
  app.add_option("--encoding", arguments.encoding, "o200k_base or cl100k_base [o200k_base]")
      ->type_name("ENCODING");
  app.add_option("--parallel", arguments.parallel, "files at once [one a processor]")
      ->type_name("N")
      ->check(CLI::Range(std::int64_t{1}, parallel_max).description(""));
  app.add_flag("--ids", arguments.wants_ids, "print the tokens' ids, a line for each file");
  app.add_flag("--json", arguments.is_json, "print one JSON object a line for each file");
  app.add_flag("--vocabulary", arguments.wants_vocabulary,
               "print the encoding's .tiktoken file, as its publisher distributes it");
}

// The files in a folder and in those below it, in the order of their names.
std::vector<std::string> files_below(const std::string& folder, std::error_code& error) {
  std::vector<std::string> files;
  std::filesystem::recursive_directory_iterator entries(folder, error);
  for (; !error && entries != std::filesystem::recursive_directory_iterator();
       entries.increment(error)) {
    if (entries->is_regular_file(error)) files.push_back(entries->path());
  }
  std::ranges::sort(files);
  return files;
}

std::vector<std::string> paths_of(const TokensArguments& arguments, TokensSession& session) {
  std::vector<std::string> paths;
  for (const std::string& argument : arguments.files) {
    std::vector<std::string> matches = expanded(argument);
    if (matches.empty()) session.fail(argument, "there is no such file");
    for (std::string& match : matches) {
      std::error_code error;
      if (match == standard_input || !std::filesystem::is_directory(match, error)) {
        paths.push_back(std::move(match));
        continue;
      }
      std::ranges::move(files_below(match, error), std::back_inserter(paths));
      if (error) session.fail(match, error.message());
    }
  }
  return paths;
}

}  // namespace

int run_tokens(const Invocation& invocation, const Io& io) {
  return run_offline([&](const OfflineSurroundings& surroundings) {
    return run_tokens(invocation, io, surroundings);
  });
}

int run_tokens(const Invocation& invocation, const Io& io,
               const OfflineSurroundings& surroundings) {
  CLI::App app("How many tokens files have, and which.", "argot tokens");
  TokensArguments arguments;
  add_flags(app, arguments);
  if (const auto code = parse_arguments(app, invocation.arguments, io)) return *code;
  const auto encoding = tokens::parse_encoding(arguments.encoding);
  if (!encoding) {
    io.err << "argot: --encoding: expected o200k_base or cl100k_base; got '"
           << printable(arguments.encoding) << "'\n";
    return exit_usage;
  }
  if (arguments.files.empty() != arguments.wants_vocabulary) {
    io.err << "argot: expected files, or --vocabulary and no files\n";
    return exit_usage;
  }
  const auto vocabulary = tokens::Vocabulary::load(*encoding);
  if (arguments.wants_vocabulary) {
    io.out << tokens::official_file(*vocabulary);
    return exit_success;
  }
  TokensSession session(*vocabulary, arguments, surroundings, io);
  session.run(paths_of(arguments, session));
  return session.exit_code();
}

}  // namespace argot::cli
