#include "jsonl/line_splitter.h"

#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "jsonl/inspection_fixture.h"
#include "tests/support/recut.h"

namespace argot::jsonl {
namespace {

using argot::testing::expect_same_however_cut;
using argot::testing::Play;

TEST(MemoryBudget, GivesNoMoreThanThereIs) {
  MemoryBudget budget(100);
  EXPECT_TRUE(budget.take(60));
  EXPECT_FALSE(budget.take(41));
  EXPECT_TRUE(budget.take(40));
  EXPECT_TRUE(budget.take(0));
  EXPECT_FALSE(budget.take(1));
  budget.give_back(60);
  EXPECT_FALSE(budget.take(61));
  EXPECT_TRUE(budget.take(60));
}

TEST(MemoryBudget, IsNeverOverdrawnByManyThreads) {
  MemoryBudget budget(1'000);
  std::atomic<std::size_t> taken = 0;
  std::atomic<bool> was_overdrawn = false;
  std::vector<std::jthread> threads;
  for (std::size_t i = 0; i < 4; ++i) {
    threads.emplace_back([&, i] {
      for (std::size_t round = 0; round < 20'000; ++round) {
        const std::size_t bytes = (i + 1) * 130 + round % 7;
        if (!budget.take(bytes)) continue;
        if (taken.fetch_add(bytes) + bytes > 1'000) was_overdrawn = true;
        taken.fetch_sub(bytes);
        budget.give_back(bytes);
      }
    });
  }
  threads.clear();
  EXPECT_FALSE(was_overdrawn);
  EXPECT_TRUE(budget.take(1'000));
  EXPECT_FALSE(budget.take(1));
}

std::size_t find_end(std::string_view lines) {
  const std::size_t end = lines.find('\n');
  EXPECT_NE(end, std::string_view::npos);
  EXPECT_GE(lines.size() - end, json::LineReader::padding_bytes);
  return end;
}

// Writes down each line, and whether what must be readable behind it is.
class LineLog final : public Sink {
 public:
  explicit LineLog(MemoryBudget& budget, std::size_t line_bytes_max = 64)
      : splitter_(budget, line_bytes_max) {}

  Result<> write(Bytes chunk) override {
    // A copy that ends where the chunk ends, so that a sanitizer sees any read beyond.
    const std::vector<char> exact(as_text(chunk).begin(), as_text(chunk).end());
    const std::string_view rest = splitter_.write({exact.data(), exact.size()}, find_end,
                                                  [this](const Line& line) { return see(line); });
    EXPECT_TRUE(rest.empty());
    return {};
  }

  Result<> finish() override {
    splitter_.finish([this](const Line& line) { return see(line); });
    return {};
  }

  const Texts& seen() const { return seen_; }
  bool is_starved() const { return splitter_.is_starved(); }

 private:
  bool see(const Line& line) {
    if (!line.is_too_long) {
      EXPECT_EQ(line.bytes, line.text.size());
      const std::string padding(line.text.data() + line.text.size(),
                                json::LineReader::padding_bytes);
      EXPECT_TRUE(padding.front() == '\n' || padding.front() == '\r');
    } else {
      EXPECT_TRUE(line.text.empty());
    }
    seen_.push_back(std::to_string(line.number) + " @" + std::to_string(line.offset) + " " +
                    (line.is_too_long ? std::to_string(line.bytes) + " bytes, " +
                                            (line.is_utf8 ? "UTF-8" : "no UTF-8")
                                      : "'" + std::string(line.text) + "'"));
    return true;
  }

  LineSplitter splitter_;
  Texts seen_;
};

Texts lines_of(std::string_view file, std::size_t line_bytes_max = 64) {
  MemoryBudget budget(0);
  LineLog whole(budget, line_bytes_max);
  EXPECT_TRUE(whole.write(as_bytes(file)));
  EXPECT_TRUE(whole.finish());
  expect_same_however_cut(file, [&](const Play& play) {
    MemoryBudget none(0);
    LineLog lines(none, line_bytes_max);
    EXPECT_TRUE(play(lines));
    return lines.seen();
  });
  return whole.seen();
}

TEST(LineSplitter, CutsAtLineFeeds) {
  EXPECT_EQ(lines_of(""), Texts());
  EXPECT_EQ(lines_of("\n"), (Texts{"1 @0 ''"}));
  EXPECT_EQ(lines_of("a\nbc\n"), (Texts{"1 @0 'a'", "2 @2 'bc'"}));
  EXPECT_EQ(lines_of("a\n\n\nbc\n"), (Texts{"1 @0 'a'", "2 @2 ''", "3 @3 ''", "4 @4 'bc'"}));
}

TEST(LineSplitter, TheLastLineNeedsNoEnding) {
  EXPECT_EQ(lines_of("a"), (Texts{"1 @0 'a'"}));
  EXPECT_EQ(lines_of("a\nb"), (Texts{"1 @0 'a'", "2 @2 'b'"}));
  EXPECT_EQ(lines_of("a\n\r"), (Texts{"1 @0 'a'", "2 @2 ''"}));
  EXPECT_EQ(lines_of("a\nb\r"), (Texts{"1 @0 'a'", "2 @2 'b'"}));
}

TEST(LineSplitter, TakesOneReturnOffTheEndOfALine) {
  EXPECT_EQ(lines_of("a\r\nb\r\n"), (Texts{"1 @0 'a'", "2 @3 'b'"}));
  EXPECT_EQ(lines_of("\r\n\r\n"), (Texts{"1 @0 ''", "2 @2 ''"}));
  EXPECT_EQ(lines_of("a\r\r\nb\rc\n"), (Texts{"1 @0 'a\r'", "2 @4 'b\rc'"}));
}

TEST(LineSplitter, ShowsLinesOfManySizes) {
  for (std::size_t bytes = 50; bytes <= 150; bytes += 7) {
    const std::string line(bytes, 'x');
    EXPECT_EQ(lines_of(line + "\n" + line + "\r\n" + line, 200),
              (Texts{"1 @0 '" + line + "'", "2 @" + std::to_string(bytes + 1) + " '" + line + "'",
                     "3 @" + std::to_string(2 * bytes + 3) + " '" + line + "'"}));
  }
}

TEST(LineSplitter, ALineMayBeAsLongAsTheBound) {
  const std::string most(64, 'x');
  for (const std::string_view ending : {"\n", "\r\n", ""}) {
    EXPECT_EQ(lines_of(most + std::string(ending)), (Texts{"1 @0 '" + most + "'"}));
    EXPECT_EQ(lines_of(most + "y" + std::string(ending)), (Texts{"1 @0 65 bytes, UTF-8"}));
    EXPECT_EQ(lines_of(most + "yz" + std::string(ending)), (Texts{"1 @0 66 bytes, UTF-8"}));
  }
  EXPECT_EQ(lines_of(most + "\r\r\n"), (Texts{"1 @0 65 bytes, UTF-8"}));
  EXPECT_EQ(lines_of("x\n" + most + "\r\n" + most + "\n"),
            (Texts{"1 @0 'x'", "2 @2 '" + most + "'", "3 @68 '" + most + "'"}));
}

TEST(LineSplitter, GoesOnBehindALineThatIsTooLong) {
  const std::string line(200, 'x');
  EXPECT_EQ(lines_of("a\n" + line + "\r\n" + line + "\nb\n" + line),
            (Texts{"1 @0 'a'", "2 @2 200 bytes, UTF-8", "3 @204 200 bytes, UTF-8", "4 @405 'b'",
                   "5 @407 200 bytes, UTF-8"}));
}

TEST(LineSplitter, LooksForUtf8AlsoInLinesThatAreTooLong) {
  const std::string line(70, 'x');
  EXPECT_EQ(lines_of(line + "\xC3\xA9\n\xC3\xA9" + line + "\n"),
            (Texts{"1 @0 72 bytes, UTF-8", "2 @73 72 bytes, UTF-8"}));
  EXPECT_EQ(
      lines_of(line + "\xC3\n\xA9" + line + "\n" + line + "\n"),
      (Texts{"1 @0 71 bytes, no UTF-8", "2 @72 71 bytes, no UTF-8", "3 @144 70 bytes, UTF-8"}));
  EXPECT_EQ(lines_of("\xFF" + line), (Texts{"1 @0 71 bytes, no UTF-8"}));
  EXPECT_EQ(lines_of(std::string(64, 'x') + "\xC3\n"), (Texts{"1 @0 65 bytes, no UTF-8"}));
}

TEST(LineSplitter, ReturnsWhatItDidNotLookAt) {
  MemoryBudget budget(0);
  const std::string rest = "second\nthird" + std::string(100, ' ');
  const std::string padded = "first\n" + rest;
  LineSplitter whole(budget, 64);
  EXPECT_EQ(whole.write(padded, find_end, [](const Line&) { return false; }), rest);
  LineSplitter carried(budget, 64);
  EXPECT_EQ(carried.write("fir", find_end, [](const Line&) { return false; }), "");
  EXPECT_EQ(
      carried.write("st\n" + rest, find_end, [](const Line& line) { return line.text != "first"; })
          .size(),
      rest.size());
}

TEST(LineSplitter, AsksForTheEndsOfWholePaddedLinesOnly) {
  MemoryBudget budget(0);
  LineSplitter splitter(budget, 64);
  const std::string padding(json::LineReader::padding_bytes - 1, ' ');
  Texts asked;
  const auto write = [&](const std::string& text) {
    splitter.write(
        text,
        [&](std::string_view lines) {
          asked.emplace_back(lines.substr(0, find_end(lines)));
          return lines.find('\n');
        },
        [](const Line&) { return true; });
  };
  write("first\nsecond\n" + padding);
  EXPECT_EQ(asked, (Texts{"first", "second"}));
  write("\nthird\n" + padding.substr(1));
  EXPECT_EQ(asked, (Texts{"first", "second"}));
}

TEST(LineSplitter, TakesFromTheBudgetWhatALongLineNeeds) {
  MemoryBudget budget(1_MiB);
  LineLog lines(budget, 10_MiB);
  const std::string piece(limits::carried_line_bytes - 64, 'x');
  ASSERT_TRUE(lines.write(as_bytes(piece)));
  EXPECT_TRUE(budget.take(1_MiB));  // nothing was needed so far
  budget.give_back(1_MiB);
  ASSERT_TRUE(lines.write(as_bytes("x")));
  EXPECT_FALSE(budget.take(1_MiB - limits::carried_line_bytes));
  ASSERT_TRUE(lines.write(as_bytes("\n")));
  EXPECT_FALSE(lines.is_starved());
  EXPECT_EQ(lines.seen().size(), 1U);
  EXPECT_TRUE(budget.take(1_MiB));  // and all came back
}

TEST(LineSplitter, GivesBackWhenItEnds) {
  MemoryBudget budget(1_MiB);
  const std::string piece(limits::carried_line_bytes, 'x');
  {
    LineLog broken_off(budget, 10_MiB);
    ASSERT_TRUE(broken_off.write(as_bytes(piece)));
    EXPECT_FALSE(budget.take(1_MiB));
  }
  EXPECT_TRUE(budget.take(1_MiB));
  budget.give_back(1_MiB);
  LineLog finished(budget, 10_MiB);
  ASSERT_TRUE(finished.write(as_bytes(piece)));
  ASSERT_TRUE(finished.finish());
  EXPECT_EQ(finished.seen().size(), 1U);
  EXPECT_TRUE(budget.take(1_MiB));
  budget.give_back(1_MiB);
  LineLog too_long(budget, 100'000);
  ASSERT_TRUE(too_long.write(as_bytes(piece)));
  EXPECT_FALSE(budget.take(1_MiB));
  ASSERT_TRUE(too_long.write(as_bytes(piece)));
  EXPECT_TRUE(budget.take(1_MiB));
}

TEST(LineSplitter, ShowsNothingMoreOnceTheBudgetIsUsedUp) {
  MemoryBudget budget(limits::carried_line_bytes);
  LineLog lines(budget, 10_MiB);
  ASSERT_TRUE(lines.write(as_bytes("first\n" + std::string(100'000, 'x'))));
  EXPECT_TRUE(lines.is_starved());
  ASSERT_TRUE(lines.write(as_bytes("\nlast\n" + std::string(100, 'y'))));
  ASSERT_TRUE(lines.finish());
  EXPECT_EQ(lines.seen(), (Texts{"1 @0 'first'"}));
  EXPECT_TRUE(budget.take(limits::carried_line_bytes));
}

// A line that lies in one chunk needs no memory of ours, however long it is.
TEST(LineSplitter, ALineWithinAChunkNeedsNoBudget) {
  MemoryBudget budget(0);
  LineLog lines(budget, 10_MiB);
  ASSERT_TRUE(lines.write(as_bytes(std::string(1_MiB, 'x') + "\n" + std::string(100, 'y'))));
  ASSERT_TRUE(lines.finish());
  EXPECT_FALSE(lines.is_starved());
  EXPECT_EQ(lines.seen().size(), 2U);
}

}  // namespace
}  // namespace argot::jsonl
