#include "cli/progress_bar.h"

#include <gtest/gtest.h>

#include <limits>

#include "cli/printable.h"

namespace argot::cli {
namespace {

TransferNumbers half_of_train() {
  return {.name = "train.jsonl",
          .done = std::uint64_t{240} << 20U,
          .total = std::uint64_t{512} << 20U,
          .bytes_per_second = 60.0 * 1024 * 1024};
}

TEST(ProgressBar, ShowsPercentRateAndRemainingTime) {
  EXPECT_EQ(progress_line(half_of_train(), 80),
            "train.jsonl                [=======>        ]   46%   240 MB    60 MB/s     0:05");
}

TEST(ProgressBar, LeavesOutWhatDoesNotFit) {
  EXPECT_EQ(progress_line(half_of_train(), 60),
            "train.jsonl            46%   240 MB    60 MB/s     0:05");
  EXPECT_EQ(progress_line(half_of_train(), 40), "train.jsonl     46%   240 MB    60 MB/s");
  EXPECT_EQ(progress_line(half_of_train(), 20), "tra... [==>  ]   46%");
  for (std::size_t columns = 0; columns < 200; ++columns) {
    EXPECT_LE(column_count(progress_line(half_of_train(), columns)), columns);
  }
}

TEST(ProgressBar, KnowsNoEndWithoutATotal) {
  TransferNumbers numbers = half_of_train();
  numbers.total.reset();
  EXPECT_EQ(progress_line(numbers, 80), "train.jsonl                  240 MB    60 MB/s");
}

TEST(ProgressBar, SaysNothingOfARateThatItDoesNotHave) {
  TransferNumbers numbers = half_of_train();
  numbers.bytes_per_second.reset();
  EXPECT_EQ(progress_line(numbers, 80),
            "train.jsonl                [=======>        ]   46%   240 MB");
  numbers.bytes_per_second = 0.0;
  EXPECT_EQ(progress_line(numbers, 80),
            "train.jsonl                [=======>        ]   46%   240 MB      0 B/s");
  numbers.bytes_per_second = 1.0;
  EXPECT_TRUE(progress_line(numbers, 80).ends_with("  --:--"));
  numbers.bytes_per_second = std::numeric_limits<double>::infinity();
  EXPECT_LE(progress_line(numbers, 80).size(), 80U);
}

TEST(ProgressBar, IsFullAtTheEndAndNotBefore) {
  TransferNumbers numbers = half_of_train();
  numbers.done = *numbers.total - 1;
  EXPECT_NE(progress_line(numbers, 80).find(">]   99%"), std::string::npos);
  TransferNumbers huge = numbers;
  huge.total = std::numeric_limits<std::uint64_t>::max();
  huge.done = *huge.total - 1;
  EXPECT_NE(progress_line(huge, 80).find(">]   99%"), std::string::npos);
  numbers.done = *numbers.total;
  EXPECT_NE(progress_line(numbers, 80).find("=]  100%"), std::string::npos);
  numbers.done = *numbers.total + 1;
  EXPECT_NE(progress_line(numbers, 80).find("=]  100%"), std::string::npos);
  numbers.done = 0;
  numbers.total = 0;
  EXPECT_NE(progress_line(numbers, 80).find("=]  100%"), std::string::npos);
}

TEST(ProgressBar, SaysWhatItWaitsFor) {
  TransferNumbers numbers = half_of_train();
  numbers.waiting_for = "waiting for the verdict";
  EXPECT_EQ(progress_line(numbers, 80), "train.jsonl                 waiting for the verdict");
}

class Rates : public ::testing::Test {
 protected:
  void add(std::uint64_t done, unsigned milliseconds) {
    meter_.add(done, SteadyTime(std::chrono::milliseconds(milliseconds)));
  }

  RateMeter meter_;
};

TEST_F(Rates, NeedSomeTime) {
  EXPECT_FALSE(meter_.bytes_per_second());
  add(1000, 0);
  EXPECT_FALSE(meter_.bytes_per_second());
  add(2000, 199);
  EXPECT_FALSE(meter_.bytes_per_second());
  add(2000, 200);
  EXPECT_DOUBLE_EQ(*meter_.bytes_per_second(), 5000.0);
}

TEST_F(Rates, AreThoseOfTheLastSeconds) {
  // What was there before a download went on was not received at any rate.
  add(1'000'000, 0);
  for (unsigned second = 1; second <= 10; ++second) add(1'000'000 + 1000 * second, 1000 * second);
  EXPECT_DOUBLE_EQ(*meter_.bytes_per_second(), 1000.0);
  for (unsigned second = 11; second <= 20; ++second) add(1'010'000, 1000 * second);
  EXPECT_DOUBLE_EQ(*meter_.bytes_per_second(), 0.0);
}

TEST_F(Rates, TakeAnyNumberOfSamples) {
  for (unsigned millisecond = 0; millisecond <= 10'000; ++millisecond) {
    add(10 * millisecond, millisecond);
  }
  EXPECT_NEAR(*meter_.bytes_per_second(), 10'000.0, 1.0);
}

}  // namespace
}  // namespace argot::cli
