#include "cli/check_file.h"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include "api/error_catalogue.h"
#include "base/assert.h"
#include "base/bytes.h"
#include "base/limits.h"
#include "cli/offline.h"
#include "digest/sha256.h"
#include "policy/document_reading.h"
#include "policy/file_observer.h"
#include "policy/file_types.h"

namespace argot::cli {
namespace {

// What a server refuses whatever the format of the records is.
bool is_without_format(const Error& error) {
  constexpr std::array refusals{ErrorCode::file_too_large, ErrorCode::unsupported_extension,
                                ErrorCode::too_many_tokens};
  return std::ranges::find(refusals, error.code) != refusals.end();
}

// It stands in no report of a server.
void add_refusal(policy::FileReport& report, const Error& error) {
  report.problems.add(jsonl::Severity::error, name(error.code), [&] {
    return jsonl::Problem{.code = name(error.code), .message = api::message_for(error)};
  });
}

// What a server does once it has the whole document.
Result<> read_text(const CheckInput& input, const CheckRules& rules, CheckedFile& checked) {
  const auto kind = documents::kind_of(policy::extension_of(input.name));
  ASSERT(kind.has_value());  // or it would not wait
  TRY(policy::DocumentReading reading,
      policy::read_document(*rules.extractor, {.descriptor = input.descriptor, .kind = *kind},
                            *rules.counters, policy::Policy().assistants_tokens_max, input.stop));
  checked.report = std::move(reading.report);
  checked.verdict = policy::Verdict{.status_details = std::move(reading.status_details)};
  return {};
}

// Behind the limit a verdict needs no count.
std::uint64_t tokens_max_of(const CheckRules& rules) {
  return rules.record_counting.is_wanted ? std::numeric_limits<std::uint64_t>::max()
                                         : limits::assistants_tokens;
}

}  // namespace

Result<CheckedFile> check_file(const CheckInput& input, const CheckRules& rules) {
  // Its own, so that no file waits for the memory of another one's long lines.
  jsonl::SharedMemory memory;
  policy::FileObserver observer(memory, {.mode = rules.mode,
                                         .purpose = rules.purpose,
                                         .filename = input.name,
                                         .format = rules.format,
                                         .wants_all_problems = true,
                                         .counters = rules.counters,
                                         .tokens_max = tokens_max_of(rules),
                                         .record_counting = rules.record_counting});
  digest::Sha256Sink sha256;
  CheckedFile checked;
  const auto take = [&](Bytes piece) -> Result<> {
    checked.bytes += piece.size();
    if (rules.wants_sha256) TRY_DO(sha256.write(piece));
    return observer.write(piece);
  };
  TRY_DO(read_all(input.descriptor, input.stop, input.progress, take));
  TRY_DO(observer.finish());
  if (rules.wants_sha256) {
    TRY_DO(sha256.finish());
    checked.sha256 = sha256.value().hex();
  }
  checked.report = observer.report(rules.purpose, input.name);
  policy::Policy policy;
  policy.mode = rules.mode;
  policy.reads_documents = rules.extractor != nullptr && rules.counters != nullptr;
  checked.verdict =
      policy::judge(rules.purpose, observer.facts(input.name, checked.report), policy);
  if (checked.verdict && checked.verdict->waits_for_text) TRY_DO(read_text(input, rules, checked));
  if (!checked.verdict && is_without_format(checked.verdict.error())) {
    add_refusal(checked.report, checked.verdict.error());
  } else if (rules.format) {
    // Of records a server says something of its own, for it looks at the first and nothing else.
    checked.verdict = policy::Verdict{};
  }
  return checked;
}

}  // namespace argot::cli
