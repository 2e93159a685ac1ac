#include "policy/token_walk.h"

#include <algorithm>
#include <array>

#include "base/bytes.h"
#include "json/tokens.h"

namespace argot::policy {
namespace {

using json::ItemKey;
using json::Kind;

// What stands around a message, and what its answer begins with: OpenAI's cookbook, "How to count
// tokens with tiktoken", for gpt-3.5-turbo-0613 and every later model.
constexpr std::uint64_t tokens_a_message = 3;
constexpr std::uint64_t tokens_a_name = 1;
constexpr std::uint64_t tokens_of_priming = 3;

// A longer text is counted in constant memory.
constexpr std::size_t text_bytes_max = 64_KiB;

// Of an item of a response's input, and of what it holds: all that is text. Not the address of an
// image, nor the bytes of a file.
constexpr auto text_keys = std::to_array<std::string_view>(
    {"content", "text", "refusal", "name", "arguments", "output", "summary"});

std::string meaning_of(const json::Item& string) {
  return json::unescaped(string.between_quotes());
}

}  // namespace

// Which member function counts the body of a request.
struct TokenWalk::Endpoint {
  std::string_view url;
  void (TokenWalk::*count)(const json::Item& body);
};

std::optional<RequestHead> head_of_request(json::LineReader& reader, std::string_view record) {
  RequestHead head;
  reader.open(record);
  const auto root = reader.root();
  if (!root) return std::nullopt;
  reader.each_member(*root, [&](const ItemKey& key, const json::Item& value) {
    if (key.is("url")) head.url = meaning_of(value);
    if (!key.is("body")) return;
    reader.each_member(value, [&](const ItemKey& name, const json::Item& parameter) {
      if (name.is("model")) head.model = meaning_of(parameter);
    });
  });
  return head;
}

std::optional<json::Item> TokenWalk::open(std::string_view record) {
  reader_.open(record);
  return reader_.root();
}

std::optional<TokensOfRecord> TokenWalk::count_example(jsonl::Format format,
                                                       std::string_view record) {
  const auto root = open(record);
  if (!root) return std::nullopt;
  switch (format) {
    case jsonl::Format::chat:
    case jsonl::Format::reinforcement:
      conversation(*root);
      break;
    case jsonl::Format::preference:
      preference(*root);
      break;
    case jsonl::Format::completions:
      completion(*root);
      break;
    case jsonl::Format::batch:
    case jsonl::Format::evals:
      break;
  }
  return sums();
}

std::optional<TokensOfRecord> TokenWalk::count_request(std::string_view url,
                                                       std::string_view record) {
  static constexpr auto endpoints =
      std::to_array<Endpoint>({{"/v1/chat/completions", &TokenWalk::conversation},
                               {"/v1/responses", &TokenWalk::response},
                               {"/v1/embeddings", &TokenWalk::input},
                               {"/v1/moderations", &TokenWalk::input},
                               {"/v1/completions", &TokenWalk::prompt},
                               {"/v1/images/generations", &TokenWalk::prompt},
                               {"/v1/images/edits", &TokenWalk::prompt},
                               {"/v1/videos", &TokenWalk::prompt}});
  const auto* const endpoint = std::ranges::find(endpoints, url, &Endpoint::url);
  if (endpoint == endpoints.end()) return TokensOfRecord();
  const auto root = open(record);
  if (!root) return std::nullopt;
  members(*root, [&](const ItemKey& key, const json::Item& value) {
    if (key.is("body")) (this->*endpoint->count)(value);
  });
  return sums();
}

template <typename See>
void TokenWalk::members(const Item& item, const See& see) {
  if (item.kind() == Kind::object) reader_.each_member(item, see);
}

template <typename See>
void TokenWalk::items(const Item& item, const See& see) {
  if (item.kind() == Kind::array) reader_.each_item(item, see);
}

// The messages, and what tools there are: an example, or the body of a request.
void TokenWalk::conversation(const Item& item) {
  tokens_ += tokens_of_priming;
  members(item, [this](const ItemKey& key, const Item& value) {
    if (key.is("messages")) return messages(value);
    if (key.is("tools") || key.is("functions")) definitions(value);
  });
}

// Either answer is read behind the same question.
void TokenWalk::preference(const Item& item) {
  std::uint64_t shorter = 0;
  std::uint64_t answers = 0;
  members(item, [&](const ItemKey& key, const Item& value) {
    if (key.is("input")) return conversation(value);
    if (!key.is("preferred_output") && !key.is("non_preferred_output")) return;
    const std::uint64_t before = tokens_;
    messages(value);
    const std::uint64_t answer = tokens_ - before;
    shorter = answers == 0 ? answer : std::min(shorter, answer);
    ++answers;
  });
  if (answers == 2) apart_ = shorter;
}

void TokenWalk::completion(const Item& item) {
  members(item, [this](const ItemKey& key, const Item& value) {
    if (key.is("prompt") || key.is("completion")) string(value);
  });
}

void TokenWalk::response(const Item& item) {
  members(item, [this](const ItemKey& key, const Item& value) {
    if (key.is("instructions") || key.is("input")) return texts(value);
    if (key.is("tools")) definitions(value);
  });
}

void TokenWalk::input(const Item& item) {
  members(item, [this](const ItemKey& key, const Item& value) {
    if (key.is("input")) inputs(value);
  });
}

void TokenWalk::prompt(const Item& item) {
  members(item, [this](const ItemKey& key, const Item& value) {
    if (key.is("prompt")) inputs(value);
  });
}

void TokenWalk::messages(const Item& item) {
  items(item, [this](const Item& value) { message(value); });
}

void TokenWalk::message(const Item& item) {
  if (item.kind() != Kind::object) return;
  tokens_ += tokens_a_message;
  members(item, [this](const ItemKey& key, const Item& value) {
    if (key.is("role") || key.is("refusal")) return string(value);
    if (key.is("content")) return parts(value);
    if (key.is("tool_calls")) return calls(value);
    if (key.is("function_call")) return call(value);
    if (!key.is("name") || !value.is_string()) return;
    tokens_ += tokens_a_name;
    string(value);
  });
}

// Content: a text, or a list of parts, of which some are texts.
void TokenWalk::parts(const Item& item) {
  if (item.kind() == Kind::string) return string(item);
  items(item, [this](const Item& part) {
    members(part, [this](const ItemKey& key, const Item& value) {
      if (key.is("text") || key.is("refusal")) string(value);
    });
  });
}

void TokenWalk::calls(const Item& item) {
  items(item, [this](const Item& value) {
    members(value, [this](const ItemKey& key, const Item& function) {
      if (key.is("function")) call(function);
    });
  });
}

void TokenWalk::call(const Item& item) {
  members(item, [this](const ItemKey& key, const Item& value) {
    if (key.is("name") || key.is("arguments")) string(value);
  });
}

// Every key and every scalar: nobody says how a model reads the rest.
void TokenWalk::definitions(const Item& item) {
  const auto kind = item.kind();
  if (kind == Kind::array) {
    items(item, [this](const Item& value) { definitions(value); });
  } else if (kind == Kind::object) {
    members(item, [this](const ItemKey& key, const Item& value) {
      text(key.written);
      definitions(value);
    });
  } else if (kind == Kind::string) {
    string(item);
  } else {
    plain(item.token());
  }
}

// One text; or several, each of which is read alone; or one that is written as the numbers of its
// tokens; or several of these.
void TokenWalk::inputs(const Item& item) {
  if (item.kind() == Kind::string) return string(item);
  const std::uint64_t first = tokens_;
  std::uint64_t numbers = 0;
  std::uint64_t longest = 0;
  items(item, [&](const Item& value) {
    const std::uint64_t before = tokens_;
    if (value.kind() == Kind::number) {
      ++tokens_;
      ++numbers;
    } else if (value.kind() == Kind::array) {
      items(value,
            [this](const Item& number) { tokens_ += number.kind() == Kind::number ? 1 : 0; });
    } else {
      texts(value);
    }
    longest = std::max({longest, numbers, tokens_ - before});
  });
  apart_ += tokens_ - first - longest;
}

void TokenWalk::texts(const Item& item) {
  if (item.kind() == Kind::string) return string(item);
  items(item, [this](const Item& value) { texts(value); });
  members(item, [this](const ItemKey& key, const Item& value) {
    if (std::ranges::any_of(text_keys, [&](std::string_view name) { return key.is(name); })) {
      texts(value);
    }
  });
}

void TokenWalk::string(const Item& item) {
  if (item.is_string()) text(item.between_quotes());
}

void TokenWalk::text(std::string_view written) {
  if (!reader_.has_escapes() || !written.contains('\\')) return plain(written);
  plain(json::unescaped(written));
}

void TokenWalk::plain(std::string_view text) {
  if (text.size() <= text_bytes_max) {
    if (!counter_) counter_.emplace(pool_.take());
    tokens_ += (*counter_)->count(text, tokens::TextEnd::is_here).tokens;
    return;
  }
  counter_.reset();  // or this thread would have two
  tokens::Counter counter(pool_);
  [[maybe_unused]] const Result<> written = counter.write(as_bytes(text));
  [[maybe_unused]] const Result<> finished = counter.finish();
  tokens_ += counter.tokens();
}

}  // namespace argot::policy
