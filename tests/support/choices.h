// Where a generator takes its decisions from: a seeded engine in tests, the input in fuzzers.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <random>
#include <string_view>
#include <utility>

namespace argot::testing {

class Choices {
 public:
  // Takes whatever next() returns.
  explicit Choices(std::function<std::uint32_t()> next) : next_(std::move(next)) {}

  // From 0 to `count` - 1.
  std::size_t below(std::size_t count) { return next_() % count; }

  // Rarely true: 0, which is what a fuzzer's exhausted input gives, is not.
  bool once_in(std::size_t count) { return below(count) == count - 1; }

  template <typename Item, std::size_t size>
  const Item& one_of(const std::array<Item, size>& items) {
    return items.at(below(size));
  }

 private:
  std::function<std::uint32_t()> next_;
};

// `engine` must outlive what is returned.
inline Choices choices_of(std::mt19937& engine) {
  return Choices([&engine] { return static_cast<std::uint32_t>(engine()); });
}

// A byte for each decision, then zeros. `bytes` must outlive what is returned.
inline Choices choices_of(std::string_view bytes) {
  return Choices([bytes]() mutable -> std::uint32_t {
    if (bytes.empty()) return 0;
    const auto byte = static_cast<unsigned char>(bytes.front());
    bytes.remove_prefix(1);
    return byte;
  });
}

}  // namespace argot::testing
