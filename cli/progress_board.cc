#include "cli/progress_board.h"

#include <algorithm>
#include <ostream>
#include <utility>

#include "cli/printable.h"

namespace argot::cli {
namespace {

// More would scroll out of a small window, where they cannot be erased.
constexpr std::size_t lines_max = 10;

}  // namespace

ProgressBoard::Bar::Bar(ProgressBoard& board, std::string_view name) : board_(board) {
  numbers_.name = printable(name);
  const std::scoped_lock lock(board_.mutex_);
  place_ = board_.bars_.insert(board_.bars_.end(), this);
  board_.draw();
}

ProgressBoard::Bar::~Bar() {
  const std::scoped_lock lock(board_.mutex_);
  board_.bars_.erase(place_);
  board_.draw();
}

void ProgressBoard::Bar::update(std::uint64_t done, std::optional<std::uint64_t> total) {
  const std::scoped_lock lock(board_.mutex_);
  rate_.add(done, board_.clock_.steady());
  numbers_.done = done;
  numbers_.total = total;
  numbers_.bytes_per_second = rate_.bytes_per_second();
  board_.draw();
}

void ProgressBoard::Bar::wait_for(std::string_view what) {
  const std::scoped_lock lock(board_.mutex_);
  numbers_.waiting_for = what;
  board_.draw();
}

void ProgressBoard::say(std::string_view line) {
  const std::scoped_lock lock(mutex_);
  draw(std::string(line) + "\n");
}

void ProgressBoard::print(std::ostream& out, std::string_view lines) {
  const std::scoped_lock lock(mutex_);
  screen_.out << erasure() << std::flush;
  out << lines << std::flush;
  draw();
}

// Takes the cursor to the first column of the first line of ours, and erases all from there.
std::string ProgressBoard::erasure() {
  std::string text;
  if (lines_drawn_ > 1) text += "\x1B[" + std::to_string(lines_drawn_ - 1) + "A";
  if (lines_drawn_ > 0) text += "\r\x1B[J";
  lines_drawn_ = 0;
  return text;
}

void ProgressBoard::draw(std::string_view lines_above) {
  if (!screen_.is_terminal) {
    screen_.out << lines_above << std::flush;
    return;
  }
  std::string text = erasure();
  text += lines_above;
  // One less, for a cursor behind the last column is somewhere else in each terminal.
  const std::size_t columns = std::max<std::size_t>(screen_.columns(), 2) - 1;
  for (const Bar* const bar : bars_) {
    if (lines_drawn_ == lines_max) break;
    if (lines_drawn_ > 0) text += "\n";
    text += progress_line(bar->numbers_, columns);
    ++lines_drawn_;
  }
  screen_.out << text << std::flush;
}

}  // namespace argot::cli
