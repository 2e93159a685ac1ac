// Sees in one pass over a file what tells JSON Lines from anything else: whether it is UTF-8, and
// what its first line with something on it is.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/limits.h"
#include "base/sink.h"
#include "json/object_checker.h"
#include "json/utf8_checker.h"

namespace argot::jsonl {

enum class FirstRecord {
  none,    // there is no line but empty ones
  object,  // one JSON object
  other,
};

struct FirstRecordFacts {
  std::uint64_t bytes = 0;
  bool is_utf8 = true;
  FirstRecord first_record = FirstRecord::none;

  friend bool operator==(const FirstRecordFacts&, const FirstRecordFacts&) = default;
};

// Lines end with LF or CRLF, the last one also with the file. A line of nothing but white space is
// empty. A UTF-8 byte order mark before the first line is no part of it. Never fails: what a file
// is must be judged by someone who knows what it is for. Keeps no bytes of the file.
class FirstRecordSink final : public Sink {
 public:
  // A first record whose line is longer than `line_bytes_max` counts as `other`.
  explicit FirstRecordSink(std::size_t line_bytes_max = limits::jsonl_line_bytes_max)
      : line_bytes_max_(line_bytes_max) {}

  Result<> write(Bytes chunk) override;
  Result<> finish() override;

  // Only after finish().
  FirstRecordFacts facts() const;

 private:
  // Each takes what it can from the start of `text` and returns the rest.
  std::string_view take_mark(std::string_view text);
  std::string_view take_blank(std::string_view text);
  std::string_view take_record(std::string_view text);

  void decide(FirstRecord verdict) { verdict_ = verdict; }
  void end_record();

  std::size_t line_bytes_max_;
  std::uint64_t bytes_ = 0;
  json::Utf8Checker utf8_;
  std::optional<FirstRecord> verdict_;
  bool is_finished_ = false;

  // Until the verdict.
  std::size_t mark_bytes_ = 0;    // of the byte order mark
  bool mark_is_over_ = false;     // taken, or known not to be there
  std::uint64_t line_bytes_ = 0;  // of the line so far, without its LF
  bool record_has_begun_ = false;
  bool last_is_return_ = false;
  json::ObjectChecker object_;
};

}  // namespace argot::jsonl
