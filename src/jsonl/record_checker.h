// One checker for each format: takes record after record, keeps what must be compared between them.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "jsonl/format.h"
#include "jsonl/id_set.h"
#include "jsonl/patterns.h"
#include "jsonl/problem_log.h"
#include "jsonl/statistics.h"
#include "jsonl/walk.h"

namespace argot::jsonl {

// The endpoints that a batch may ask, in the order in which messages list them.
std::span<const std::string_view> batch_endpoints();

// Not thread-safe.
class RecordChecker {
 public:
  RecordChecker() = default;
  RecordChecker(const RecordChecker&) = delete;
  RecordChecker& operator=(const RecordChecker&) = delete;
  virtual ~RecordChecker() = default;

  // Walks the whole record.
  virtual void walk(Walk& walk, const json::Item& record) = 0;

  // After a walk that met no broken grammar, while the walk is still there: what depends on other
  // records, and what counts.
  virtual void keep(Walk& walk, Statistics& statistics) = 0;

  // After keep(), of a record without problems: what it added to the statistics.
  virtual Facts facts() const;

  // Those that are compared between records, if any are: Patterns::find() has them expect the next.
  virtual IdSet* ids() { return nullptr; }

  // In place of walk() and keep(), for the record of that number: one that is like a record without
  // problems. False, and nothing kept, if it must be walked nevertheless.
  virtual bool keep_like(const Patterns::Match& match, std::uint64_t record,
                         Statistics& statistics);

  // After the last one.
  virtual void finish(std::uint64_t records, ProblemLog& log);
};

std::unique_ptr<RecordChecker> make_checker(Format format);

// Of no format: only what holds in every record.
std::unique_ptr<RecordChecker> make_any_checker();

}  // namespace argot::jsonl
