// Searches for the text that takes longest to count: random patterns of runs of signs, blanks,
// letters and tokens, and changes of the worst one found so far. Prints one JSON object a line.
//
//   token_search SECONDS [SEED]

#include <algorithm>
#include <charconv>
#include <ctime>
#include <iostream>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "tokens/text_counter.h"

namespace argot::tokens {
namespace {

constexpr std::size_t text_bytes = std::size_t{128} << 10U;

double cpu_seconds() {
  timespec now{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

struct Atom {
  std::string text;
  std::size_t run_min = 1;
  std::size_t run_max = 1;
};
using Pattern = std::vector<Atom>;

class Search {
 public:
  Search(const Vocabulary& vocabulary, std::uint64_t seed)
      : vocabulary_(vocabulary),
        counter_(std::make_unique<TextCounter>(vocabulary)),
        random_(seed) {}

  void run(double seconds) {
    const double end = cpu_seconds() + seconds;
    while (cpu_seconds() < end) {
      // Half of the time from the worst one so far.
      Pattern pattern = worst_.empty() || below(2) == 0 ? fresh() : changed(worst_);
      double speed = speed_of(pattern);
      ++patterns_;
      if (speed >= worst_speed_) continue;
      // Once more: it may have been something else on the machine.
      speed = std::max(speed, speed_of(pattern));
      if (speed >= worst_speed_) continue;
      worst_speed_ = speed;
      worst_ = std::move(pattern);
    }
  }

  void report() const {
    std::cout << R"({"encoding":")" << text_of(vocabulary_.encoding()) << R"(","patterns":)"
              << patterns_ << R"(,"worst_mb_s":)" << worst_speed_ << R"(,"runs":")";
    for (const Atom& atom : worst_) {
      for (const char byte : atom.text) {
        constexpr std::string_view digits = "0123456789abcdef";
        std::cout << digits[static_cast<unsigned char>(byte) >> 4U]
                  << digits[static_cast<unsigned char>(byte) & 15U];
      }
      std::cout << '*' << atom.run_min << '-' << atom.run_max << ' ';
    }
    std::cout << "\"}\n";
  }

 private:
  std::size_t below(std::size_t limit) { return random_() % limit; }

  Atom atom() {
    static constexpr std::string_view units[] = {
        " ", "\n", "\t", "\r", "-",      "=",      "*",      "#",      "_",   "/",
        ".", "a",  "e",  "A",  "\u00e9", "\u4e2d", "\u3000", "\u0301", "\xFF"};
    Atom made;
    if (below(3) == 0) {
      const auto token = static_cast<Token>(below(vocabulary_.size()));
      const std::string_view bytes = vocabulary_.bytes_of(token);
      made.text = bytes.substr(0, 1 + below(bytes.size()));
    } else {
      made.text = units[below(std::size(units))];
    }
    made.run_max = 1 + below(below(2) == 0 ? 4 : 300);
    made.run_min = 1 + below(made.run_max);
    return made;
  }

  Pattern fresh() {
    Pattern pattern;
    for (std::size_t atoms = 1 + below(4); atoms > 0; --atoms) pattern.push_back(atom());
    return pattern;
  }

  Pattern changed(Pattern pattern) {
    const std::size_t at = below(pattern.size());
    switch (below(3)) {
      case 0:
        pattern[at] = atom();
        break;
      case 1:
        pattern.push_back(atom());
        break;
      default:
        pattern[at].run_max = pattern[at].run_min + below(300);
    }
    if (pattern.size() > 6) pattern.erase(pattern.begin());
    return pattern;
  }

  double speed_of(const Pattern& pattern) {
    std::string text;
    while (text.size() < text_bytes) {
      const Atom& next = pattern[below(pattern.size())];
      for (std::size_t run = next.run_min + below(next.run_max - next.run_min + 1); run > 0;
           --run) {
        text += next.text;
      }
    }
    const double before = cpu_seconds();
    counter_->count(text, TextEnd::is_here);
    return static_cast<double>(text.size()) / 1e6 / (cpu_seconds() - before);
  }

  const Vocabulary& vocabulary_;
  std::unique_ptr<TextCounter> counter_;
  std::mt19937_64 random_;
  std::uint64_t patterns_ = 0;
  Pattern worst_;
  double worst_speed_ = 1e9;
};

}  // namespace
}  // namespace argot::tokens

int main(int count, char** values) {
  using argot::tokens::Encoding;
  const auto number = [&](int place, std::uint64_t usual) {
    std::uint64_t value = usual;
    if (place < count) {
      const std::string_view text = values[place];
      std::from_chars(text.data(), text.data() + text.size(), value);
    }
    return value;
  };
  const std::uint64_t seconds = number(1, 10);
  const std::uint64_t seed = number(2, std::random_device{}());
  std::cout << "{\"seed\":" << seed << "}\n";
  for (const Encoding encoding : {Encoding::o200k_base, Encoding::cl100k_base}) {
    const auto vocabulary = argot::tokens::Vocabulary::load(encoding);
    argot::tokens::Search search(*vocabulary, seed);
    search.run(static_cast<double>(seconds));
    search.report();
  }
  return 0;
}
