#include "tests/support/inspector_differential.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <string_view>

#include "base/assert.h"
#include "base/bytes.h"
#include "base/quoting.h"
#include "tests/support/reference_checker.h"

namespace argot::testing {
namespace {

using jsonl::Format;
using jsonl::Report;

// A report in words that two of them can be compared by.
using Words = std::vector<std::string>;

constexpr std::array<std::uint64_t, 4> percents = {1, 50, 90, 100};

std::string number(std::uint64_t value) { return std::to_string(value); }

// A pointer that is too long ends at the innermost value that it can name whole.
std::string_view bounded(std::string_view pointer) {
  while (pointer.size() > echo_bytes_max) pointer = pointer.substr(0, pointer.rfind('/'));
  return pointer;
}

std::string words_of(const ReferenceProblem& problem) {
  return problem.severity + ' ' + problem.code + " in line " + number(problem.line) + ", column " +
         number(problem.column) + ", offset " + number(problem.offset) + ", at '" +
         std::string(bounded(problem.pointer)) + "'";
}

std::string words_of(const jsonl::Problem& problem) {
  return words_of({.severity = std::string(text_of(problem.severity)),
                   .code = std::string(problem.code),
                   .line = problem.line,
                   .column = problem.column,
                   .offset = problem.offset,
                   .pointer = problem.pointer});
}

// The first names by themselves, the others together.
void add_names(Words& words, const std::string& what,
               const std::map<std::string, std::uint64_t>& names) {
  std::uint64_t total = 0;
  for (const auto& [name, count] : names) total += count;
  words.push_back(what + ", all: " + number(total));
  if (names.size() > limits::report_names_max) return;
  for (const auto& [name, count] : names) {
    if (name.size() > echo_bytes_max) continue;
    words.push_back(what + " '" + name + "': " + number(count));
  }
}

void add_names(Words& words, const std::string& what, const jsonl::NameCounts& counts) {
  std::map<std::string, std::uint64_t> names(counts.by_name().begin(), counts.by_name().end());
  std::uint64_t total = counts.others();
  for (const auto& [name, count] : names) total += count;
  words.push_back(what + ", all: " + number(total));
  for (const auto& [name, count] : names) {
    words.push_back(what + " '" + name + "': " + number(count));
  }
}

void add_codes(Words& words, const std::map<std::string, std::uint64_t>& codes) {
  for (const auto& [code, count] : codes) words.push_back(code + ": " + number(count));
}

Words words_of(const ReferenceReport& report) {
  Words words;
  std::map<std::string, std::uint64_t> codes;
  for (const ReferenceProblem& problem : report.problems) ++codes[problem.code];
  add_codes(words, codes);
  if (report.problems.size() <= limits::report_problems_max) {
    for (const ReferenceProblem& problem : report.problems) words.push_back(words_of(problem));
  }
  words.push_back("UTF-8: " + number(report.is_utf8 ? 1 : 0));
  words.push_back("first record: " + report.first_record);
  words.push_back("format: " + report.format);
  words.push_back("records: " + number(report.record_bytes.size()));
  for (const auto& [role, count] : report.roles) {
    words.push_back("role " + role + ": " + number(count));
  }
  words.push_back("tools: " + number(report.tools));
  words.push_back("tool calls: " + number(report.tool_calls));
  add_names(words, "model", report.models);
  add_names(words, "endpoint", report.endpoints);
  std::ranges::sort(words);
  return words;
}

Words words_of(const Report& report) {
  static const std::map<jsonl::FirstRecord, std::string> first_records = {
      {jsonl::FirstRecord::none, "none"},
      {jsonl::FirstRecord::object, "object"},
      {jsonl::FirstRecord::other, "other"}};
  Words words;
  std::map<std::string, std::uint64_t> codes;
  for (const auto& [code, count] : report.problems.count_by_code()) {
    codes[std::string(code)] = count;
  }
  add_codes(words, codes);
  if (report.problems.count() <= limits::report_problems_max) {
    for (const jsonl::Problem& problem : report.problems.kept()) words.push_back(words_of(problem));
  }
  words.push_back("UTF-8: " + number(report.is_utf8 ? 1 : 0));
  words.push_back("first record: " + first_records.at(report.first_record));
  words.push_back("format: " + (report.format ? std::string(text_of(*report.format)) : ""));
  words.push_back("records: " + number(report.records));
  const jsonl::Statistics& statistics = report.statistics;
  for (std::size_t role = 0; role < jsonl::role_count; ++role) {
    const std::uint64_t count = statistics.messages.roles.at(role);
    if (count == 0) continue;
    const std::string_view name = text_of(static_cast<jsonl::Role>(role));
    words.push_back("role " + std::string(name) + ": " + number(count));
  }
  words.push_back("tools: " + number(statistics.messages.tools));
  words.push_back("tool calls: " + number(statistics.messages.tool_calls));
  add_names(words, "model", statistics.models);
  add_names(words, "endpoint", statistics.endpoints);
  std::ranges::sort(words);
  return words;
}

// What one has and the other has not.
std::string difference(const std::string& title, const Words& left, const Words& right) {
  Words missing;
  Words extra;
  std::ranges::set_difference(right, left, std::back_inserter(missing));
  std::ranges::set_difference(left, right, std::back_inserter(extra));
  if (missing.empty() && extra.empty()) return "";
  std::string text = title + "\n";
  for (const std::string& word : extra) text += "  only the first: " + word + "\n";
  for (const std::string& word : missing) text += "  only the second: " + word + "\n";
  return text;
}

// The histogram is allowed to be 0.4 % above.
std::string size_difference(const jsonl::SizeHistogram& histogram,
                            std::vector<std::uint64_t> sizes) {
  std::ranges::sort(sizes);
  std::uint64_t total = 0;
  for (const std::uint64_t size : sizes) total += size;
  if (histogram.count() != sizes.size() || histogram.total() != total) return "sizes: sums\n";
  if (sizes.empty()) return histogram.max() == 0 ? "" : "sizes: none\n";
  if (histogram.min() != sizes.front() || histogram.max() != sizes.back()) return "sizes: ends\n";
  for (const std::uint64_t percent : percents) {
    const std::size_t rank = (sizes.size() * percent + 99) / 100;
    const std::uint64_t exact = sizes.at(rank - 1);
    const std::uint64_t told = histogram.percentile(percent);
    if (told < exact || told > exact + exact / 250) return "sizes: " + number(percent) + " %\n";
  }
  return "";
}

std::string statistics_of(const Report& report) {
  std::string text = number(report.bytes);
  for (const std::uint64_t percent : percents) {
    text += ' ' + number(report.statistics.record_bytes.percentile(percent));
  }
  return text;
}

void play(jsonl::Inspector& inspector, std::string_view file, const PieceLengths& pieces) {
  const auto write = [&](std::size_t length) {
    // A piece of memory of its own, so that a sanitizer sees what reads beyond it.
    const std::string_view piece = file.substr(0, length);
    const auto copy = std::make_unique_for_overwrite<char[]>(piece.size());
    piece.copy(copy.get(), piece.size());
    ASSERT(inspector.write(as_bytes(std::string_view(copy.get(), piece.size()))));
    file.remove_prefix(piece.size());
  };
  for (const std::size_t length : pieces) write(length);
  write(file.size());
  ASSERT(inspector.finish());
}

ReferenceOptions reference_options(const jsonl::InspectorOptions& options) {
  ReferenceOptions out{.formats = {},
                       .fallback = {},
                       .forced = {},
                       .stops_unless_object = options.stops_unless_object,
                       .line_bytes_max = options.line_bytes_max};
  for (std::size_t i = 0; i < jsonl::format_count; ++i) {
    const auto format = static_cast<Format>(i);
    if (options.expectation.formats.contains(format)) out.formats.emplace(text_of(format));
  }
  if (options.expectation.fallback) out.fallback = text_of(*options.expectation.fallback);
  if (options.expectation.forced) out.forced = text_of(*options.expectation.forced);
  return out;
}

}  // namespace

jsonl::Expectation numbered_expectation(std::size_t number) {
  constexpr jsonl::Formats training = {Format::chat, Format::completions, Format::preference,
                                       Format::reinforcement};
  constexpr jsonl::Formats all = {Format::chat,          Format::completions, Format::preference,
                                  Format::reinforcement, Format::batch,       Format::evals};
  static const std::array<jsonl::Expectation, 10> table = {
      jsonl::Expectation{.formats = all, .fallback = {}, .forced = {}},
      jsonl::Expectation{.formats = training, .fallback = Format::chat, .forced = {}},
      jsonl::Expectation{.formats = {Format::batch}, .fallback = Format::batch, .forced = {}},
      jsonl::Expectation{.formats = {Format::evals}, .fallback = Format::evals, .forced = {}},
      jsonl::Expectation{.formats = training, .fallback = {}, .forced = Format::chat},
      jsonl::Expectation{.formats = training, .fallback = {}, .forced = Format::completions},
      jsonl::Expectation{.formats = training, .fallback = {}, .forced = Format::preference},
      jsonl::Expectation{.formats = training, .fallback = {}, .forced = Format::reinforcement},
      jsonl::Expectation{.formats = {Format::batch}, .fallback = {}, .forced = Format::batch},
      jsonl::Expectation{.formats = {Format::evals}, .fallback = {}, .forced = Format::evals},
  };
  return table.at(number % table.size());
}

std::string disagreement(std::string_view file, const jsonl::InspectorOptions& options,
                         const PieceLengths& pieces) {
  // One for all runs: what an earlier line left in it must not change what is seen.
  static jsonl::SharedMemory shared;
  jsonl::Inspector whole(shared, options);
  play(whole, file, {});
  jsonl::Inspector cut(shared, options);
  play(cut, file, pieces);
  const ReferenceReport reference = reference_check(file, reference_options(options));

  const Words words = words_of(whole.report());
  std::string text = difference("uncut (first), cut (second)", words, words_of(cut.report()));
  text += difference("Inspector (first), reference (second)", words, words_of(reference));
  text += size_difference(whole.report().statistics.record_bytes, reference.record_bytes);
  if (statistics_of(whole.report()) != statistics_of(cut.report())) text += "sizes of the cut\n";
  if (whole.report().problems.kept() != cut.report().problems.kept()) text += "cut problems\n";
  if (whole.report().problems.first_error() != cut.report().problems.first_error()) {
    text += "cut first error\n";
  }
  if (whole.report().bytes != file.size()) text += "bytes\n";
  const bool is_stopped = options.stops_unless_object && reference.first_record == "other";
  for (const jsonl::Inspector* const run : {&whole, &cut}) {
    if (run->answers(options.expectation) == is_stopped) text += "answers()\n";
  }
  return text;
}

}  // namespace argot::testing
