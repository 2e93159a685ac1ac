// Sees of a file, while it goes by, what its purpose asks for: records, or what kind of content it
// is. Where the purpose is not known yet it looks at both.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/sink.h"
#include "jsonl/inspector.h"
#include "policy/content_kind.h"
#include "policy/file_report.h"
#include "policy/judge.h"
#include "policy/purpose.h"

namespace argot::policy {

struct ObserverOptions {
  ValidationMode mode = ValidationMode::report;  // `off` looks at nothing
  std::optional<Purpose> purpose;                // nothing: it is not known yet
  // A format that somebody asked for, whatever the first record looks like.
  std::optional<jsonl::Format> format;
  // Whether to go on where the first record has settled that the file is refused.
  bool wants_all_problems = false;
};

// Never fails. Not thread-safe.
class FileObserver final : public Sink {
 public:
  // `shared` must outlive it.
  FileObserver(jsonl::SharedMemory& shared, const ObserverOptions& options);

  Result<> write(Bytes chunk) override;
  Result<> finish() override;

  // Whether it has seen all that this purpose asks for. If not, another one that knows the purpose
  // must see the file. Only after finish().
  bool answers(Purpose purpose) const;

  // What it found, for a purpose that it answers. Only after finish().
  FileReport report(Purpose purpose, std::string_view filename) const;

  // The same for judge(). Borrows both.
  Facts facts(std::string_view filename, const FileReport& report) const;

 private:
  jsonl::Expectation expectation_of(Purpose purpose) const;

  ObserverOptions options_;
  std::uint64_t bytes_ = 0;
  std::optional<jsonl::Inspector> records_;
  std::optional<ContentKindSink> content_;
};

}  // namespace argot::policy
