#include "policy/record_tokens.h"

#include <utility>

#include "base/quoting.h"
#include "policy/token_walk.h"

namespace argot::policy {

bool RecordTokenCounter::begin(const jsonl::GoodRecord& record, json::LineReader& reader) {
  const bool is_batch = record.format == jsonl::Format::batch;
  model_ = counting_.model;
  if (is_batch) {
    auto head = head_of_request(reader, record.text);
    if (!head) return false;
    url_ = std::move(head->url);
    if (model_.empty()) model_ = std::move(head->model);
  }
  if (const Model* const model = find_model(model_)) {
    counted_.encoding = model->encoding;
    counted_.context_tokens = is_batch ? model->context_tokens : model->example_tokens;
  }
  pool_ = &counters_.get(counted_.encoding);
  return true;
}

void RecordTokenCounter::see(const jsonl::GoodRecord& record, json::LineReader& reader,
                             jsonl::ProblemLog& problems) {
  if (record.format == jsonl::Format::evals) return;
  if (pool_ == nullptr && !begin(record, reader)) return;
  TokenWalk walk(reader, *pool_);
  const auto tokens = record.format == jsonl::Format::batch
                          ? walk.count_request(url_, record.text)
                          : walk.count_example(record.format, record.text);
  if (!tokens) return;
  counted_.records.add(tokens->total);
  if (!counted_.context_tokens || tokens->longest <= *counted_.context_tokens) return;
  ++counted_.over_context;
  warn(record, tokens->longest, problems);
}

void RecordTokenCounter::warn(const jsonl::GoodRecord& record, std::uint64_t tokens,
                              jsonl::ProblemLog& problems) const {
  problems.add(jsonl::Severity::warning, "over_context", [&] {
    const std::string_view limit = record.format == jsonl::Format::batch
                                       ? "the context of "
                                       : "which is what is taken of one example for ";
    return jsonl::Problem{.severity = jsonl::Severity::warning,
                          .code = "over_context",
                          .line = record.place.line,
                          .column = record.place.column,
                          .offset = record.place.offset,
                          .message = "Expected at most " +
                                     std::to_string(*counted_.context_tokens) + " tokens, " +
                                     std::string(limit) + python_repr(shortened(model_)) +
                                     ", but got " + std::to_string(tokens) + "."};
  });
}

}  // namespace argot::policy
