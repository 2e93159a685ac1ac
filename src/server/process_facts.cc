#include "server/process_facts.h"

#include <sys/resource.h>
#include <unistd.h>

#include <filesystem>
#include <iterator>
#include <string_view>
#include <system_error>

#include "base/text.h"
#include "server/small_file.h"

namespace argot::server {
namespace {

constexpr std::size_t statm_bytes_max = 256;

double seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

}  // namespace

ProcessFacts process_facts() {
  ProcessFacts facts;
  // proc(5): size and resident set, in pages, are the first two of its numbers.
  if (const auto text = read_small_file("/proc/self/statm", statm_bytes_max)) {
    const auto page = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
    const std::string_view numbers(*text);
    const std::size_t space = numbers.find(' ');
    const std::string_view rest = numbers.substr(space + 1);
    facts.virtual_bytes = parse_decimal(numbers.substr(0, space)).value_or(0) * page;
    facts.resident_bytes = parse_decimal(rest.substr(0, rest.find(' '))).value_or(0) * page;
  }
  std::error_code failure;
  const std::filesystem::directory_iterator descriptors("/proc/self/fd", failure);
  if (!failure) {
    // The one that the listing itself takes is gone after it.
    facts.open_descriptors = static_cast<std::uint64_t>(std::distance(begin(descriptors), {})) - 1;
  }
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) == 0) facts.descriptors_max = limit.rlim_cur;
  rusage used{};
  if (::getrusage(RUSAGE_SELF, &used) == 0) {
    facts.cpu_seconds = seconds(used.ru_utime) + seconds(used.ru_stime);
  }
  return facts;
}

}  // namespace argot::server
