#include "policy/file_observer.h"

#include <utility>

#include "policy/content_rules.h"

namespace argot::policy {

FileObserver::FileObserver(jsonl::SharedMemory& shared, const ObserverOptions& options)
    : options_(options) {
  if (options.mode == ValidationMode::off) return;
  const std::optional<Purpose> purpose = options.purpose;
  const jsonl::Expectation expectation = purpose ? expectation_of(*purpose) : jsonl::Expectation();
  if (!expectation.formats.is_empty() || expectation.forced) {
    const bool may_be_refused = !purpose || must_be_jsonl(*purpose);
    if (purpose && counts_records(*purpose)) {
      record_tokens_ =
          std::make_unique<RecordTokenCounter>(options.record_counting, *options.counters);
    }
    records_.emplace(shared,
                     jsonl::InspectorOptions{
                         .expectation = expectation,
                         .stops_unless_object = may_be_refused && !options.wants_all_problems,
                         .observer = record_tokens_.get()});
  }
  if (!purpose || asks_for_content(*purpose)) content_.emplace();
  if (purpose && counts_tokens(*purpose)) {
    tokens_ = std::make_unique<TokenSink>(*options.counters, options.tokens_max);
  }
}

bool FileObserver::counts_tokens(Purpose purpose) const {
  return options_.counters != nullptr &&
         token_source(purpose, options_.filename) == TokenSource::content;
}

std::optional<TokenCount> FileObserver::tokens_of(Purpose purpose,
                                                  std::string_view filename) const {
  if (options_.mode == ValidationMode::off || options_.counters == nullptr) return std::nullopt;
  const TokenSource source = token_source(purpose, filename);
  TokenCount count;
  switch (source) {
    case TokenSource::unasked:
      return std::nullopt;
    case TokenSource::content:
      if (!tokens_) return std::nullopt;
      return tokens_->count();
    case TokenSource::document:
      if (bytes_ == 0) {
        count.total = 0;
      } else {
        count.reason = "its text has not been taken out";
      }
      return count;
    case TokenSource::none:
      count.reason = "no text is taken out of files of this type";
      return count;
  }
  std::unreachable();
}

bool FileObserver::counts_records(Purpose purpose) const {
  return options_.counters != nullptr && options_.record_counting.is_wanted &&
         has_record_tokens(purpose);
}

jsonl::Expectation FileObserver::expectation_of(Purpose purpose) const {
  jsonl::Expectation expectation = policy::expectation_of(purpose);
  expectation.forced = options_.format;
  return expectation;
}

Result<> FileObserver::write(Bytes chunk) {
  bytes_ += chunk.size();
  if (records_) TRY_DO(records_->write(chunk));
  if (content_) TRY_DO(content_->write(chunk));
  if (tokens_) TRY_DO(tokens_->write(chunk));
  return {};
}

Result<> FileObserver::finish() {
  if (records_) TRY_DO(records_->finish());
  if (content_) TRY_DO(content_->finish());
  if (tokens_) TRY_DO(tokens_->finish());
  return {};
}

bool FileObserver::answers(Purpose purpose) const {
  if (options_.mode == ValidationMode::off) return true;
  const jsonl::Expectation expectation = expectation_of(purpose);
  if (!expectation.formats.is_empty()) {
    if (!records_ || records_->is_starved()) return false;
    // What it did not see would not save such a file.
    if (records_->is_stopped()) return must_be_jsonl(purpose);
    if (counts_records(purpose) && record_tokens_ == nullptr) return false;
    return records_->answers(expectation);
  }
  if (counts_tokens(purpose) && tokens_ == nullptr) return false;
  return content_.has_value() || !asks_for_content(purpose);
}

FileReport FileObserver::report(Purpose purpose, std::string_view filename) const {
  FileReport report;
  const jsonl::Expectation expectation = expectation_of(purpose);
  const bool has_records = !expectation.formats.is_empty() || expectation.forced;
  if (records_ && has_records) {
    const jsonl::Report& seen = records_->report();
    report.format = seen.format;
    report.records = seen.records;
    report.problems = seen.problems;
    report.statistics = seen.statistics;
  }
  if (record_tokens_ && counts_records(purpose)) report.record_tokens = record_tokens_->counted();
  report.tokens = tokens_of(purpose, filename);
  if (!content_) return report;
  if (auto problem = content_problem(purpose, filename, content_->kind())) {
    report.problems.add(problem->severity, problem->code, [&] { return *std::move(problem); });
  }
  return report;
}

Facts FileObserver::facts(std::string_view filename, const FileReport& report) const {
  Facts facts{.filename = filename, .bytes = bytes_};
  if (records_) {
    facts.is_utf8 = records_->report().is_utf8;
    facts.first_record = records_->report().first_record;
  }
  const auto& first_error = report.problems.first_error();
  if (first_error) facts.first_error = &*first_error;
  if (report.tokens) facts.tokens = report.tokens->total.value_or(0);
  return facts;
}

}  // namespace argot::policy
