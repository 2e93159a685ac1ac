#include "tests/support/reference_checker.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "tests/support/reference_json.h"
#include "tests/support/reference_records.h"

namespace argot::testing {
namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
constexpr std::size_t depth_max = 256;
constexpr std::size_t batch_requests_max = 50'000;
constexpr std::size_t training_examples_min = 10;

struct Line {
  std::string_view text;  // without its ending
  std::uint64_t number = 1;
  std::uint64_t offset = 0;
};

std::vector<Line> lines_of(std::string_view file) {
  std::vector<Line> lines;
  std::size_t begin = 0;
  while (begin < file.size()) {
    const std::size_t end = std::min(file.find('\n', begin), file.size());
    std::string_view text = file.substr(begin, end - begin);
    if (text.ends_with('\r')) text.remove_suffix(1);
    lines.push_back({.text = text, .number = lines.size() + 1, .offset = begin});
    begin = end + 1;
  }
  return lines;
}

class FileCheck {
 public:
  explicit FileCheck(const ReferenceOptions& options) : options_(options) {}

  ReferenceReport run(std::string_view file) {
    report_.is_utf8 = reference_utf8_bytes(file) == file.size();
    for (const Line& line : lines_of(file)) {
      take(line);
      if (options_.stops_unless_object && report_.first_record == "other") return report_;
    }
    if (report_.record_bytes.empty()) {
      report_.problems.push_back({.severity = "error", .code = "empty_file", .pointer = ""});
    }
    if (checked_as_ == "batch" && report_.record_bytes.size() > batch_requests_max) {
      report_.problems.push_back({.severity = "error", .code = "too_many_tasks", .pointer = ""});
    }
    const bool is_training =
        checked_as_ && (*checked_as_ == "chat" || *checked_as_ == "completions" ||
                        *checked_as_ == "preference" || *checked_as_ == "reinforcement");
    if (is_training && report_.record_bytes.size() < training_examples_min) {
      report_.problems.push_back(
          {.severity = "warning", .code = "invalid_n_examples", .pointer = ""});
    }
    return report_;
  }

 private:
  void take(const Line& line) {
    const bool is_too_long = line.text.size() > options_.line_bytes_max;
    std::string_view text = line.text;
    if (line.number == 1 && text.starts_with(byte_order_mark) && !is_too_long) {
      note("warning", "byte_order_mark", line, 0, "");
      text.remove_prefix(byte_order_mark.size());
    }
    const std::size_t begin = line.text.size() - text.size();
    if (!is_too_long && text.find_first_not_of(" \t\r") == std::string_view::npos) {
      return note("warning", "blank_line", line, begin, "");
    }
    report_.record_bytes.push_back(line.text.size());
    const bool is_object = !is_too_long && take_record(line, begin, text);
    if (is_too_long) note("error", "line_too_long", line, 0, "");
    if (report_.first_record == "none") report_.first_record = is_object ? "object" : "other";
  }

  // Whether it is an object.
  bool take_record(const Line& line, std::size_t begin, std::string_view text) {
    const auto parsed = reference_parse(text, depth_max);
    if (const auto* const fault = std::get_if<ReferenceFault>(&parsed)) {
      static const std::map<ReferenceFault::Kind, std::string> codes = {
          {ReferenceFault::Kind::utf8, "invalid_utf8"},
          {ReferenceFault::Kind::depth, "too_deep"},
          {ReferenceFault::Kind::grammar, "invalid_json_line"}};
      note("error", codes.at(fault->kind), line, begin + fault->offset, "");
      return false;
    }
    const auto& value = std::get<ReferenceValue>(parsed);
    if (value.kind != ReferenceKind::object) {
      note("error", "data_type", line, begin + value.offset, "");
      return false;
    }
    if (!checked_as_) choose(line, begin, value);
    const RecordFindings found = check_record(value, *checked_as_);
    for (const RecordProblem& problem : found.problems) {
      note("error", problem.code, line, begin + problem.offset, problem.pointer);
    }
    for (const auto& [role, count] : found.roles) report_.roles[role] += count;
    report_.tools += found.tools;
    report_.tool_calls += found.tool_calls;
    if (*checked_as_ == "batch") take_request(line, begin, found);
    return true;
  }

  // The first object tells how the file is checked.
  void choose(const Line& line, std::size_t begin, const ReferenceValue& record) {
    const std::string looks_like = format_of(record, options_.formats);
    if (options_.forced) {
      checked_as_ = *options_.forced;
    } else if (looks_like.empty()) {
      checked_as_ = options_.fallback.value_or("");
    } else if (options_.formats.contains(looks_like)) {
      checked_as_ = looks_like;
    } else {
      checked_as_ = "";
      note("error", "wrong_format", line, begin, "");
    }
    report_.format = checked_as_->empty() && !options_.forced ? looks_like : *checked_as_;
  }

  // What one request of a batch must have in common with the others.
  void take_request(const Line& line, std::size_t begin, const RecordFindings& found) {
    const std::size_t count = report_.record_bytes.size();
    if (found.custom_id && count <= batch_requests_max + 1 &&
        !custom_ids_.insert(found.custom_id->text).second) {
      note("error", "duplicate_custom_id", line, begin + found.custom_id->offset, "/custom_id");
    }
    if (found.url) {
      ++report_.endpoints[found.url->text];
      if (!url_) url_ = found.url->text;
      if (*url_ != found.url->text) {
        note("error", "invalid_url", line, begin + found.url->offset, "/url");
      }
    }
    if (found.model) {
      ++report_.models[found.model->text];
      if (!model_) model_ = found.model->text;
      if (*model_ != found.model->text) {
        note("error", "mismatched_model", line, begin + found.model->offset, "/body/model");
      }
    }
  }

  void note(std::string severity, std::string code, const Line& line, std::size_t place,
            std::string pointer) {
    report_.problems.push_back({.severity = std::move(severity),
                                .code = std::move(code),
                                .line = line.number,
                                .column = place + 1,
                                .offset = line.offset + place,
                                .pointer = std::move(pointer)});
  }

  const ReferenceOptions& options_;
  ReferenceReport report_;
  std::optional<std::string> checked_as_;  // empty: any object
  std::set<std::string> custom_ids_;
  std::optional<std::string> url_;
  std::optional<std::string> model_;
};

}  // namespace

ReferenceReport reference_check(std::string_view file, const ReferenceOptions& options) {
  return FileCheck(options).run(file);
}

}  // namespace argot::testing
