#include "server/counting_log.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <string>
#include <vector>

namespace argot::server {
namespace {

class EventLog final : public Log {
 public:
  void write(LogLevel, std::string_view event, std::initializer_list<LogField> fields) override {
    events.push_back(std::string(event) + " " + std::to_string(fields.size()));
  }
  std::vector<std::string> events;
};

std::uint64_t sum(std::span<const Counter> counters) {
  std::uint64_t total = 0;
  for (const Counter& counter : counters) total += counter.value();
  return total;
}

TEST(CountingLog, PassesEverythingOn) {
  EventLog below;
  CountingLog log(below);
  log.debug("a", {{"x", std::uint64_t{1}}});
  log.error("fail_stop", {});
  EXPECT_EQ(below.events, (std::vector<std::string>{"a 1", "fail_stop 0"}));
}

TEST(CountingLog, CountsEachEventInItsPlace) {
  EventLog below;
  CountingLog log(below);
  for (std::size_t index = 0; index < alarm_events.size(); ++index) {
    for (std::size_t times = 0; times <= index; ++times) log.error(alarm_events.at(index));
  }
  for (std::size_t index = 0; index < warning_events.size(); ++index) {
    for (std::size_t times = 0; times <= index; ++times) log.warning(warning_events.at(index));
  }
  for (std::size_t index = 0; index < alarm_events.size(); ++index) {
    EXPECT_EQ(log.alarms()[index].value(), index + 1) << alarm_events.at(index);
  }
  for (std::size_t index = 0; index < warning_events.size(); ++index) {
    EXPECT_EQ(log.warnings()[index].value(), index + 1) << warning_events.at(index);
  }
}

TEST(CountingLog, CountsNothingElse) {
  EventLog below;
  CountingLog log(below);
  log.info("fail_stop");
  log.warning("fail_stop");
  log.error("sweep_failed");
  log.error("request");
  EXPECT_EQ(sum(log.alarms()) + sum(log.warnings()), 0U);
}

// The events that the sources under src/ log at `level`.
std::set<std::string> events_of_the_sources(const std::string& level) {
  const std::regex call("\\blog_?\\." + level + "\\(\\s*\"([a-z_]+)\"");
  std::set<std::string> found;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(ARGOT_SOURCE_DIR "/src")) {
    const std::string path = entry.path().string();
    if (!path.ends_with(".cc") || path.ends_with("_test.cc")) continue;
    std::ifstream file(path, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    for (std::sregex_iterator match(text.begin(), text.end(), call), end; match != end; ++match) {
      found.insert((*match)[1]);
    }
  }
  return found;
}

TEST(CountingLog, KnowsEveryWarningAndEveryErrorOfTheSources) {
  EXPECT_EQ(events_of_the_sources("error"),
            (std::set<std::string>(alarm_events.begin(), alarm_events.end())));
  EXPECT_EQ(events_of_the_sources("warning"),
            (std::set<std::string>(warning_events.begin(), warning_events.end())));
}

}  // namespace
}  // namespace argot::server
