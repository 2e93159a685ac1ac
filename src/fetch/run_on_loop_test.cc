// Runs every test of a program as a task of a loop, so that what blocks elsewhere leaves the task.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>

#include "fetch/loop.h"

int main(int argc, char** argv) {
  testing::InitGoogleMock(&argc, argv);
  constexpr std::size_t transfers_max = 4;
  std::promise<int> status;
  const auto loop = argot::fetch::Loop::open(transfers_max);
  if (!loop) return 1;
  (*loop)->spawn([&] { status.set_value(RUN_ALL_TESTS()); });
  return status.get_future().get();
}
