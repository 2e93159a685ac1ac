#include "jsonl/line_splitter.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace argot::jsonl {

bool MemoryBudget::take(std::size_t bytes) {
  std::size_t free = free_bytes_.load(std::memory_order_relaxed);
  while (free >= bytes) {
    if (free_bytes_.compare_exchange_weak(free, free - bytes, std::memory_order_relaxed)) {
      return true;
    }
  }
  return false;
}

std::size_t LineSplitter::padded_lines_bytes(std::string_view text) {
  constexpr std::size_t behind_bytes = json::LineReader::padding_bytes - 1;
  if (text.size() <= behind_bytes) return 0;
  // rfind() goes from byte to byte.
  const void* const last = memrchr(text.data(), '\n', text.size() - behind_bytes);
  if (last == nullptr) return 0;
  return static_cast<std::size_t>(static_cast<const char*>(last) + 1 - text.data());
}

void LineSplitter::carry(std::string_view piece) {
  // One more byte may be the CR of a CRLF.
  if (!is_skipping_ && carried_bytes_ + piece.size() > line_bytes_max_ + 1) {
    is_skipping_ = true;
    skipped_utf8_ = {};
    skipped_utf8_.write({carried_.data(), carried_bytes_});
    skipped_bytes_ = carried_bytes_;
    drop_carried();
  }
  if (is_skipping_) {
    skipped_utf8_.write(piece);
    skipped_bytes_ += piece.size();
    if (!piece.empty()) skipped_return_ = piece.ends_with('\r');
    return;
  }
  if (!make_room(carried_bytes_ + piece.size() + json::LineReader::padding_bytes)) {
    is_starved_ = true;
    drop_carried();
    return;
  }
  std::copy_n(piece.data(), piece.size(), carried_.data() + carried_bytes_);
  carried_bytes_ += piece.size();
}

bool LineSplitter::make_room(std::size_t bytes) {
  if (bytes <= carried_.size()) return true;
  const std::size_t most = line_bytes_max_ + 1 + json::LineReader::padding_bytes;
  const std::size_t wanted = std::max(bytes, std::min(2 * carried_.size(), most));
  if (wanted > limits::carried_line_bytes) {
    if (!budget_.take(wanted - from_budget_)) return false;
    from_budget_ = wanted;
  }
  carried_.reserve(wanted);  // exactly what was taken from the budget
  carried_.resize(wanted);
  return true;
}

void LineSplitter::drop_carried() {
  carried_bytes_ = 0;
  if (from_budget_ == 0) return;
  carried_ = std::vector<char>();  // {} would keep its memory
  budget_.give_back(std::exchange(from_budget_, 0));
}

Line LineSplitter::line(std::string_view text_with_return) {
  const std::string_view text = text_with_return.ends_with('\r')
                                    ? text_with_return.substr(0, text_with_return.size() - 1)
                                    : text_with_return;
  const Line line{
      .text = text, .number = next_number_, .offset = next_offset_, .bytes = text.size()};
  ++next_number_;
  next_offset_ += text_with_return.size() + 1;
  return line;
}

Line LineSplitter::take_carried() {
  if (!is_skipping_) {
    const std::string_view text(carried_.data(), carried_bytes_);
    // simdjson must not take what an earlier line left here for a part of this one.
    std::fill_n(carried_.begin() + static_cast<std::ptrdiff_t>(carried_bytes_),
                json::LineReader::padding_bytes, '\n');
    carried_bytes_ = 0;
    Line taken = line(text);
    if (taken.bytes <= line_bytes_max_) return taken;
    taken.is_too_long = true;
    taken.is_utf8 = json::utf8_prefix_bytes(taken.text) == taken.text.size();
    taken.text = {};
    return taken;
  }
  const std::uint64_t ending = skipped_return_ ? 1 : 0;
  const Line line{.number = next_number_,
                  .offset = next_offset_,
                  .bytes = skipped_bytes_ - ending,
                  .is_too_long = true,
                  .is_utf8 = skipped_utf8_.is_utf8()};
  ++next_number_;
  next_offset_ += skipped_bytes_ + 1;
  skipped_bytes_ = 0;
  is_skipping_ = false;
  return line;
}

}  // namespace argot::jsonl
