// Sees of a file, while it goes by, what its purpose asks for: records, or what kind of content it
// is. Where the purpose is not known yet it looks at both.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "base/sink.h"
#include "jsonl/inspector.h"
#include "policy/content_kind.h"
#include "policy/file_report.h"
#include "policy/judge.h"
#include "policy/purpose.h"
#include "policy/record_tokens.h"
#include "tokens/counter.h"
#include "tokens/text_decoder.h"

namespace argot::policy {

struct ObserverOptions {
  ValidationMode mode = ValidationMode::report;  // `off` looks at nothing
  std::optional<Purpose> purpose;                // nothing: it is not known yet
  std::string_view filename;                     // borrowed for the observer's life
  // A format that somebody asked for, whatever the first record looks like.
  std::optional<jsonl::Format> format;
  // Whether to go on where the first record has settled that the file is refused.
  bool wants_all_problems = false;
  // What tokens are counted with, when a purpose asks for them; null: nobody counts. Borrowed.
  tokens::LazyCounterPools* counters = nullptr;
  // Text is counted no further than past this.
  std::uint64_t tokens_max = limits::assistants_tokens;
  // Of purposes whose records have tokens.
  RecordCounting record_counting = {};
};

// In which the limit for text counts.
inline constexpr tokens::Encoding text_encoding = tokens::Encoding::o200k_base;

// The tokens of text in UTF-8, or in UTF-16 if a byte order mark says so. Not thread-safe.
class TokenSink final : public Sink {
 public:
  // `counters` must outlive it.
  TokenSink(tokens::LazyCounterPools& counters, std::uint64_t tokens_max)
      : counter_(counters.get(text_encoding), tokens_max), decoder_(counter_) {}

  Result<> write(Bytes chunk) override {
    return counter_.is_over() ? Result<>() : decoder_.write(chunk);
  }
  Result<> finish() override { return decoder_.finish(); }

  bool is_over() const { return counter_.is_over(); }
  TokenCount count() const {
    return {.encoding = text_encoding, .total = counter_.tokens(), .reason = {}, .engine = {}};
  }

 private:
  tokens::Counter counter_;
  tokens::TextDecoder decoder_;
};

// Never fails. Not thread-safe.
class FileObserver final : public Sink {
 public:
  // `shared` must outlive it.
  FileObserver(jsonl::SharedMemory& shared, const ObserverOptions& options);

  Result<> write(Bytes chunk) override;
  Result<> finish() override;

  // Whether it has seen all that this purpose asks for. If not, another one that knows the purpose
  // must see the file. Only after finish().
  bool answers(Purpose purpose) const;

  // What it found, for a purpose that it answers. Only after finish().
  FileReport report(Purpose purpose, std::string_view filename) const;

  // The same for judge(). Borrows both.
  Facts facts(std::string_view filename, const FileReport& report) const;

 private:
  jsonl::Expectation expectation_of(Purpose purpose) const;
  bool counts_tokens(Purpose purpose) const;
  std::optional<TokenCount> tokens_of(Purpose purpose, std::string_view filename) const;
  bool counts_records(Purpose purpose) const;

  ObserverOptions options_;
  std::uint64_t bytes_ = 0;
  std::unique_ptr<RecordTokenCounter> record_tokens_;
  std::optional<jsonl::Inspector> records_;
  std::optional<ContentKindSink> content_;
  std::unique_ptr<TokenSink> tokens_;
};

}  // namespace argot::policy
