// How many tokens a model would read of a record. What is counted, as users see it:
// docs/guides/tokens.md.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "json/line_reader.h"
#include "jsonl/format.h"
#include "tokens/counter.h"

namespace argot::policy {

struct TokensOfRecord {
  std::uint64_t total = 0;
  // What the model reads at once: less than the total where a request has several inputs, or an
  // example two answers.
  std::uint64_t longest = 0;

  friend bool operator==(const TokensOfRecord&, const TokensOfRecord&) = default;
};

// What a batch request asks, and whom. All good ones of a file agree.
struct RequestHead {
  std::string url;
  std::string model;
};

// Of a good record; nothing if there was no memory to read it with.
std::optional<RequestHead> head_of_request(json::LineReader& reader, std::string_view record);

// For one good record; the counts are nothing if there was no memory to read it with. Memory: where
// a string has escapes, as much as it means. Not thread-safe.
class TokenWalk {
 public:
  // Both are borrowed.
  TokenWalk(json::LineReader& reader, tokens::CounterPool& pool) : reader_(reader), pool_(pool) {}

  // Of a training example; zero of a format that no model is trained on.
  std::optional<TokensOfRecord> count_example(jsonl::Format format, std::string_view record);
  // Of a batch request that asks that endpoint; zero of one that is not known.
  std::optional<TokensOfRecord> count_request(std::string_view url, std::string_view record);

 private:
  using Item = json::Item;
  struct Endpoint;

  std::optional<Item> open(std::string_view record);
  TokensOfRecord sums() const { return {.total = tokens_, .longest = tokens_ - apart_}; }
  // Calls see(key, value) for each member of what may be an object.
  template <typename See>
  void members(const Item& item, const See& see);
  // Calls see(value) for each item of what may be an array.
  template <typename See>
  void items(const Item& item, const See& see);

  // Each adds the tokens of a value; of one that is not of the kind that it should be, none.
  void conversation(const Item& item);
  void preference(const Item& item);
  void completion(const Item& item);
  void response(const Item& item);
  void input(const Item& item);
  void prompt(const Item& item);
  void messages(const Item& item);
  void message(const Item& item);
  void parts(const Item& item);
  void calls(const Item& item);
  void call(const Item& item);
  void definitions(const Item& item);
  void inputs(const Item& item);
  void texts(const Item& item);
  void string(const Item& item);
  void text(std::string_view written);
  void plain(std::string_view text);

  json::LineReader& reader_;
  tokens::CounterPool& pool_;
  std::optional<tokens::CounterPool::Lease> counter_;  // while there are short texts
  std::uint64_t tokens_ = 0;
  std::uint64_t apart_ = 0;  // of tokens_, what is not read with the longest
};

}  // namespace argot::policy
