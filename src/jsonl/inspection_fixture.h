// What the tests of this folder share: reports as text, and tables of records with the problems
// that are expected of each.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "jsonl/inspector.h"

namespace argot::jsonl {

inline std::string text_of(const Problem& problem) {
  return std::string(text_of(problem.severity)) + " " + std::string(problem.code) + " " +
         std::to_string(problem.line) + ":" + std::to_string(problem.column) + " @" +
         std::to_string(problem.offset) + " [" + problem.pointer + "] " + problem.message;
}

using Texts = std::vector<std::string>;

inline Texts texts_of(const std::vector<Problem>& problems) {
  Texts texts;
  for (const Problem& problem : problems) texts.push_back(text_of(problem));
  return texts;
}

// All that a report says, so that two can be compared, and be read where they differ.
inline std::string text_of(const Report& report) {
  std::string text = std::to_string(report.bytes) + " bytes, " +
                     (report.is_utf8 ? "UTF-8" : "no UTF-8") + ", first " +
                     std::to_string(static_cast<int>(report.first_record)) + ", format " +
                     (report.format ? std::string(text_of(*report.format)) : "unknown") + ", " +
                     std::to_string(report.records) + " records\n";
  const SizeHistogram& sizes = report.statistics.record_bytes;
  for (const std::uint64_t number :
       {sizes.count(), sizes.total(), sizes.min(), sizes.max(), sizes.percentile(50),
        sizes.percentile(99), report.statistics.messages.tools,
        report.statistics.messages.tool_calls, report.statistics.models.others(),
        report.statistics.endpoints.others()}) {
    text += std::to_string(number) + " ";
  }
  for (const std::uint64_t number : report.statistics.messages.roles) {
    text += std::to_string(number) + " ";
  }
  for (const NameCounts* const names : {&report.statistics.models, &report.statistics.endpoints}) {
    for (const auto& [name, times] : names->by_name()) {
      text += "\n" + name + ": " + std::to_string(times);
    }
  }
  const ProblemLog& problems = report.problems;
  text += "\n" + std::to_string(problems.error_count()) + " errors of " +
          std::to_string(problems.count()) + " problems";
  for (const auto& [code, times] : problems.count_by_code()) {
    text += "\n" + std::string(code) + ": " + std::to_string(times);
  }
  for (const Problem& problem : problems.kept()) text += "\n" + text_of(problem);
  if (problems.first_error()) text += "\nfirst " + text_of(*problems.first_error());
  return text + "\n";
}

inline Report inspected(std::string_view file, const InspectorOptions& options = {}) {
  SharedMemory shared;
  Inspector inspector(shared, options);
  EXPECT_TRUE(inspector.write(as_bytes(file)));
  EXPECT_TRUE(inspector.finish());
  return inspector.report();
}

inline InspectorOptions forced(Format format) { return {.expectation = {.forced = format}}; }

// A problem of a record. Where it stands is marked in the record with '^', which is taken out.
struct ExpectedProblem {
  std::string_view code;
  std::string_view pointer;
  std::string_view message;
  std::size_t mark = 0;  // which '^', if there are several
};

struct RecordCase {
  std::string_view name;
  std::string_view record;
  std::vector<ExpectedProblem> problems;  // none: the record is good
};

// The record stands on the second line, so that lines, columns and offsets differ.
inline void expect_problems(Format format, const RecordCase& each) {
  SCOPED_TRACE(each.name);
  std::string record;
  std::vector<std::size_t> marks;
  for (const char byte : each.record) {
    if (byte == '^') {
      marks.push_back(record.size());
    } else {
      record += byte;
    }
  }
  constexpr std::string_view before = " \r\n";
  Texts expected;
  for (const ExpectedProblem& problem : each.problems) {
    const std::size_t at = marks.at(problem.mark);
    expected.push_back(text_of(Problem{.code = problem.code,
                                       .line = 2,
                                       .column = at + 1,
                                       .offset = before.size() + at,
                                       .pointer = std::string(problem.pointer),
                                       .message = std::string(problem.message)}));
  }
  const Report report = inspected(std::string(before) + record + "\n", forced(format));
  Texts found;
  for (const Problem& problem : report.problems.kept()) {
    if (problem.severity == Severity::error) found.push_back(text_of(problem));
  }
  EXPECT_EQ(found, expected) << record;
  EXPECT_EQ(report.records, 1U);
}

inline void expect_problems(Format format, const std::vector<RecordCase>& cases) {
  for (const RecordCase& each : cases) expect_problems(format, each);
}

}  // namespace argot::jsonl
