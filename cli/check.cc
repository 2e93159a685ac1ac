#include "cli/check.h"

#include <algorithm>
#include <atomic>
#include <csignal>
#include <mutex>
#include <ostream>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "cli/arguments.h"
#include "cli/check_file.h"
#include "cli/check_text.h"
#include "cli/globs.h"
#include "cli/interrupt.h"
#include "cli/offline.h"
#include "cli/parallel.h"
#include "cli/printable.h"
#include "cli/progress_board.h"
#include "policy/models.h"

namespace argot::cli {
namespace {

struct CheckArguments {
  std::vector<std::string> files;
  std::string purpose;
  std::string format;
  std::string model;
  std::int64_t parallel = std::max(1U, std::thread::hardware_concurrency());
  bool is_strict = false;
  bool is_json = false;
  bool wants_tokens = false;
};

// One command: its rules, its streams, and what came of its files so far. Thread-safe.
class CheckSession {
 public:
  CheckSession(const CheckRules& rules, bool is_json, const OfflineSurroundings& surroundings,
               const Io& io)
      : rules_(rules),
        is_json_(is_json),
        surroundings_(surroundings),
        io_(io),
        board_({.out = io.err,
                .is_terminal = surroundings.is_err_terminal,
                .columns = surroundings.columns},
               surroundings.clock) {}

  void fail(std::string_view path, std::string_view message);
  void run(const std::vector<std::string>& paths, std::size_t parallel);

  int exit_code() const;

 private:
  Told check(const std::string& path);
  Result<CheckedFile> read(const std::string& path);
  static std::string shown(const std::string& path, bool is_terminal) {
    return is_terminal ? printable(path) : path;
  }

  CheckRules rules_;
  bool is_json_;
  const OfflineSurroundings& surroundings_;
  Io io_;
  ProgressBoard board_;
  bool is_alone_ = false;  // the file, whose summary then comes last
  std::atomic<bool> has_failed_ = false;
  std::mutex mutex_;  // guards what follows
  CheckTotals totals_;
  std::string last_summary_;
};

Result<CheckedFile> CheckSession::read(const std::string& path) {
  TRY(const OpenFile file, open_file(path, surroundings_.input));
  ReadingBar bar(board_, path, file.bytes);
  const CheckInput input{.descriptor = file.descriptor,
                         .name = path,
                         .progress = bar.progress(),
                         .stop = surroundings_.stop};
  return check_file(input, rules_);
}

Told CheckSession::check(const std::string& path) {
  const auto checked = read(path);
  if (surroundings_.stop.stop_requested()) return {};
  if (!checked) {
    has_failed_ = true;
    return {.line = failure_line(path, checked.error().detail), .text = {}};
  }
  const bool wants_tokens = rules_.record_counting.is_wanted;
  const std::string beside = shown(path, surroundings_.is_err_terminal);
  std::string summary = summary_line(beside, *checked);
  const std::string tokens = wants_tokens ? tokens_line(beside, checked->report) : "";
  if (!tokens.empty()) summary += "\n" + tokens;
  {
    const std::scoped_lock lock(mutex_);
    totals_.add(checked->report.problems);
    if (wants_tokens) totals_.add_tokens(checked->report);
    last_summary_ = summary;
  }
  if (is_json_) {
    const std::string report = policy::report_json({.file_id = {},
                                                    .filename = path,
                                                    .purpose = policy::text_of(rules_.purpose),
                                                    .bytes = checked->bytes,
                                                    .sha256 = checked->sha256},
                                                   policy::encode(checked->report));
    return {.line = {},
            .text = (surroundings_.is_out_terminal ? printable_json(report) : report) + "\n"};
  }
  const std::string name = shown(path, surroundings_.is_out_terminal);
  Told told{.line = {}, .text = problem_lines(name, checked->report.problems)};
  if (checked->report.problems.count() > 0) {
    told.line = summary;
  } else if (!is_alone_) {
    told.line = tokens;
  }
  return told;
}

void CheckSession::fail(std::string_view path, std::string_view message) {
  has_failed_ = true;
  board_.say(failure_line(path, message));
}

void CheckSession::run(const std::vector<std::string>& paths, std::size_t parallel) {
  is_alone_ = paths.size() == 1;
  OrderedOutput output(io_.out, board_, paths.size());
  for_each_in_parallel(paths.size(), parallel, [&](std::size_t number) {
    const bool begins = !surroundings_.stop.stop_requested();
    output.put(number, begins ? check(paths[number]) : Told());
  });
  if (surroundings_.stop.stop_requested()) return;
  if (!is_json_ && paths.size() > 1 && totals_.files > 0) {
    board_.say(totals_line(totals_));
  } else if (!is_json_ && totals_.files == 1 && totals_.with_problems == 0) {
    board_.say(last_summary_);
  }
  // Whoever reads the output must not take what is missing for a file without problems.
  if (!io_.out.flush()) fail("standard output", "it takes no more");
}

int CheckSession::exit_code() const {
  if (surroundings_.stop.stop_requested()) return exit_code_of_signal(SIGINT);
  if (has_failed_) return exit_usage;
  return totals_.with_problems > 0 ? exit_failure : exit_success;
}

// Fails where there is nothing to count, or nothing to compare the counts with.
Result<> check_counting(const CheckArguments& arguments, policy::Purpose purpose) {
  const bool has_tokens = policy::has_record_tokens(purpose) ||
                          policy::token_source(purpose, "") != policy::TokenSource::unasked;
  if (arguments.wants_tokens && !has_tokens) {
    return fail(ErrorCode::invalid_request,
                "--tokens: expected --purpose assistants, batch or fine-tune; got '" +
                    arguments.purpose + "'");
  }
  if (arguments.model.empty()) return {};
  if (!arguments.wants_tokens || !policy::has_record_tokens(purpose)) {
    return fail(ErrorCode::invalid_request,
                "--model: expected --tokens beside it, and --purpose batch or fine-tune");
  }
  if (policy::find_model(arguments.model) != nullptr) return {};
  return fail(ErrorCode::invalid_request,
              "--model: expected a model whose context is known, such as gpt-4o-mini; got '" +
                  printable(arguments.model) + "'");
}

Result<CheckRules> rules_of(const CheckArguments& arguments) {
  const auto purpose = policy::parse_purpose(arguments.purpose);
  if (!purpose || policy::is_internal(*purpose)) {
    return fail(ErrorCode::invalid_request,
                "--purpose: expected assistants, batch, evals, fine-tune, user_data or vision; "
                "got '" +
                    printable(arguments.purpose) + "'");
  }
  TRY_DO(check_counting(arguments, *purpose));
  CheckRules rules{
      .purpose = *purpose,
      .format = {},
      .mode = arguments.is_strict ? policy::ValidationMode::strict : policy::ValidationMode::report,
      .wants_sha256 = arguments.is_json,
      .record_counting = {.is_wanted = arguments.wants_tokens, .model = arguments.model}};
  if (arguments.format.empty()) return rules;
  rules.format = jsonl::parse_format(arguments.format);
  if (rules.format) return rules;
  return fail(ErrorCode::invalid_request,
              "--format: expected batch, chat, completions, evals, preference or reinforcement; "
              "got '" +
                  printable(arguments.format) + "'");
}

void add_flags(CLI::App& app, CheckArguments& arguments) {
  app.add_option("file", arguments.files, "what to check: files, patterns, or - for standard input")
      ->type_name("FILE")
      ->required();
  app.add_option("--purpose", arguments.purpose,
                 "what they are for: assistants, batch, evals, fine-tune, user_data, vision")
      ->type_name("PURPOSE")
      ->required();
  app.add_option("--format", arguments.format,
                 "what their records are, instead of what the first one looks like: batch, chat, "
                 "completions, evals, preference, reinforcement")
      ->type_name("FORMAT");
  app.add_flag("--tokens", arguments.wants_tokens,
               "count tokens: of each record for batch and fine-tune, of text for assistants");
  app.add_option("--model", arguments.model,
                 "with --tokens, whose context records must fit into [the one that they name]")
      ->type_name("MODEL");
  app.add_option("--parallel", arguments.parallel, "files at once [one a processor]")
      ->type_name("N")
      ->check(CLI::Range(std::int64_t{1}, parallel_max).description(""));
  app.add_flag("--strict", arguments.is_strict,
               "judge as a server whose validation.mode is strict");
  app.add_flag("--json", arguments.is_json,
               "print the report on each file, one JSON object a line");
}

}  // namespace

int run_check(const Invocation& invocation, const Io& io) {
  return run_offline([&](const OfflineSurroundings& surroundings) {
    return run_check(invocation, io, surroundings);
  });
}

int run_check(const Invocation& invocation, const Io& io, const OfflineSurroundings& surroundings) {
  CLI::App app("What a server would find wrong with files, line by line, without one.",
               "argot check");
  CheckArguments arguments;
  add_flags(app, arguments);
  if (const auto code = parse_arguments(app, invocation.arguments, io)) return *code;
  auto rules = rules_of(arguments);
  if (!rules) {
    io.err << "argot: " << rules.error().detail << "\n";
    return exit_usage;
  }
  tokens::LazyCounterPools counters(tokens::CacheSize::large);
  rules->counters = &counters;
  documents::Extractor extractor{documents::Extractor::Options()};
  rules->extractor = &extractor;
  CheckSession session(*rules, arguments.is_json, surroundings, io);
  std::vector<std::string> paths;
  for (const std::string& argument : arguments.files) {
    std::vector<std::string> matches = expanded(argument);
    if (matches.empty()) session.fail(argument, "there is no such file");
    std::ranges::move(matches, std::back_inserter(paths));
  }
  session.run(paths, static_cast<std::size_t>(arguments.parallel));
  return session.exit_code();
}

}  // namespace argot::cli
