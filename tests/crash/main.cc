// The test program: GoogleTest's arguments, and
//
//   --states=N   how many states of the persistence model are looked at (2,000); the other
//                campaigns grow with it
//   --seed=N     a seed instead of a new one, which is printed

#include <gtest/gtest.h>

#include <iostream>
#include <random>
#include <string_view>

#include "base/text.h"
#include "tests/crash/settings.h"

namespace argot::crash {
namespace {

constexpr std::uint64_t states_usual = 2'000;

bool take(std::string_view argument, std::string_view name, std::uint64_t& value) {
  if (!argument.starts_with(name)) return false;
  const auto number = parse_decimal(argument.substr(name.size()));
  if (number) value = *number;
  return number.has_value();
}

}  // namespace

Settings& settings() {
  static Settings settings;
  return settings;
}

Effort effort_of(std::uint64_t points) {
  return {.seed = settings().seed, .points = points * settings().states / states_usual};
}

}  // namespace argot::crash

int main(int count, char** arguments) {
  ::testing::InitGoogleTest(&count, arguments);
  auto& settings = argot::crash::settings();
  settings.seed = std::random_device{}();
  for (int index = 1; index < count; ++index) {
    const std::string_view argument = arguments[index];
    if (argot::crash::take(argument, "--states=", settings.states)) continue;
    if (argot::crash::take(argument, "--seed=", settings.seed)) continue;
    std::cerr << "unknown argument: " << argument << '\n';
    return 2;
  }
  std::cout << "seed " << settings.seed << ", states " << settings.states << '\n';
  return RUN_ALL_TESTS();
}
