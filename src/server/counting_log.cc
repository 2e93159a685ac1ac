#include "server/counting_log.h"

#include <algorithm>

namespace argot::server {
namespace {

void count(std::span<const std::string_view> events, std::span<Counter> counters,
           std::string_view event) {
  const auto found = std::ranges::find(events, event);
  if (found != events.end()) counters[static_cast<std::size_t>(found - events.begin())].add();
}

}  // namespace

void CountingLog::write(LogLevel level, std::string_view event,
                        std::initializer_list<LogField> fields) {
  if (level == LogLevel::error) count(alarm_events, alarms_, event);
  if (level == LogLevel::warning) count(warning_events, warnings_, event);
  log_.write(level, event, fields);
}

}  // namespace argot::server
