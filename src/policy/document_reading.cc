#include "policy/document_reading.h"

#include <utility>

#include "base/sink.h"
#include "policy/file_observer.h"
#include "policy/judge.h"

namespace argot::policy {
namespace {

// Ends what writes to it once there are more tokens than allowed.
class LimitedText final : public Sink {
 public:
  LimitedText(tokens::LazyCounterPools& counters, std::uint64_t tokens_max)
      : tokens_(counters, tokens_max) {}

  Result<> write(Bytes chunk) override {
    TRY_DO(tokens_.write(chunk));
    return tokens_.is_over() ? fail(ErrorCode::too_many_tokens) : Result<>();
  }
  Result<> finish() override { return tokens_.finish(); }

  bool is_over() const { return tokens_.is_over(); }
  TokenCount count() const { return tokens_.count(); }

 private:
  TokenSink tokens_;
};

// Null where the file has nothing wrong with it, only that nobody here can read it.
const char* code_of(documents::Outcome outcome) {
  switch (outcome) {
    case documents::Outcome::encrypted:
      return "document_encrypted";
    case documents::Outcome::malformed:
      return "document_malformed";
    case documents::Outcome::too_large:
      return "document_too_large";
    case documents::Outcome::timed_out:
      return "document_timed_out";
    case documents::Outcome::extracted:
    case documents::Outcome::unsupported:
    case documents::Outcome::engine_missing:
      return nullptr;
  }
  std::unreachable();
}

void refuse(DocumentReading& reading, std::string_view code, std::string message) {
  reading.report.problems.add(jsonl::Severity::error, code,
                              [&] { return jsonl::Problem{.code = code, .message = message}; });
  reading.status_details = std::move(message);
}

}  // namespace

Result<DocumentReading> read_document(documents::Extractor& extractor,
                                      const documents::Extractor::Input& input,
                                      tokens::LazyCounterPools& counters, std::uint64_t tokens_max,
                                      const std::stop_token& stop) {
  documents::Limits limits;
  limits.text_bytes_max = documents::Limits::text_bytes_for(tokens_max);
  LimitedText text(counters, tokens_max);
  const Result<documents::Extraction> extracted = extractor.extract(input, limits, text, stop);
  if (extracted && extracted->verdict.is_good()) TRY_DO(text.finish());

  DocumentReading reading;
  TokenCount count = text.count();
  if (text.is_over()) {
    reading.is_over = true;
    count.total.reset();
    count.reason = "counting ended at the limit of " + std::to_string(tokens_max);
    refuse(reading, name(ErrorCode::too_many_tokens), too_many_tokens_message(tokens_max));
  } else if (!extracted) {
    return std::unexpected(extracted.error());
  } else if (!extracted->verdict.is_good()) {
    reading.outcome = extracted->verdict.outcome;
    count.total.reset();
    count.reason = extracted->verdict.detail;
    if (const char* const code = code_of(reading.outcome)) {
      refuse(reading, code,
             "The text of this file could not be read: " + extracted->verdict.detail + ".");
    }
  }
  if (extracted) count.engine = extracted->engine;
  reading.report.tokens = std::move(count);
  return reading;
}

DocumentReading unreadable_document() {
  DocumentReading reading;
  reading.report.tokens = TokenCount{};
  reading.report.tokens->reason = "reading it never came to an end";
  refuse(reading, "document_unreadable", "The text of this file could not be read.");
  return reading;
}

}  // namespace argot::policy
