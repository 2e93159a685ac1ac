// What the boundary scan of an upload costs: a form of one file through the Parser, in buffers as
// they come from the network, against one memmem() over the same content.
//
//   build/bench/bench/bench_multipart --benchmark_repetitions=5

#include <benchmark/benchmark.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <random>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/limits.h"
#include "multipart/parser.h"

namespace argot::multipart {
namespace {

constexpr std::size_t content_bytes = 32_MiB;
constexpr std::string_view boundary = "----formdata-undici-063914267580";

std::string random_content() {
  std::mt19937_64 random(1);
  std::string content;
  while (content.size() < content_bytes) content += static_cast<char>(random() & 0xFFU);
  return content;
}

std::string repeated(std::string_view unit) {
  std::string content;
  while (content.size() < content_bytes) content += unit;
  return content.substr(0, content_bytes);
}

std::string jsonl_content() {
  return repeated(
      "{\"custom_id\": \"request-1\", \"method\": \"POST\", \"url\": \"/v1/chat/completions\", "
      "\"body\": {\"model\": \"m\", \"messages\": [{\"role\": \"user\", \"content\": \"Say it in "
      "one "
      "line: caf\\u00e9, --dashes-- and \\r\\n escapes\"}], \"max_tokens\": 1000}}\n");
}

std::string crlf_dense_content() { return repeated("\r\n--\r\n---\r\n------formdata\r\n-"); }

class Counter final : public PartHandler {
 public:
  Result<> begin(const PartHead&) override { return {}; }
  Result<> data(Bytes bytes) override {
    bytes_ += bytes.size();
    return {};
  }
  Result<> end() override { return {}; }

  std::uint64_t bytes() const { return bytes_; }

 private:
  std::uint64_t bytes_ = 0;
};

std::string form_around(std::string_view content) {
  const std::string line = "--" + std::string(boundary);
  return line + "\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\n" +
         std::string(content) + "\r\n" + line + "--\r\n";
}

bool parse(std::string_view body, Counter& counter) {
  Parser parser(boundary, counter);
  for (std::size_t at = 0; at < body.size(); at += limits::body_buffer_bytes) {
    if (!parser.write(as_bytes(body.substr(at, limits::body_buffer_bytes)))) return false;
  }
  return parser.finish().has_value();
}

void parser(benchmark::State& state, std::string (*make_content)()) {
  const std::string body = form_around(make_content());
  for (auto round : state) {
    Counter counter;
    if (!parse(body, counter) || counter.bytes() != content_bytes) {
      state.SkipWithError("the form was not taken");
    }
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(content_bytes));
}

void plain_memmem(benchmark::State& state, std::string (*make_content)()) {
  const std::string content = make_content();
  const std::string delimiter = "\r\n--" + std::string(boundary);
  for (auto round : state) {
    benchmark::DoNotOptimize(
        memmem(content.data(), content.size(), delimiter.data(), delimiter.size()));
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(content_bytes));
}

BENCHMARK_CAPTURE(parser, random, random_content);
BENCHMARK_CAPTURE(plain_memmem, random, random_content);
BENCHMARK_CAPTURE(parser, jsonl, jsonl_content);
BENCHMARK_CAPTURE(plain_memmem, jsonl, jsonl_content);
BENCHMARK_CAPTURE(parser, crlf_dense, crlf_dense_content);
BENCHMARK_CAPTURE(plain_memmem, crlf_dense, crlf_dense_content);

}  // namespace
}  // namespace argot::multipart

BENCHMARK_MAIN();
