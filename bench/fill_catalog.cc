// Fills the catalogue of a data folder with files that have no content, as many as asked for, in
// the organisation and project that came first. For measuring how the service does with many.
//
//   fill_catalog DATABASE COUNT

#include <atomic>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <span>
#include <string_view>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "base/log.h"
#include "base/random.h"
#include "catalog/sqlite_catalog.h"

namespace argot::catalog {
namespace {

// As many as a commit may group.
constexpr std::size_t threads_count = limits::commit_group_max;

bool fill(SqliteCatalog& catalog, Random& random, std::size_t count) {
  const auto organizations = catalog.organizations();
  if (!organizations || organizations->empty()) return false;
  const auto projects = catalog.projects(organizations->front());
  if (!projects || projects->empty()) return false;
  const Scope scope{.organization_id = organizations->front(), .project_id = projects->front().id};
  std::atomic<std::size_t> begun = 0;
  std::atomic<bool> is_good = true;
  std::vector<std::jthread> threads;
  for (std::size_t thread = 0; thread < threads_count; ++thread) {
    threads.emplace_back([&] {
      while (is_good && begun++ < count) {
        const NewFile file{.scope = scope,
                           .purpose = "user_data",
                           .filename = "document.txt",
                           .bytes = 1,
                           .checksums = {.blocks = {1}},
                           .blob = BlobId::mint(random),
                           .organization_bytes_max = std::uint64_t{1} << 62U};
        if (!catalog.commit_file(file)) is_good = false;
      }
    });
  }
  threads.clear();
  return is_good;
}

int run(std::span<char*> arguments) {
  std::size_t count = 0;
  const std::string_view text = arguments.size() == 3 ? arguments[2] : "";
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), count);
  if (parsed.ec != std::errc() || count == 0) {
    std::fputs("usage: fill_catalog DATABASE COUNT\n", stderr);
    return 2;
  }
  SystemClock clock;
  SystemRandom random;
  SilentLog log;
  const auto catalog =
      SqliteCatalog::open({.path = arguments[1], .clock = clock, .random = random, .log = log});
  return catalog && fill(**catalog, random, count) && (*catalog)->close() ? 0 : 1;
}

}  // namespace
}  // namespace argot::catalog

int main(int argc, char** argv) {
  return argot::catalog::run({argv, static_cast<std::size_t>(argc)});
}
