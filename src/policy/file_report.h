// The report on a file: what was found in it, for people and programs. Kept with the file, shown
// by the server and by `argot check`.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "jsonl/format.h"
#include "jsonl/problem_log.h"
#include "jsonl/statistics.h"
#include "policy/record_tokens.h"
#include "tokens/encoding.h"

namespace argot::policy {

// How many tokens the text of a file has, or why nobody knows.
struct TokenCount {
  tokens::Encoding encoding = tokens::Encoding::o200k_base;
  std::optional<std::uint64_t> total;  // nothing: `reason` says why they are not counted
  std::string reason;
  std::string engine;  // what took the text out of the file; empty: the file is text

  friend bool operator==(const TokenCount&, const TokenCount&) = default;
};

// What was found in the content.
struct FileReport {
  std::optional<jsonl::Format> format;
  std::optional<std::uint64_t> records;  // nothing: nobody looked for records
  jsonl::ProblemLog problems;
  jsonl::Statistics statistics;
  std::optional<TokenCount> tokens;           // nothing: nobody counted them
  std::optional<RecordTokens> record_tokens;  // instead, where the records were counted

  // Whether there is nothing to tell that report_json() would not say without it.
  bool is_empty() const { return !records && problems.count() == 0 && !tokens; }
};

// What else the report says of the file.
struct ReportHead {
  std::optional<std::string_view> file_id;  // nothing: the file is on no server
  std::string_view filename;
  std::string_view purpose;
  std::uint64_t bytes = 0;
  std::string_view sha256;  // hexadecimal; empty: nobody knows it
};

// What is kept of a report: one JSON object, whose size is bounded by that of the problems.
std::string encode(const FileReport& report);

// The same findings with the SHA-256, in hexadecimal, of a file whose head does not have it.
std::string with_sha256(std::string_view findings, std::string_view sha256);

// The whole report, with `findings` as encode() made them; where they are empty nothing was looked
// for.
std::string report_json(const ReportHead& head, std::string_view findings);

}  // namespace argot::policy
