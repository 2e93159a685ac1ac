// One file for `argot check`: read once, and judged as a server would.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "base/result.h"
#include "documents/extractor.h"
#include "jsonl/format.h"
#include "policy/file_report.h"
#include "policy/judge.h"
#include "policy/purpose.h"
#include "policy/record_tokens.h"
#include "tokens/counter.h"

namespace argot::cli {

struct CheckRules {
  policy::Purpose purpose = policy::Purpose::user_data;
  // Instead of what the first record looks like.
  std::optional<jsonl::Format> format;
  policy::ValidationMode mode = policy::ValidationMode::report;
  bool wants_sha256 = false;
  // What tokens are counted with, for a purpose that has a limit for them; null: nobody counts.
  // Borrowed.
  tokens::LazyCounterPools* counters = nullptr;
  // Asked for beside that: the tokens of records, and of all text, whatever the limit.
  policy::RecordCounting record_counting = {};
  // Takes the text out of documents, which then must be regular files; null: nobody does. Borrowed.
  documents::Extractor* extractor = nullptr;
};

// What is read, and who follows it. Borrows the name.
struct CheckInput {
  int descriptor = 0;
  std::string_view name;
  std::function<void(std::uint64_t done)> progress;  // after each piece; may be empty
  std::stop_token stop;
};

struct CheckedFile {
  std::uint64_t bytes = 0;
  std::string sha256;  // hexadecimal; empty where nobody wants it
  policy::FileReport report;
  // What a server with the limits of the settings' defaults would say; nothing against the file
  // where a format was asked for, which no server is told.
  Result<policy::Verdict> verdict;
};

// Reads to the end. Memory is bounded however long the lines are. Error: internal, with the
// system's words in the detail, where the input cannot be read or the stop came.
Result<CheckedFile> check_file(const CheckInput& input, const CheckRules& rules);

}  // namespace argot::cli
