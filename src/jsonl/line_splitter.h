// Cuts a stream of bytes into lines, each of which it shows as one piece of memory: in the chunk
// where it lies, or put together where a cut divides it.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/limits.h"
#include "json/line_reader.h"
#include "json/utf8_checker.h"

namespace argot::jsonl {

// Memory that many share. Thread-safe.
class MemoryBudget {
 public:
  explicit MemoryBudget(std::size_t bytes) : free_bytes_(bytes) {}

  // False, and nothing taken, where there is not as much.
  bool take(std::size_t bytes);
  void give_back(std::size_t bytes) { free_bytes_.fetch_add(bytes, std::memory_order_relaxed); }

 private:
  std::atomic<std::size_t> free_bytes_;
};

// Lines end with LF or CRLF, the last one also with the file.
struct Line {
  // Without its ending; behind it json::LineReader::padding_bytes are readable. Empty if the line
  // is too long.
  std::string_view text;
  std::uint64_t number = 1;  // from 1
  std::uint64_t offset = 0;  // of its first byte
  std::uint64_t bytes = 0;   // without its ending
  bool is_too_long = false;
  bool is_utf8 = true;  // of a line that is too long
};

// Not thread-safe.
class LineSplitter {
 public:
  // `budget` must outlive it; from it comes what a line needs beyond limits::carried_line_bytes.
  LineSplitter(MemoryBudget& budget, std::size_t line_bytes_max)
      : budget_(budget), line_bytes_max_(line_bytes_max) {}
  LineSplitter(const LineSplitter&) = delete;
  LineSplitter& operator=(const LineSplitter&) = delete;
  ~LineSplitter() { drop_carried(); }

  // Calls bool see(const Line&) for each line that ends in `text`, until it returns false. What was
  // not looked at is returned; it begins with a line. Where a line lies as a whole and padded in
  // `text`, find_end(std::string_view lines) is asked before for the first line feed in `lines`,
  // which begin with that line: whoever reads it anyway need not look for its end.
  template <typename FindEnd, typename See>
  std::string_view write(std::string_view text, const FindEnd& find_end, const See& see);

  // The last line, if the file does not end with an ending.
  template <typename See>
  void finish(const See& see);

  // Whether the budget had nothing left: no line is shown any more.
  bool is_starved() const { return is_starved_; }

 private:
  // How far `text` goes up to its last line that has its padding in it.
  static std::size_t padded_lines_bytes(std::string_view text);
  // Takes a piece of a line that may go on.
  void carry(std::string_view piece);
  bool make_room(std::size_t bytes);
  void drop_carried();
  // The line that was put together; what it shows lives until the next write().
  Line take_carried();
  Line line(std::string_view text_with_return);

  MemoryBudget& budget_;
  std::size_t line_bytes_max_;
  std::vector<char> carried_;
  std::size_t carried_bytes_ = 0;
  std::size_t from_budget_ = 0;
  std::uint64_t next_number_ = 1;
  std::uint64_t next_offset_ = 0;
  // Of a line that is too long.
  bool is_skipping_ = false;
  std::uint64_t skipped_bytes_ = 0;
  bool skipped_return_ = false;  // the last byte skipped
  json::Utf8Checker skipped_utf8_;
  bool is_starved_ = false;
};

template <typename FindEnd, typename See>
std::string_view LineSplitter::write(std::string_view text, const FindEnd& find_end,
                                     const See& see) {
  const char* const padded_lines_end = text.data() + padded_lines_bytes(text);
  while (!text.empty() && !is_starved_) {
    const bool is_fresh = carried_bytes_ == 0 && !is_skipping_;
    const bool is_padded = is_fresh && text.data() < padded_lines_end;
    const std::size_t end = is_padded ? find_end(text) : text.find('\n');
    const std::string_view piece = text.substr(0, end);
    const bool is_whole = end != std::string_view::npos;
    text.remove_prefix(piece.size() + (is_whole ? 1 : 0));
    if (is_padded && piece.size() <= line_bytes_max_) {
      if (!see(line(piece))) return text;
      continue;
    }
    carry(piece);
    if (!is_whole || is_starved_) continue;
    const bool goes_on = see(take_carried());
    if (from_budget_ > 0) drop_carried();
    if (!goes_on) return text;
  }
  return {};
}

template <typename See>
void LineSplitter::finish(const See& see) {
  if (!is_starved_ && (carried_bytes_ > 0 || is_skipping_)) see(take_carried());
  drop_carried();
}

}  // namespace argot::jsonl
