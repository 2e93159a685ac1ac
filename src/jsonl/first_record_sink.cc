#include "jsonl/first_record_sink.h"

#include "base/assert.h"

namespace argot::jsonl {
namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

bool is_white_space(char byte) {
  return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n';
}

}  // namespace

Result<> FirstRecordSink::write(Bytes chunk) {
  ASSERT(!is_finished_);
  std::string_view text = as_text(chunk);
  bytes_ += text.size();
  utf8_.write(text);
  while (!verdict_ && !text.empty()) {
    if (!mark_is_over_) {
      text = take_mark(text);
    } else if (!record_has_begun_) {
      text = take_blank(text);
    } else {
      text = take_record(text);
    }
  }
  return {};
}

Result<> FirstRecordSink::finish() {
  ASSERT(!is_finished_);
  is_finished_ = true;
  if (verdict_) return {};
  const bool mark_was_cut = !mark_is_over_ && mark_bytes_ > 0;
  if (record_has_begun_) {
    end_record();
  } else {
    decide(mark_was_cut ? FirstRecord::other : FirstRecord::none);
  }
  return {};
}

FirstRecordFacts FirstRecordSink::facts() const {
  ASSERT(is_finished_ && verdict_);
  return {.bytes = bytes_, .is_utf8 = utf8_.is_utf8(), .first_record = *verdict_};
}

std::string_view FirstRecordSink::take_mark(std::string_view text) {
  if (text.front() != byte_order_mark[mark_bytes_]) {
    mark_is_over_ = true;
    // A part of a mark is no white space, so it is the first line.
    if (mark_bytes_ > 0) decide(FirstRecord::other);
    return text;
  }
  ++mark_bytes_;
  mark_is_over_ = mark_bytes_ == byte_order_mark.size();
  return text.substr(1);
}

std::string_view FirstRecordSink::take_blank(std::string_view text) {
  std::size_t place = 0;
  for (; place < text.size() && is_white_space(text[place]); ++place) {
    line_bytes_ = text[place] == '\n' ? 0 : line_bytes_ + 1;
  }
  if (place == text.size()) return {};
  record_has_begun_ = true;
  if (text[place] != '{') decide(FirstRecord::other);
  return text.substr(place);
}

std::string_view FirstRecordSink::take_record(std::string_view text) {
  const std::size_t end = text.find('\n');
  const std::string_view line = text.substr(0, end);
  line_bytes_ += line.size();
  if (!line.empty()) last_is_return_ = line.back() == '\r';
  object_.write(line);
  // One more byte may be the CR of a CRLF.
  if (object_.is_hopeless() || line_bytes_ > line_bytes_max_ + 1) {
    decide(FirstRecord::other);
  } else if (end != std::string_view::npos) {
    end_record();
  }
  return text.substr(line.size());
}

void FirstRecordSink::end_record() {
  const std::uint64_t line_bytes = line_bytes_ - (last_is_return_ ? 1 : 0);
  const bool is_object = line_bytes <= line_bytes_max_ && object_.is_object();
  decide(is_object ? FirstRecord::object : FirstRecord::other);
}

}  // namespace argot::jsonl
