#include "tests/support/reference_tokens.h"

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

namespace argot::testing {
namespace {

using Kind = ReferenceKind;
using Value = ReferenceValue;

// Something that is read at once: texts, and tokens that stand for no text.
struct Reading {
  std::vector<std::string> texts;
  std::uint64_t marks = 0;

  Reading& add(const Reading& other) {
    texts.insert(texts.end(), other.texts.begin(), other.texts.end());
    marks += other.marks;
    return *this;
  }
};

const Value nothing;

const Value& find(const Value& object, std::string_view key) {
  if (object.kind != Kind::object) return nothing;
  for (const ReferenceMember& member : object.members) {
    if (member.key == key) return member.value;
  }
  return nothing;
}

std::vector<Value> items(const Value& array) {
  std::vector<Value> items;
  if (array.kind != Kind::array) return items;
  for (const ReferenceMember& member : array.members) items.push_back(member.value);
  return items;
}

Reading string(const Value& value) {
  if (value.kind != Kind::string) return {};
  return {.texts = {value.text}};
}

Reading function(const Value& value) {
  return string(find(value, "name")).add(string(find(value, "arguments")));
}

Reading message(const Value& value) {
  if (value.kind != Kind::object) return {};
  Reading reading{.texts = {}, .marks = 3};
  reading.add(string(find(value, "role")));
  if (find(value, "name").kind == Kind::string) {
    reading.add(string(find(value, "name")));
    reading.marks += 1;
  }
  reading.add(string(find(value, "content")));
  for (const Value& part : items(find(value, "content"))) {
    reading.add(string(find(part, "text"))).add(string(find(part, "refusal")));
  }
  reading.add(string(find(value, "refusal")));
  for (const Value& call : items(find(value, "tool_calls"))) {
    reading.add(function(find(call, "function")));
  }
  return reading.add(function(find(value, "function_call")));
}

Reading messages(const Value& value) {
  Reading reading;
  for (const Value& each : items(value)) reading.add(message(each));
  return reading;
}

Reading keys_and_scalars(const Value& value) {
  switch (value.kind) {
    case Kind::null:
      return {.texts = {"null"}};
    case Kind::string:
    case Kind::number:
    case Kind::boolean:
      return {.texts = {value.text}};
    case Kind::object:
    case Kind::array:
      break;
  }
  Reading reading;
  for (const ReferenceMember& member : value.members) {
    if (value.kind == Kind::object) reading.texts.push_back(member.key);
    reading.add(keys_and_scalars(member.value));
  }
  return reading;
}

// Of what is not there nothing is read.
Reading tools(const Value& value) {
  return &value == &nothing ? Reading() : keys_and_scalars(value);
}

Reading conversation(const Value& value) {
  Reading reading{.texts = {}, .marks = 3};
  reading.add(messages(find(value, "messages")));
  return reading.add(tools(find(value, "tools"))).add(tools(find(value, "functions")));
}

Reading texts(const Value& value) {
  Reading reading = string(value);
  for (const Value& item : items(value)) reading.add(texts(item));
  if (value.kind != Kind::object) return reading;
  for (const char* const key :
       {"content", "text", "refusal", "name", "arguments", "output", "summary"}) {
    reading.add(texts(find(value, key)));
  }
  return reading;
}

std::uint64_t numbers_in(const Value& value) {
  const std::vector<Value> all = items(value);
  return static_cast<std::uint64_t>(std::ranges::count(all, Kind::number, &Value::kind));
}

std::vector<Reading> inputs(const Value& value) {
  if (value.kind == Kind::string) return {string(value)};
  std::vector<Reading> readings = {{.texts = {}, .marks = numbers_in(value)}};
  for (const Value& item : items(value)) {
    if (item.kind == Kind::number) continue;
    readings.push_back(item.kind == Kind::array ? Reading{.texts = {}, .marks = numbers_in(item)}
                                                : texts(item));
  }
  return readings;
}

std::vector<Reading> readings_of_request(const Value& record) {
  const std::string url = find(record, "url").text;
  const Value& body = find(record, "body");
  if (url == "/v1/chat/completions") return {conversation(body)};
  if (url == "/v1/responses") {
    return {texts(find(body, "instructions"))
                .add(texts(find(body, "input")))
                .add(tools(find(body, "tools")))};
  }
  return inputs(
      find(body, url == "/v1/embeddings" || url == "/v1/moderations" ? "input" : "prompt"));
}

}  // namespace

ReferenceTokens reference_tokens(const ReferenceValue& record, jsonl::Format format,
                                 const CountText& count) {
  const auto tokens_of = [&](const Reading& reading) {
    std::uint64_t tokens = reading.marks;
    for (const std::string& text : reading.texts) tokens += count(text);
    return tokens;
  };
  if (format == jsonl::Format::preference) {
    const std::uint64_t question = tokens_of(conversation(find(record, "input")));
    const std::uint64_t better = tokens_of(messages(find(record, "preferred_output")));
    const std::uint64_t worse = tokens_of(messages(find(record, "non_preferred_output")));
    return {.total = question + better + worse, .longest = question + std::max(better, worse)};
  }
  std::vector<Reading> readings;
  if (format == jsonl::Format::batch) {
    readings = readings_of_request(record);
  } else if (format == jsonl::Format::completions) {
    readings = {string(find(record, "prompt")).add(string(find(record, "completion")))};
  } else if (format != jsonl::Format::evals) {
    readings = {conversation(record)};
  }
  ReferenceTokens sums;
  for (const Reading& reading : readings) {
    sums.total += tokens_of(reading);
    sums.longest = std::max(sums.longest, tokens_of(reading));
  }
  return sums;
}

}  // namespace argot::testing
