#include "policy/judge.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <string>

#include "base/assert.h"
#include "base/text.h"
#include "documents/document_kind.h"
#include "policy/file_types.h"

namespace argot::policy {
namespace {

// What a purpose asks of a file beyond the size that holds for all.
struct Rules {
  Purpose purpose;
  bool has_batch_size = false;
  // The error of a file that breaks the rule; nothing where there is no such rule.
  std::optional<ErrorCode> not_utf8;
  std::optional<ErrorCode> not_jsonl;
  std::optional<ErrorCode> unknown_extension;
  bool has_token_limit = false;
  bool has_record_tokens = false;
  // What its records should be.
  jsonl::Formats formats;
  std::optional<jsonl::Format> fallback;
  std::optional<std::uint64_t> expires_after_seconds;
};

using jsonl::Format;

constexpr auto purpose_rules = std::to_array<Rules>({
    {.purpose = Purpose::fine_tune,
     .not_utf8 = ErrorCode::fine_tune_not_jsonl,
     .not_jsonl = ErrorCode::fine_tune_not_jsonl,
     .has_record_tokens = true,
     .formats = {Format::chat, Format::completions, Format::preference, Format::reinforcement},
     .fallback = Format::chat},
    {.purpose = Purpose::assistants,
     .unknown_extension = ErrorCode::unsupported_extension,
     .has_token_limit = true},
    {.purpose = Purpose::batch,
     .has_batch_size = true,
     .not_utf8 = ErrorCode::batch_not_utf8,
     .not_jsonl = ErrorCode::batch_not_jsonl,
     .has_record_tokens = true,
     .formats = {Format::batch},
     .fallback = Format::batch,
     .expires_after_seconds = limits::batch_expires_after_seconds},
    {.purpose = Purpose::user_data},
    {.purpose = Purpose::vision},
    {.purpose = Purpose::evals, .formats = {Format::evals}, .fallback = Format::evals},
    {.purpose = Purpose::assistants_output},
    {.purpose = Purpose::batch_output},
    {.purpose = Purpose::fine_tune_results},
});

const Rules& rules_for(Purpose purpose) {
  const auto* const rules = std::ranges::find(purpose_rules, purpose, &Rules::purpose);
  ASSERT(rules != std::end(purpose_rules));
  return *rules;
}

// "... is missing key 'messages'. (line 3)", as upstream's old details had it.
std::string details_of(const jsonl::Problem& problem) {
  if (problem.line == 0) return problem.message;
  return problem.message + " (line " + std::to_string(problem.line) + ")";
}

bool has_unknown_extension(std::string_view filename) {
  const std::string_view extension = extension_of(filename);
  return !extension.empty() && find_file_type(extension) == nullptr;
}

Result<> judge_records(const Rules& rules, const Facts& facts) {
  if (rules.not_utf8 && !facts.is_utf8) return fail(*rules.not_utf8);
  if (rules.not_jsonl && facts.first_record != jsonl::FirstRecord::object) {
    return fail(*rules.not_jsonl);
  }
  return {};
}

Result<> judge_name(const Rules& rules, const Facts& facts) {
  if (!rules.unknown_extension || !has_unknown_extension(facts.filename)) return {};
  return fail(*rules.unknown_extension, std::string(extension_of(facts.filename)));
}

}  // namespace

std::uint64_t Policy::file_bytes_max_for(Purpose purpose, Arrival arrival) const {
  const std::uint64_t bytes_max = arrival == Arrival::whole ? file_bytes_max : upload_bytes_max;
  return rules_for(purpose).has_batch_size ? std::min(bytes_max, batch_file_bytes_max) : bytes_max;
}

bool Policy::may_download(std::string_view purpose) const {
  return std::ranges::find(refuse_downloads, purpose, text_of) == refuse_downloads.end();
}

Result<Verdict> judge(Purpose purpose, const Facts& facts, const Policy& policy, Arrival arrival) {
  const std::uint64_t bytes_max = policy.file_bytes_max_for(purpose, arrival);
  if (facts.bytes > bytes_max) return fail(ErrorCode::file_too_large, human_bytes(bytes_max));
  if (policy.mode == ValidationMode::off) return Verdict{};

  const Rules& rules = rules_for(purpose);
  if (arrival == Arrival::whole || policy.mode == ValidationMode::strict) {
    TRY_DO(judge_records(rules, facts));
  }
  TRY_DO(judge_name(rules, facts));
  if (rules.has_token_limit && facts.tokens > policy.assistants_tokens_max) {
    return fail(ErrorCode::too_many_tokens, std::to_string(policy.assistants_tokens_max));
  }
  if (facts.first_error == nullptr) {
    const bool is_document = token_source(purpose, facts.filename) == TokenSource::document;
    // A document of no bytes has no text, as every file of that size.
    return Verdict{.waits_for_text = is_document && policy.reads_documents && facts.bytes > 0};
  }
  const std::string details = details_of(*facts.first_error);
  if (policy.mode == ValidationMode::strict) return fail(ErrorCode::invalid_file_format, details);
  return Verdict{.status_details = details};
}

Result<> judge_announced(Purpose purpose, const Facts& facts, const Policy& policy) {
  const std::uint64_t bytes_max = policy.file_bytes_max_for(purpose, Arrival::in_parts);
  if (facts.bytes > bytes_max) return fail(ErrorCode::file_too_large, human_bytes(bytes_max));
  return policy.mode == ValidationMode::off ? Result<>() : judge_name(rules_for(purpose), facts);
}

std::string too_many_tokens_message(std::uint64_t tokens_max) {
  std::string text(too_many_tokens_text);
  return text.replace(text.find("{}"), 2, std::to_string(tokens_max));
}

jsonl::Expectation expectation_of(Purpose purpose) {
  const Rules& rules = rules_for(purpose);
  return {.formats = rules.formats, .fallback = rules.fallback, .forced = std::nullopt};
}

TokenSource token_source(Purpose purpose, std::string_view filename) {
  if (!rules_for(purpose).has_token_limit) return TokenSource::unasked;
  const std::string_view extension = extension_of(filename);
  if (documents::kind_of(extension)) return TokenSource::document;
  const FileType* const type = find_file_type(extension);
  const bool is_text = type == nullptr || type->content == ContentKind::text;
  return is_text ? TokenSource::content : TokenSource::none;
}

bool has_record_tokens(Purpose purpose) { return rules_for(purpose).has_record_tokens; }

bool must_be_jsonl(Purpose purpose) { return rules_for(purpose).not_jsonl.has_value(); }

std::optional<std::uint64_t> default_expires_after_seconds(Purpose purpose) {
  return rules_for(purpose).expires_after_seconds;
}

}  // namespace argot::policy
