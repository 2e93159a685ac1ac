// Looks at every record of a file while its bytes go by, and writes the report on it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "base/limits.h"
#include "base/sink.h"
#include "json/utf8_checker.h"
#include "jsonl/format.h"
#include "jsonl/line_splitter.h"
#include "jsonl/patterns.h"
#include "jsonl/problem_log.h"
#include "jsonl/record_checker.h"
#include "jsonl/record_observer.h"
#include "jsonl/statistics.h"
#include "jsonl/walk_pool.h"

namespace argot::jsonl {

enum class FirstRecord {
  none,    // there is no line but empty ones
  object,  // one JSON object
  other,
};

struct Report {
  std::uint64_t bytes = 0;
  bool is_utf8 = true;
  FirstRecord first_record = FirstRecord::none;
  std::optional<Format> format;
  std::uint64_t records = 0;  // lines with something on them
  ProblemLog problems;
  Statistics statistics;
};

// What all inspections of a process share. Thread-safe.
struct SharedMemory {
  MemoryBudget carried_lines{limits::carried_lines_bytes_max};
  WalkPool walks;
};

struct InspectorOptions {
  Expectation expectation;
  // Stops at a first record that is no object: somebody will refuse such a file anyway.
  bool stops_unless_object = false;
  std::size_t line_bytes_max = limits::jsonl_line_bytes_max;
  // Sees the records that are good by the rules of their format; a null pointer: nobody does. Must
  // outlive the Inspector.
  RecordObserver* observer = nullptr;
};

// Never fails: what a file is must be judged by someone who knows what it is for. In memory are the
// beginning of one line, the first problems, 128 KiB of patterns at most, and 20 to 40 bytes for
// each id of a batch. Not thread-safe.
class Inspector final : public Sink {
 public:
  // `shared` must outlive it.
  Inspector(SharedMemory& shared, const InspectorOptions& options);

  Result<> write(Bytes chunk) override;
  Result<> finish() override;

  // Only after finish().
  const Report& report() const;

  // Whether this inspection is the one that `expectation` asks for. If not, another one must read
  // the file: the first record called for another format, too many long lines came at once, or it
  // stopped early. Only after finish().
  bool answers(const Expectation& expectation) const;

  // Why it may have seen less than all: it stopped at its first record, or long lines of others had
  // taken the memory for one of its own.
  bool is_stopped() const { return is_stopped_; }
  bool is_starved() const { return lines_.is_starved(); }

 private:
  // How a file is to be checked, once its first record has been seen.
  struct Choice {
    std::optional<Format> checker;   // nothing: records of any shape
    std::optional<Format> unwanted;  // what the first record is instead of what was expected
    Formats expected;                // with `unwanted`, whose problem names them

    friend bool operator==(const Choice&, const Choice&) = default;
  };
  static Choice choose(const Expectation& expectation, const Signs& signs);

  // Where the first one of these lines ends. Looks for what is known of its record.
  std::size_t find_end(std::string_view lines);
  bool take(const Line& line);
  // Whether it has a record that find_end() found and nobody wants to see. It is done then.
  bool take_found(const Line& line);
  void take_record(const Line& line, const Place& place, std::string_view text);
  // The first object of the file tells its format.
  void prepare_checker(WalkMemory& memory, std::string_view record);
  // Whether the record is like a good one that came before. It is done then.
  bool is_known(const Place& place, std::string_view record);
  // To the observer, which there must be.
  void show(WalkMemory& memory, const Place& place, std::string_view record);
  // False, and nothing else done, if the record's grammar is broken.
  bool take_object(WalkMemory& memory, const Place& place, std::string_view record);
  // Walks the record; false if its grammar is broken.
  bool walk_object(Walk& walk);
  void report_fault(const Place& place, std::string_view record);
  // Adds a problem whose message say() returns, if it is to be kept.
  template <typename Say>
  void note(Severity severity, std::string_view code, const Place& place, Say say);
  void see_first(FirstRecord first_record);

  SharedMemory& shared_;
  InspectorOptions options_;
  LineSplitter lines_;
  Report report_;
  std::unique_ptr<RecordChecker> checker_;
  Signs signs_;  // of the first object
  Choice choice_;
  Patterns patterns_;
  // Where the record begins that find_end() looked at last, and what was found. Only during
  // write().
  const char* found_for_ = nullptr;
  const Patterns::Match* found_ = nullptr;
  ProblemLog record_log_;
  WalkMemory* memory_ = nullptr;  // only during write() and finish()
  bool is_stopped_ = false;
  bool is_finished_ = false;
  json::Utf8Checker rest_utf8_;  // of what comes after a stop
};

}  // namespace argot::jsonl
