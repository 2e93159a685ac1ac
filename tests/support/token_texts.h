// Random texts that are hard to cut into pieces, not all of them UTF-8.
#pragma once

#include <array>
#include <cstddef>
#include <random>
#include <string>
#include <string_view>

namespace argot::testing {

class TokenTexts {
 public:
  explicit TokenTexts(std::uint64_t seed) : random_(seed) {}

  // A few parts: single units, runs of up to `run_max`, mixtures.
  std::string next(std::size_t run_max = 150) {
    std::string text;
    for (std::size_t parts = below(12); parts > 0; --parts) {
      const std::string_view one = unit();
      const std::string_view other = unit();
      const std::size_t most = below(4) == 0 ? run_max : 6;
      switch (below(3)) {
        case 0:
          text.append(one);
          break;
        case 1:
          for (std::size_t i = below(most); i > 0; --i) text.append(one);
          break;
        default:
          for (std::size_t i = below(most); i > 0; --i) text.append(below(2) == 0 ? one : other);
      }
    }
    return text;
  }

  std::size_t below(std::size_t limit) { return random_() % limit; }

  std::string bytes(std::size_t count, std::string_view alphabet) {
    std::string text;
    for (std::size_t i = 0; i < count; ++i) text.push_back(alphabet[below(alphabet.size())]);
    return text;
  }

 private:
  std::string_view unit() {
    static constexpr std::array<std::string_view, 44> units{
        "a",        "b",        "A",          "B",       "e",      "\u00e9",
        "\u00c9",   "\u4e2d",   "\u6587",     "\u02b0",  "\u0301", "1",
        "\u0663",   " ",        " ",          "\t",      "\n",     "\r",
        "\u3000",   "\u00a0",   "-",          "=",       "/",      "'",
        "'s",       "'S",       "'ll",        "'\u017f", "!",      "\xFF",
        "\xE4\xB8", "\xF0\x9F", "\U0001f600", "\u01c5",  "the",    "\xED\xA0\x80",
        "\xC0",     "'r",       "'v",         "'re",     "\ufeff", "\u200d",
        "\u0085",   "\u093f"};
    return units[below(units.size())];
  }

  std::mt19937_64 random_;
};

}  // namespace argot::testing
