// Somebody who looks at the records themselves while an Inspector checks them: to count what is in
// them, say, that no rule asks for.
#pragma once

#include <string_view>

#include "json/line_reader.h"
#include "jsonl/format.h"
#include "jsonl/problem_log.h"
#include "jsonl/walk.h"

namespace argot::jsonl {

// A record in which nothing is wrong. Borrows.
struct GoodRecord {
  std::string_view text;  // one that LineReader::open() takes
  Place place;
  Format format = Format::chat;  // by whose rules it is good
};

class RecordObserver {
 public:
  RecordObserver() = default;
  RecordObserver(const RecordObserver&) = delete;
  RecordObserver& operator=(const RecordObserver&) = delete;
  virtual ~RecordObserver() = default;

  // Each good record, in the order of the file. `reader` is lent for reading it: its memory is
  // bounded by who lends it. What there is to say of a record goes to `problems`, warnings alone:
  // other records were told that they are like good ones.
  virtual void see(const GoodRecord& record, json::LineReader& reader, ProblemLog& problems) = 0;
};

}  // namespace argot::jsonl
