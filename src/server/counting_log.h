// A log that also counts what an operator has to know of: the events for which
// docs/guides/operate.md says what to do. What it counts is so what the log has, by construction.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "base/log.h"
#include "base/metrics.h"

namespace argot::server {

// Every event that is logged as a warning or an error, but for requests, which are counted where
// they are answered.
inline constexpr std::array<std::string_view, 8> alarm_events = {
    "alarm_content_corrupt",    "alarm_content_missing",
    "alarm_content_unreadable", "alarm_document_given_up",
    "catalog_outcome_unknown",  "catalog_rollback_failed",
    "connection_failed",        "fail_stop"};
inline constexpr std::array<std::string_view, 18> warning_events = {"accept_failed",
                                                                    "ballast_missing",
                                                                    "ballast_released",
                                                                    "catalog_checkpoint_failed",
                                                                    "catalog_commit_interrupted",
                                                                    "catalog_unreachable",
                                                                    "connections_lowered",
                                                                    "document_failed",
                                                                    "documents_failed",
                                                                    "drain_timeout",
                                                                    "reload_failed",
                                                                    "reply_broken_off",
                                                                    "scrub_failed",
                                                                    "store_failed",
                                                                    "sweep_failed",
                                                                    "sweep_orphan",
                                                                    "unknown_variable",
                                                                    "upload_refused_disk_low"};

// Thread-safe. `log` must outlive it.
class CountingLog final : public Log {
 public:
  explicit CountingLog(Log& log) : log_(log) {}

  void write(LogLevel level, std::string_view event,
             std::initializer_list<LogField> fields) override;

  // How often each event came, in the order of the arrays above.
  std::span<const Counter> alarms() const { return alarms_; }
  std::span<const Counter> warnings() const { return warnings_; }

 private:
  Log& log_;
  std::array<Counter, alarm_events.size()> alarms_;
  std::array<Counter, warning_events.size()> warnings_;
};

}  // namespace argot::server
