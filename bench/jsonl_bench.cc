// What it costs an upload to know whether it is JSON Lines: a file through the FirstRecordSink, in
// buffers as they come from the network, against simdjson's UTF-8 validation of the whole at once.
//
//   build/bench/bench/bench_jsonl --benchmark_repetitions=5

#include <benchmark/benchmark.h>
#include <simdjson.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/limits.h"
#include "jsonl/first_record_sink.h"

namespace argot::jsonl {
namespace {

constexpr std::size_t file_bytes = 64_MiB;

std::string repeated(std::string_view line) {
  std::string file;
  while (file.size() < file_bytes) file += line;
  return file;
}

std::string ascii() {
  return repeated(
      "{\"custom_id\": \"request-1\", \"method\": \"POST\", \"url\": \"/v1/chat/completions\", "
      "\"body\": {\"model\": \"m\", \"messages\": [{\"role\": \"user\", \"content\": \"Say it in "
      "one line: caf\\u00e9, \\\"quoted\\\"\"}], \"max_tokens\": 1000}}\n");
}

std::string chinese() {
  std::string text;
  for (int count = 0; count < 100; ++count) text += "\xE4\xBD\xA0\xE5\xA5\xBD\xE3\x80\x82";
  return repeated("{\"messages\": [{\"role\": \"user\", \"content\": \"" + text + "\"}]}\n");
}

// The first record is as long as one may be, and has something to look at in every byte.
std::string long_record() {
  std::string file = "{\"a\": [1";
  while (file.size() < limits::jsonl_line_bytes_max - 16) file += ",[]";
  file += "]}\n";
  return file + std::string(file_bytes - file.size(), 'x');
}

void first_record_sink(benchmark::State& state, std::string (*make_file)()) {
  const std::string file = make_file();
  const std::string_view text = file;
  for (auto round : state) {
    FirstRecordSink sink;
    for (std::size_t at = 0; at < text.size(); at += limits::body_buffer_bytes) {
      (void)sink.write(as_bytes(text.substr(at, limits::body_buffer_bytes)));
    }
    (void)sink.finish();
    if (!sink.facts().is_utf8 || sink.facts().first_record != FirstRecord::object) {
      state.SkipWithError("the file is not what it was made to be");
    }
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(file.size()));
}

void plain_utf8(benchmark::State& state, std::string (*make_file)()) {
  const std::string file = make_file();
  for (auto round : state) {
    benchmark::DoNotOptimize(simdjson::validate_utf8(file));
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(file.size()));
}

BENCHMARK_CAPTURE(first_record_sink, ascii, ascii);
BENCHMARK_CAPTURE(plain_utf8, ascii, ascii);
BENCHMARK_CAPTURE(first_record_sink, chinese, chinese);
BENCHMARK_CAPTURE(plain_utf8, chinese, chinese);
BENCHMARK_CAPTURE(first_record_sink, long_record, long_record);
BENCHMARK_CAPTURE(plain_utf8, long_record, long_record);

}  // namespace
}  // namespace argot::jsonl

BENCHMARK_MAIN();
