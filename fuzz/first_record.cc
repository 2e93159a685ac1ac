// Cuts a file at the places that the fuzzer chooses, and holds the FirstRecordSink against the
// uncut run and against a plain look at the lines.
//
// Input: a byte that chooses the longest line, a byte with the number of cuts, one byte for the
// length of each piece, then the file; what is left after the last piece is written whole.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "base/assert.h"
#include "base/bytes.h"
#include "base/text.h"
#include "json/object_checker.h"
#include "jsonl/first_record_sink.h"

namespace argot::jsonl {
namespace {

FirstRecord plain_first_record(std::string_view text, std::size_t line_bytes_max) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  while (!text.empty()) {
    std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    if (line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    if (line.ends_with('\r')) line.remove_suffix(1);
    const bool is_object = line.size() <= line_bytes_max && json::is_json_object(line);
    return is_object ? FirstRecord::object : FirstRecord::other;
  }
  return FirstRecord::none;
}

FirstRecordFacts facts_of(Bytes file, Bytes piece_lengths, std::size_t line_bytes_max) {
  FirstRecordSink sink(line_bytes_max);
  for (const std::byte length : piece_lengths) {
    const std::size_t taken = std::min(file.size(), std::to_integer<std::size_t>(length));
    ASSERT(sink.write(file.first(taken)));
    file = file.subspan(taken);
  }
  ASSERT(sink.write(file));
  ASSERT(sink.finish());
  return sink.facts();
}

}  // namespace
}  // namespace argot::jsonl

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace jsonl = argot::jsonl;
  const argot::Bytes input = std::as_bytes(std::span(data, size));
  if (input.size() < 2) return 0;
  const std::size_t line_bytes_max = std::to_integer<std::size_t>(input[0]);
  const std::size_t cuts = std::min(std::to_integer<std::size_t>(input[1]), input.size() - 2);
  const argot::Bytes file = input.subspan(2 + cuts);
  const std::string_view text = argot::as_text(file);
  const jsonl::FirstRecordFacts expected = {
      .bytes = file.size(),
      .is_utf8 = argot::is_utf8(text),
      .first_record = jsonl::plain_first_record(text, line_bytes_max)};
  ASSERT(jsonl::facts_of(file, {}, line_bytes_max) == expected);
  ASSERT(jsonl::facts_of(file, input.subspan(2, cuts), line_bytes_max) == expected);
  return 0;
}
