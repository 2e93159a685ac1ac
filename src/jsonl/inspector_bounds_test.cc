// What an inspection holds in memory, counted where it is allocated: never by the clock, nor by the
// size of the process.

#include <gtest/gtest.h>
#include <malloc.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <memory>
#include <new>
#include <string>
#include <thread>
#include <vector>

#include "jsonl/id_set.h"
#include "jsonl/inspection_fixture.h"

namespace {

std::atomic<std::size_t> held_bytes = 0;
std::atomic<std::size_t> most_bytes = 0;
std::atomic<std::size_t> allocations = 0;

void* counted(void* memory) {
  if (memory == nullptr) std::abort();
  ++allocations;
  const std::size_t held = held_bytes += malloc_usable_size(memory);
  std::size_t most = most_bytes;
  while (held > most && !most_bytes.compare_exchange_weak(most, held)) {
  }
  return memory;
}

void give_back(void* memory) {
  if (memory != nullptr) held_bytes -= malloc_usable_size(memory);
  std::free(memory);
}

}  // namespace

// Weak, because ThreadSanitizer brings its own: there nothing is counted.
[[gnu::weak]] void* operator new(std::size_t bytes) { return counted(std::malloc(bytes)); }
[[gnu::weak]] void* operator new[](std::size_t bytes) { return counted(std::malloc(bytes)); }
[[gnu::weak]] void* operator new(std::size_t bytes, const std::nothrow_t& /*tag*/) noexcept {
  return counted(std::malloc(bytes));
}
[[gnu::weak]] void* operator new[](std::size_t bytes, const std::nothrow_t& /*tag*/) noexcept {
  return counted(std::malloc(bytes));
}
[[gnu::weak]] void operator delete(void* memory) noexcept { give_back(memory); }
[[gnu::weak]] void operator delete[](void* memory) noexcept { give_back(memory); }
[[gnu::weak]] void operator delete(void* memory, std::size_t /*bytes*/) noexcept {
  give_back(memory);
}
[[gnu::weak]] void operator delete[](void* memory, std::size_t /*bytes*/) noexcept {
  give_back(memory);
}

namespace argot::jsonl {
namespace {

// How much more is held, now and at most, than when it was made.
class Held {
 public:
  Held() : before_(held_bytes) { most_bytes = before_; }

  std::size_t now() const { return std::max(held_bytes.load(), before_) - before_; }
  std::size_t most() const { return most_bytes - before_; }

 private:
  std::size_t before_;
};

void feed(Inspector& inspector, std::string_view chunk, std::size_t times) {
  for (std::size_t i = 0; i < times; ++i) ASSERT_TRUE(inspector.write(as_bytes(chunk)));
}

TEST(InspectorBounds, ALineOfAGigabyteIsNotKept) {
  const std::string chunk(1_MiB, 'x');
  SharedMemory shared;
  Inspector inspector(shared, {});
  const Held held;
  feed(inspector, "{\"a\":\"", 1);
  feed(inspector, chunk, 1'024);
  EXPECT_LT(held.now(), 64_KiB);
  // Growing to the bound once copies what was carried: the old piece and the new one.
  EXPECT_LT(held.most(), 25_MiB);
  feed(inspector, "\"}\n{\"a\":1}\n", 1);
  ASSERT_TRUE(inspector.finish());
  EXPECT_EQ(inspector.report().records, 2U);
  EXPECT_EQ(inspector.report().problems.count_by_code().at("line_too_long"), 1U);
  EXPECT_EQ(inspector.report().statistics.record_bytes.max(), 1_GiB + 8);
  EXPECT_LT(held.now(), 512_KiB);
}

TEST(InspectorBounds, WhatIsCarriedWasTakenFromTheBudget) {
  constexpr std::size_t budget_bytes = 20_MiB;
  SharedMemory shared{.carried_lines = MemoryBudget(budget_bytes), .walks = {}};
  Inspector inspector(shared, {});
  const std::string chunk(100'000, 'x');
  const Held held;
  for (std::size_t bytes = 0; bytes < 16_MiB - chunk.size(); bytes += chunk.size()) {
    ASSERT_TRUE(inspector.write(as_bytes(chunk)));
    std::size_t left = 0;
    while (shared.carried_lines.take(64_KiB)) left += 64_KiB;
    shared.carried_lines.give_back(left);
    ASSERT_LE(held.now(), budget_bytes - left + 64_KiB);
  }
}

TEST(InspectorBounds, AHundredLongLinesShareOneBudget) {
  const std::string chunk(1_MiB, 'x');
  SharedMemory shared;
  std::vector<std::unique_ptr<Inspector>> inspectors;
  for (int i = 0; i < 100; ++i)
    inspectors.push_back(std::make_unique<Inspector>(shared, InspectorOptions()));
  const Held held;
  for (const auto& inspector : inspectors) feed(*inspector, "{\"a\":\"", 1);
  for (const auto& inspector : inspectors) feed(*inspector, chunk, 1);
  for (const auto& inspector : inspectors) feed(*inspector, "xxxxx\"}\n", 1);
  EXPECT_LT(held.most(),
            limits::carried_lines_bytes_max + 100 * limits::carried_line_bytes + 16_MiB);
  std::size_t answered = 0;
  for (const auto& inspector : inspectors) {
    ASSERT_TRUE(inspector->finish());
    if (!inspector->answers({})) continue;
    ++answered;
    EXPECT_EQ(inspector->report().records, 1U);
    EXPECT_EQ(inspector->report().problems.count(), 0U);
  }
  EXPECT_GE(answered, 16U);
  EXPECT_LT(answered, 32U);
  EXPECT_TRUE(shared.carried_lines.take(limits::carried_lines_bytes_max));
}

TEST(InspectorBounds, AHundredThreadsOfLongLinesEndAsTheyShould) {
  SharedMemory shared;
  std::atomic<std::size_t> answered = 0;
  std::atomic<std::size_t> wrong = 0;
  std::vector<std::jthread> threads;
  for (int i = 0; i < 100; ++i) {
    threads.emplace_back([&] {
      Inspector inspector(shared, {});
      const std::string chunk(300'000, 'x');
      feed(inspector, "{\"a\":1,\"b\":\"", 1);
      feed(inspector, chunk, 5);
      feed(inspector, "\"}\n{\"a\":{\"b\":[1]}}\n", 1);
      EXPECT_TRUE(inspector.finish());
      if (!inspector.answers({})) return;
      ++answered;
      if (inspector.report().records != 2 || inspector.report().problems.count() != 0) ++wrong;
    });
  }
  threads.clear();
  EXPECT_GE(answered, 1U);
  EXPECT_EQ(wrong, 0U);
  EXPECT_TRUE(shared.carried_lines.take(limits::carried_lines_bytes_max));
}

TEST(InspectorBounds, WhatGoodRecordsLookedLikeTakesLittleMemory) {
  constexpr std::size_t count = 50;
  SharedMemory shared;
  std::vector<std::unique_ptr<Inspector>> inspectors;
  for (std::size_t i = 0; i < count; ++i)
    inspectors.push_back(std::make_unique<Inspector>(shared, InspectorOptions()));
  std::string many_numbers = "{\"a\":[0";
  for (int number = 0; number < 400'000; ++number) many_numbers += ",0";
  many_numbers += "]}\n";
  const Held held;
  for (const auto& inspector : inspectors) {
    for (int line = 0; line < 2'000; ++line) {
      const std::string key(100, static_cast<char>('a' + line % 26));
      feed(*inspector, "{\"" + key + std::to_string(line) + "\":\"x\"}\n", 1);
    }
  }
  feed(*inspectors.front(), many_numbers, 1);
  EXPECT_LT(held.most(), count * 128_KiB + 8_MiB);
  for (const auto& inspector : inspectors) {
    ASSERT_TRUE(inspector->finish());
    EXPECT_EQ(inspector->report().problems.count(), 0U);
  }
}

// Each pattern knows its names, however much of its text it shares with others.
TEST(InspectorBounds, LongNamesInManyPatternsTakeLittleMemory) {
  SharedMemory shared;
  Inspector inspector(shared, forced(Format::batch));
  const std::string model(20'000, 'm');
  const auto gap = [](int spaces) {
    return R"("x")" + std::string(static_cast<std::size_t>(spaces), ' ');
  };
  const Held held;
  for (int line = 0; line < 400; ++line) {
    const int pattern = line / 2;  // what was known in between lets the next one be learnt
    feed(inspector,
         R"({"custom_id":")" + std::to_string(line) +
             R"(","method":"POST","url":"/v1/embeddings","body":{"model":")" + model + R"(","a":)" +
             gap(pattern % 6) + R"(,"b":)" + gap(pattern / 6 % 6) + R"(,"c":)" + gap(pattern / 36) +
             "}}\n",
         1);
  }
  EXPECT_LT(held.now(), 1_MiB);
  ASSERT_TRUE(inspector.finish());
  EXPECT_EQ(inspector.report().problems.count(), 0U);
}

TEST(InspectorBounds, ProblemsAreBoundedHoweverManyAndLong) {
  const std::string key(300'000, 'k');
  std::string line = "{\"" + key + "\":{\"\\u0001" + key.substr(0, 1'000) + "\":[";
  for (int i = 0; i < 1'500; ++i) line += R"({"a":1,"a":2},)";
  line += "0]}}\n";
  SharedMemory shared;
  Inspector inspector(shared, {});
  const Held held;
  feed(inspector, line, 3);
  ASSERT_TRUE(inspector.finish());
  const ProblemLog& problems = inspector.report().problems;
  EXPECT_EQ(problems.count(), 4'500U);
  ASSERT_EQ(problems.kept().size(), limits::report_problems_max);
  EXPECT_LT(problems.kept().front().message.size(), 1'200U);
  // With what the walk of the longest line needs.
  EXPECT_LT(held.now(), 6_MiB);
}

// Broken records may come without end; each could ask for a thousand messages that nobody reads.
TEST(InspectorBounds, ABrokenRecordMakesNoWordsForWhatIsInIt) {
  std::string line = "{\"a\":0";
  for (int i = 0; i < 1'000; ++i) line += ",\"a\":0";
  SharedMemory shared;
  Inspector inspector(shared, {});
  feed(inspector, "{}\n" + line + "x}\n", 1);
  const std::size_t before = allocations;
  feed(inspector, line + "x}\n", 10);
  EXPECT_LT(allocations - before, 10 * 50U);
  ASSERT_TRUE(inspector.finish());
  EXPECT_EQ(inspector.report().problems.count(), 11U);
}

TEST(InspectorBounds, AnUnwantedFirstRecordMakesNoProblemTooMany) {
  const std::string file = std::string(999, '\n') + R"({"item":1,"item":2})";
  const Report report = inspected(file, {.expectation = {.formats = {Format::chat}}});
  EXPECT_EQ(report.problems.count(), 1'001U);
  EXPECT_EQ(report.problems.kept().size(), 1'000U);
  EXPECT_EQ(report.problems.first_error()->code, "wrong_format");
}

TEST(InspectorBounds, TheFirstErrorIsKeptBehindAThousandWarnings) {
  const Report report = inspected(std::string(2'000, '\n') + R"({"a":1,"a":2})"
                                                             "\n{x");
  EXPECT_EQ(report.problems.count(), 2'002U);
  EXPECT_EQ(report.problems.kept().size(), 1'000U);
  ASSERT_TRUE(report.problems.first_error());
  EXPECT_EQ(report.problems.first_error()->code, "duplicate_key");
  EXPECT_EQ(report.problems.first_error()->line, 2'001U);
}

TEST(InspectorBounds, IdsTakeLittleMemoryHoweverLongTheyAre) {
  const Held held;
  IdSet ids;
  const std::string long_id(1'000, 'x');
  for (int id = 0; id < 50'001; ++id) ASSERT_TRUE(ids.insert(long_id + std::to_string(id)));
  EXPECT_LT(held.now(), 43 * 50'001U);
  EXPECT_LT(held.most(), 4_MiB);
}

TEST(InspectorBounds, FiftyThousandRequestsTakeLittleMemory) {
  SharedMemory shared;
  Inspector inspector(shared, {});
  const std::string model(200, 'm');
  const Held held;
  for (int id = 0; id < 60'000; ++id) {
    feed(inspector,
         R"({"custom_id":"request-)" + std::to_string(id) +
             R"(","method":"POST","url":"/v1/videos",)" + R"("body":{"model":")" + model +
             std::to_string(id) + "\"}}\n",
         1);
  }
  ASSERT_TRUE(inspector.finish());
  EXPECT_EQ(inspector.report().statistics.models.by_name().size(), limits::report_names_max);
  EXPECT_EQ(inspector.report().statistics.models.others(), 60'000U - limits::report_names_max);
  EXPECT_LT(held.now(), 5_MiB);
}

TEST(InspectorBounds, HistogramsAreSmallHoweverLongLinesAre) {
  const Held held;
  SizeHistogram sizes;
  for (unsigned shift = 0; shift < 64; ++shift) sizes.add((std::uint64_t{1} << shift) + shift);
  EXPECT_LT(held.most(), 200_KiB);
}

}  // namespace
}  // namespace argot::jsonl
