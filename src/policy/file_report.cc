#include "policy/file_report.h"

#include <utility>

#include "json/writer.h"

namespace argot::policy {
namespace {

void write_problem(json::Writer& json, const jsonl::Problem& problem) {
  json.begin_object();
  json.key("severity").string(jsonl::text_of(problem.severity));
  json.key("code").string(problem.code);
  if (problem.line > 0) {
    json.key("line").integer(problem.line);
    json.key("column").integer(problem.column);
    json.key("offset").integer(problem.offset);
    json.key("pointer").string(problem.pointer);
  }
  json.key("message").string(problem.message);
  json.end_object();
}

void write_problems(json::Writer& json, const jsonl::ProblemLog& problems) {
  json.key("problem_count").integer(problems.count());
  json.key("error_count").integer(problems.error_count());
  json.key("problems_by_code").begin_object();
  for (const auto& [code, count] : problems.count_by_code()) json.key(code).integer(count);
  json.end_object();
  json.key("problems").begin_array();
  for (const jsonl::Problem& problem : problems.kept()) write_problem(json, problem);
  json.end_array();
}

void write_sizes(json::Writer& json, const jsonl::SizeHistogram& sizes) {
  json.key("min").integer(sizes.min());
  json.key("mean").integer(sizes.mean());
  json.key("p95").integer(sizes.percentile(95));
  json.key("max").integer(sizes.max());
}

void write_names(json::Writer& json, std::string_view key, const jsonl::NameCounts& names) {
  json.key(key).begin_object();
  for (const auto& [name, count] : names.by_name()) json.key(name).integer(count);
  json.end_object();
  if (names.others() > 0) json.key("other_" + std::string(key)).integer(names.others());
}

void write_messages(json::Writer& json, const jsonl::MessageCounts& messages) {
  json.key("roles").begin_object();
  for (std::size_t i = 0; i < jsonl::role_count; ++i) {
    json.key(jsonl::text_of(static_cast<jsonl::Role>(i))).integer(messages.roles.at(i));
  }
  json.end_object();
  json.key("tools").integer(messages.tools);
  json.key("tool_calls").integer(messages.tool_calls);
}

// What a format counts beside the sizes of its records.
void write_counts(json::Writer& json, jsonl::Format format, const FileReport& report) {
  switch (format) {
    case jsonl::Format::chat:
    case jsonl::Format::preference:
    case jsonl::Format::reinforcement:
      json.key("examples").integer(*report.records);
      return write_messages(json, report.statistics.messages);
    case jsonl::Format::batch:
      write_names(json, "models", report.statistics.models);
      return write_names(json, "endpoints", report.statistics.endpoints);
    case jsonl::Format::completions:
      json.key("examples").integer(*report.records);
      return;
    case jsonl::Format::evals:
      return;
  }
}

void write_statistics(json::Writer& json, const FileReport& report) {
  json.key("statistics").begin_object();
  if (report.records) {
    json.key("record_bytes").begin_object();
    write_sizes(json, report.statistics.record_bytes);
    json.end_object();
  }
  if (report.format) write_counts(json, *report.format, report);
  json.end_object();
}

void write_tokens(json::Writer& json, const TokenCount& tokens) {
  json.key("tokens").begin_object();
  json.key("encoding").string(tokens::text_of(tokens.encoding));
  json.key("total");
  if (tokens.total) {
    json.integer(*tokens.total);
  } else {
    json.null();
  }
  if (!tokens.reason.empty()) json.key("reason").string(tokens.reason);
  if (!tokens.engine.empty()) json.key("engine").string(tokens.engine);
  json.end_object();
}

void write_record_tokens(json::Writer& json, const RecordTokens& tokens) {
  json.key("tokens").begin_object();
  json.key("encoding").string(tokens::text_of(tokens.encoding));
  json.key("total").integer(tokens.records.total());
  json.key("records").begin_object();
  json.key("counted").integer(tokens.records.count());
  write_sizes(json, tokens.records);
  json.end_object();
  if (tokens.context_tokens) {
    json.key("context").integer(*tokens.context_tokens);
    json.key("over_context").integer(tokens.over_context);
  }
  json.end_object();
}

// Both are compact objects with members: one goes on where the other one ended. No findings are
// those of a file that was not looked at.
std::string joined(std::string text, std::string_view findings) {
  text.pop_back();
  text += ',';
  text += findings.empty() ? encode({}).substr(1) : findings.substr(1);
  return text;
}

}  // namespace

std::string encode(const FileReport& report) {
  std::string text;
  json::Writer json(text);
  json.begin_object();
  json.key("format");
  if (report.format) {
    json.string(jsonl::text_of(*report.format));
  } else {
    json.null();
  }
  json.key("records");
  if (report.records) {
    json.integer(*report.records);
  } else {
    json.null();
  }
  write_problems(json, report.problems);
  write_statistics(json, report);
  if (report.tokens) write_tokens(json, *report.tokens);
  if (report.record_tokens) write_record_tokens(json, *report.record_tokens);
  json.end_object();
  return text;
}

std::string with_sha256(std::string_view findings, std::string_view sha256) {
  std::string text;
  json::Writer json(text);
  json.begin_object();
  json.key("sha256").string(sha256);
  json.end_object();
  return joined(std::move(text), findings);
}

std::string report_json(const ReportHead& head, std::string_view findings) {
  std::string text;
  json::Writer json(text);
  json.begin_object();
  json.key("object").string("file.report");
  if (head.file_id) json.key("file_id").string(*head.file_id);
  json.key("filename").string(head.filename);
  json.key("purpose").string(head.purpose);
  json.key("bytes").integer(head.bytes);
  if (!head.sha256.empty()) json.key("sha256").string(head.sha256);
  json.end_object();
  return joined(std::move(text), findings);
}

}  // namespace argot::policy
