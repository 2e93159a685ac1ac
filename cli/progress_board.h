// The bars of all transfers in progress, redrawn in place at the end of a terminal; lines of text
// go above them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <iosfwd>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "cli/progress_bar.h"

namespace argot::cli {

// Where the bars go.
struct Screen {
  std::ostream& out;
  bool is_terminal = false;  // else there are no bars, only lines
  std::function<std::size_t()> columns;
};

// Thread-safe. The lock is held while a line is written, so that lines stay whole.
class ProgressBoard {
 public:
  // `clock` and the screen's stream must outlive the board.
  ProgressBoard(Screen screen, const Clock& clock) : screen_(std::move(screen)), clock_(clock) {}
  ProgressBoard(const ProgressBoard&) = delete;
  ProgressBoard& operator=(const ProgressBoard&) = delete;
  ~ProgressBoard() = default;

  // One transfer; its bar goes away with it. The board must outlive it.
  class Bar {
   public:
    Bar(ProgressBoard& board, std::string_view name);
    Bar(const Bar&) = delete;
    Bar& operator=(const Bar&) = delete;
    ~Bar();

    void update(std::uint64_t done, std::optional<std::uint64_t> total);
    // Shows `what` instead of numbers from now on.
    void wait_for(std::string_view what);

   private:
    friend class ProgressBoard;
    ProgressBoard& board_;
    TransferNumbers numbers_;
    RateMeter rate_;
    std::list<Bar*>::iterator place_;
  };

  // One line above the bars; without its end.
  void say(std::string_view line);
  // Lines to another stream, which may be the same terminal: there they stand above the bars too.
  void print(std::ostream& out, std::string_view lines);

 private:
  void draw(std::string_view lines_above = {});
  std::string erasure();

  std::mutex mutex_;
  Screen screen_;
  const Clock& clock_;
  std::list<Bar*> bars_;
  std::size_t lines_drawn_ = 0;
};

}  // namespace argot::cli
