// One run of a child: its text to a sink, its report gathered, within bounds, until it is gone.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <stop_token>

#include "base/sink.h"
#include "documents/child_process.h"
#include "documents/child_report.h"

namespace argot::documents {

struct RunBounds {
  std::chrono::milliseconds wall_time_max{0};
  std::uint64_t text_bytes_max = 0;
};

struct ChildRun {
  ChildReport report;
  Verdict verdict;
  std::uint64_t text_bytes = 0;
};

// A child that goes beyond a bound is left to the destructor of its ChildProcess, which ends it.
// Fails with the error of `text`, and with `unavailable` if it was stopped, or if the child could
// not begin.
Result<ChildRun> run_to_end(ChildProcess& child, const RunBounds& bounds, Sink& text,
                            const std::stop_token& stop);

}  // namespace argot::documents
