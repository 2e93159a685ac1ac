// Requests for the Batch API: one each line, all for one endpoint and one model.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "jsonl/checks.h"
#include "jsonl/id_set.h"
#include "jsonl/record_checker.h"

namespace argot::jsonl {

// Not thread-safe.
class BatchChecker final : public RecordChecker {
 public:
  void walk(Walk& walk, const json::Item& record) override;
  void keep(Walk& walk, Statistics& statistics) override;
  Facts facts() const override;
  IdSet* ids() override { return &ids_; }
  bool keep_like(const Patterns::Match& match, std::uint64_t record,
                 Statistics& statistics) override;
  // A batch has at most limits::batch_requests_max of them.
  void finish(std::uint64_t records, ProblemLog& log) override;

 private:
  // What the record at hand says; empty where it says nothing that can be used.
  struct Request {
    std::string_view custom_id;
    std::string_view custom_id_token;
    IdSet::Digest custom_id_digest{};  // only of those that are compared
    std::string_view url;
    std::string_view url_token;
    std::string_view model;
    std::string_view model_token;
  };
  class RequestWalk;

  void keep_id(Walk& walk);
  void keep_url(Walk& walk, Statistics& statistics);
  void keep_model(Walk& walk, Statistics& statistics);

  Request request_;
  IdSet ids_;
  std::string url_;  // of the first request that has a good one
  std::uint64_t url_line_ = 0;
  // Of the first request's model: its beginning and its length, because it may be of any length.
  std::optional<std::string> model_;
  std::size_t model_bytes_ = 0;
};

}  // namespace argot::jsonl
