// Reads files after they were stored, and settles what becomes of them: takes the text out of
// documents, and the SHA-256 of what came in parts. Each by one of the threads that ask for the
// next. What is not settled when the process ends is taken up by the next one.
#pragma once

#include <array>
#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>

#include "base/clock.h"
#include "base/log.h"
#include "base/metrics.h"
#include "base/result.h"
#include "base/unique_fd.h"
#include "blob/blob_store.h"
#include "catalog/catalog.h"
#include "digest/digest_values.h"
#include "documents/extractor.h"
#include "files/stored_content.h"
#include "policy/document_reading.h"
#include "policy/judge.h"
#include "tokens/counter.h"

namespace argot::files {

// How documents ended since the process started.
struct DocumentCounters {
  std::array<Counter, documents::outcomes.size()> outcomes;  // by documents::Outcome
  Counter over_limit;                                        // more tokens than allowed
  Counter given_up;
  Counter failures;  // tries that ended without an outcome: the machine's fault or the store's
};

// What a reader works with; all of it must outlive the reader.
struct DocumentReaderParts {
  catalog::Catalog& catalog;
  blob::BlobStore& blobs;
  documents::Extractor& extractor;
  tokens::LazyCounterPools& counters;
  const policy::Policy& settings;
  const Clock& clock;
  Log& log;
  // Where documents are copied to that are not one file here; a folder that exists, if there are
  // any.
  std::string copies_folder;
};

// Thread-safe.
class DocumentReader {
 public:
  explicit DocumentReader(const DocumentReaderParts& parts) : parts_(parts) {}

  // Longer than one document can take. Whoever has had one for so long is taken for dead.
  static constexpr std::chrono::milliseconds loan = 2 * limits::document_wall_time_max;
  // A document whose reading never came to an end so often is given up, with the status `error`.
  static constexpr std::uint64_t tries_max = 3;

  // Reads one file and settles it; false if none waits. Organisations take turns. A try that
  // fails is logged, and repeated once its loan is over. One that is stopped counts as none, and so
  // does one to whose content the store does not come, which is repeated after as long a time.
  // Errors: the catalogue's; unavailable and overloaded, of the store.
  Result<bool> step(const std::stop_token& stop);

  const DocumentCounters& counters() const { return counters_; }

 private:
  struct Reading {
    policy::DocumentReading document;
    std::optional<digest::Sha256Value> sha256;  // of what came in parts
  };

  // A document that is ready to be read.
  struct Readable {
    std::unique_ptr<StoredContent> content;
    UniqueFd copy;  // where it is not one file here
    int descriptor = -1;
    std::optional<digest::Sha256Value> sha256;  // of what came in parts
    policy::Policy policy;
  };

  Result<std::unique_ptr<StoredContent>> open(const catalog::FileWithChecksums& row);
  Result<Readable> fetch(const catalog::FileWithChecksums& row, const std::stop_token& stop);
  Result<Reading> read(const catalog::File& row, const Readable& readable,
                       const std::stop_token& stop);
  Result<bool> settle(const catalog::WaitingFile& file, const Reading& reading);
  Result<digest::Sha256Value> digest_of(const catalog::FileWithChecksums& row,
                                        const std::stop_token& stop);
  Result<bool> settle_as_it_is(const catalog::WaitingFile& file,
                               const std::optional<digest::Sha256Value>& sha256);
  Result<bool> put_off(const catalog::WaitingFile& file, const Error& error,
                       const std::stop_token& stop);
  Result<bool> wait_for_content(const catalog::WaitingFile& file, const Error& error,
                                const std::stop_token& stop);
  void note(const catalog::File& file, const policy::DocumentReading& reading);
  Result<> give_up(const catalog::WaitingFile& file);

  DocumentReaderParts parts_;
  DocumentCounters counters_;
  std::mutex mutex_;
  std::string last_organization_id_;  // guarded by mutex_: whose turn it was
};

}  // namespace argot::files
