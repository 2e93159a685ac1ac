// The text of one document: taken out, counted and judged. A server does it after an upload,
// `argot check` at once.
#pragma once

#include <cstdint>
#include <stop_token>
#include <string>

#include "base/result.h"
#include "documents/extractor.h"
#include "policy/file_report.h"
#include "tokens/counter.h"

namespace argot::policy {

struct DocumentReading {
  documents::Outcome outcome = documents::Outcome::extracted;
  bool is_over = false;  // more tokens than allowed; they were counted no further
  FileReport report;
  // What is wrong with the file: its status is then `error`. Empty: nothing is. A document that
  // nothing here can read is a good one whose tokens nobody knows.
  std::string status_details;
};

// Blocks for as long as reading may take (limits::document_wall_time_max). Errors: `unavailable` if
// it was stopped, or if this machine cannot read documents at all.
Result<DocumentReading> read_document(documents::Extractor& extractor,
                                      const documents::Extractor::Input& input,
                                      tokens::LazyCounterPools& counters, std::uint64_t tokens_max,
                                      const std::stop_token& stop);

// What is said of one whose reading never came to an end.
DocumentReading unreadable_document();

}  // namespace argot::policy
