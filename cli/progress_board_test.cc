#include "cli/progress_board.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <sstream>

#include "tests/support/fakes.h"

namespace argot::cli {
namespace {

class Board : public ::testing::Test {
 protected:
  ProgressBoard& open(bool is_terminal) {
    board_.emplace(Screen{.out = out_, .is_terminal = is_terminal, .columns = [] { return 40U; }},
                   clock_);
    return *board_;
  }

  // What was written since the last time.
  std::string written() {
    std::string text = out_.str();
    out_.str("");
    return text;
  }

  std::ostringstream out_;
  testing::FakeClock clock_;
  std::optional<ProgressBoard> board_;
};

TEST_F(Board, HasNoBarsWhereThereIsNoTerminal) {
  ProgressBoard& board = open(false);
  {
    ProgressBoard::Bar bar(board, "a");
    bar.update(1, 2);
    bar.wait_for("that");
    EXPECT_EQ(written(), "");
    board.say("argot: a: no");
    EXPECT_EQ(written(), "argot: a: no\n");
  }
  EXPECT_EQ(written(), "");
}

TEST_F(Board, RedrawsInPlaceAndLeavesNothingBehind) {
  ProgressBoard& board = open(true);
  {
    ProgressBoard::Bar first(board, "first");
    first.update(512, 1024);
    written();
    first.update(1024, 1024);
    EXPECT_EQ(written(), "\r\x1B[Jfirst          100%   1.0 KB");
    const ProgressBoard::Bar second(board, "second");
    EXPECT_EQ(written(), "\r\x1B[Jfirst          100%   1.0 KB\nsecond             0 B");
    board.say("argot: x: no");
    EXPECT_EQ(written(),
              "\x1B[1A\r\x1B[Jargot: x: no\n"
              "first          100%   1.0 KB\nsecond             0 B");
  }
  EXPECT_TRUE(written().ends_with("\r\x1B[J"));
  board.say("argot: y: no");
  EXPECT_EQ(written(), "argot: y: no\n");
}

TEST_F(Board, KeepsTheLinesOfAnotherStreamAboveTheBars) {
  ProgressBoard& board = open(true);
  const ProgressBoard::Bar first(board, "first");
  const ProgressBoard::Bar second(board, "second");
  written();
  board.print(out_, "output\n");
  EXPECT_EQ(written(), "\x1B[1A\r\x1B[Joutput\nfirst              0 B\nsecond             0 B");
  std::ostringstream file;
  board.print(file, "output\n");
  EXPECT_EQ(file.str(), "output\n");
}

TEST_F(Board, NamesCannotPaintOverIt) {
  ProgressBoard& board = open(true);
  const ProgressBoard::Bar bar(board, "\x1B[2J");
  EXPECT_TRUE(written().starts_with("\\x1B[2J"));
}

TEST_F(Board, ShowsNoMoreThanFitInASmallWindow) {
  ProgressBoard& board = open(true);
  std::list<ProgressBoard::Bar> bars;
  for (int i = 0; i < 20; ++i) bars.emplace_back(board, "name");
  written();
  bars.front().update(1, 1);
  const std::string text = written();
  EXPECT_TRUE(text.starts_with("\x1B[9A\r\x1B[J"));
  EXPECT_EQ(std::ranges::count(text, '\n'), 9);
}

}  // namespace
}  // namespace argot::cli
