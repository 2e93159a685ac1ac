// Counts the tokens of a file's records while an Inspector checks them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "jsonl/record_observer.h"
#include "jsonl/statistics.h"
#include "policy/models.h"
#include "tokens/counter.h"

namespace argot::policy {

// How somebody wants them counted.
struct RecordCounting {
  bool is_wanted = false;
  // Whose window and encoding count, borrowed; empty: that of the batch requests, and of training
  // examples nobody's.
  std::string_view model;
};

// What came of it.
struct RecordTokens {
  tokens::Encoding encoding = tokens::Encoding::o200k_base;
  jsonl::SizeHistogram records;  // those that are good, in tokens
  // What the model may read at once; nothing: nobody knows.
  std::optional<std::uint64_t> context_tokens;
  std::uint64_t over_context = 0;  // records
};

// Not thread-safe.
class RecordTokenCounter final : public jsonl::RecordObserver {
 public:
  // `counters` must outlive it.
  RecordTokenCounter(const RecordCounting& counting, tokens::LazyCounterPools& counters)
      : counting_(counting), counters_(counters) {}

  // A record that is over the context is a warning. Evaluation items are not counted: which part
  // of one a model will read, a template says that is not in the file.
  void see(const jsonl::GoodRecord& record, json::LineReader& reader,
           jsonl::ProblemLog& problems) override;

  const RecordTokens& counted() const { return counted_; }

 private:
  // The first good record tells what is the same for all of them. False if it could not be read.
  bool begin(const jsonl::GoodRecord& record, json::LineReader& reader);
  void warn(const jsonl::GoodRecord& record, std::uint64_t tokens,
            jsonl::ProblemLog& problems) const;

  RecordCounting counting_;
  tokens::LazyCounterPools& counters_;
  RecordTokens counted_;
  tokens::CounterPool* pool_ = nullptr;  // from the first good record on
  std::string url_;                      // of batch requests
  std::string model_;
};

}  // namespace argot::policy
