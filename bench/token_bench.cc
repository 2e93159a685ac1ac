// How fast files are counted: with empty caches, and with caches that know the file. Prints one
// JSON object a line for each file, encoding and set of kernels.
//
//   token_bench [--all-kernels] FILE...

#include <algorithm>
#include <ctime>
#include <fstream>
#include <iostream>
#include <iterator>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "tokens/text_counter.h"

namespace argot::tokens {
namespace {

constexpr int rounds = 5;

double cpu_seconds() {
  timespec now{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

std::string read_file(const char* path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

struct Speed {
  std::uint64_t tokens = 0;
  double seconds = std::numeric_limits<double>::max();
};

void measure(TextCounter& counter, std::string_view text, Speed& speed) {
  const double before = cpu_seconds();
  speed.tokens = counter.count(text, TextEnd::is_here).tokens;
  speed.seconds = std::min(speed.seconds, cpu_seconds() - before);
}

void report(const char* path, std::string_view text, const Vocabulary& vocabulary,
            const Kernels& kernels) {
  Speed cold;
  Speed warm;
  for (int round = 0; round < rounds; ++round) {
    const auto counter = std::make_unique<TextCounter>(vocabulary, kernels);
    measure(*counter, text, cold);
    measure(*counter, text, warm);
  }
  const double megabytes = static_cast<double>(text.size()) / 1e6;
  std::cout << R"({"file":")" << path << R"(","encoding":")" << text_of(vocabulary.encoding())
            << R"(","kernels":")" << kernels.name << R"(","tokens":)" << cold.tokens
            << R"(,"cold_mb_s":)" << megabytes / cold.seconds << R"(,"warm_mb_s":)"
            << megabytes / warm.seconds << "}\n";
}

void report_load(Encoding encoding) {
  double best = std::numeric_limits<double>::max();
  for (int round = 0; round < rounds; ++round) {
    const double before = cpu_seconds();
    const auto vocabulary = Vocabulary::load(encoding);
    best = std::min(best, cpu_seconds() - before);
  }
  std::cout << R"({"encoding":")" << text_of(encoding) << R"(","load_ms":)" << best * 1e3 << "}\n";
}

int run(std::vector<const char*> paths) {
  const bool wants_all = !paths.empty() && std::string_view(paths.front()) == "--all-kernels";
  if (wants_all) paths.erase(paths.begin());
  std::vector<Kernels> chosen = kernels();
  if (!wants_all) chosen.resize(1);
  for (const Encoding encoding : {Encoding::o200k_base, Encoding::cl100k_base}) {
    report_load(encoding);
    const auto vocabulary = Vocabulary::load(encoding);
    for (const char* path : paths) {
      const std::string text = read_file(path);
      for (const Kernels& each : chosen) report(path, text, *vocabulary, each);
    }
  }
  return 0;
}

}  // namespace
}  // namespace argot::tokens

int main(int count, char** values) { return argot::tokens::run({values + 1, values + count}); }
