// Takes one upload from its first byte to its committed row. Calls match:
//
//   write* ( finish commit | destroy )
//
// Every chunk is checksummed, observed, and staged by a store that hashes it, in one pass.
// Destroying an Intake before commit() succeeded leaves no trace.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/limit_overrides.h"
#include "base/sink.h"
#include "blob/blob_store.h"
#include "catalog/catalog.h"
#include "digest/crc32c.h"
#include "files/inspections.h"
#include "files/live_blobs.h"
#include "policy/file_observer.h"
#include "policy/judge.h"

namespace argot::files {

// What the request says of the file, which may be known only after its last byte.
struct Submission {
  catalog::Scope scope;  // with a project
  policy::Purpose purpose = policy::Purpose::user_data;
  std::string filename;
  std::optional<std::uint64_t>
      expires_after_seconds;  // from creation; nothing: the purpose's default
  // Nothing: a file of its own, whatever came before.
  std::optional<catalog::Attempt> attempt;
};

// What an intake works with; all of it must outlive the intake.
struct IntakeParts {
  catalog::Catalog& catalog;
  blob::BlobStore& blobs;
  Inspections& inspections;
  const policy::Policy& settings;
  const std::function<void()>& on_waiting;  // may be empty
};

// Not thread-safe.
class Intake final : public Sink {
 public:
  // Through Library::open_intake(). `own` are the limits of its tenant as it begins, borrowed until
  // the call returns; they are read again when it is committed.
  Intake(const IntakeParts& parts, const LimitOverrides& own, LiveBlobs::Entry live,
         std::unique_ptr<blob::StagedBlob> staged);

  // What it is called, before its first byte: names tell text from what is none.
  void expect_filename(std::string_view filename) { filename_ = filename; }

  // Lowers the bound on the size once the purpose is known. Known before the first byte, it also
  // tells what to look for in the content.
  void expect_purpose(policy::Purpose purpose);

  // Errors: file_too_large as soon as one byte too many comes; the store's.
  Result<> write(Bytes chunk) override;
  Result<> finish() override;

  // Judges (after a second reading of what was staged, if the purpose asks for what the first pass
  // did not look for), makes the content durable, then makes the file exist: data, name, directory,
  // row, in that order, so that a row never exists without its bytes. If the same create was done
  // already (Catalog::commit_file() says which is), the file of then is returned and what was
  // staged is removed. Errors: judge()'s, the store's, the catalogue's; after outcome_unknown the
  // content stays, because the row may exist. A document that is taken has the status `uploaded`
  // until a DocumentReader has read it.
  Result<catalog::File> commit(const Submission& submission);

 private:
  policy::FileObserver& observer();
  policy::ObserverOptions observer_options(std::optional<policy::Purpose> purpose) const;
  Result<> look_again_for(policy::Purpose purpose);
  catalog::NewFile row_for(const Submission& submission, const policy::Policy& policy) const;

  catalog::Catalog& catalog_;
  blob::BlobStore& blobs_;
  Inspections& inspections_;
  const policy::Policy& settings_;
  const std::function<void()>& on_waiting_;
  policy::Policy policy_;  // in force when it began
  LiveBlobs::Entry live_;
  std::unique_ptr<blob::StagedBlob> staged_;
  std::optional<policy::Purpose> purpose_;
  std::string filename_;
  std::uint64_t bytes_ = 0;
  std::uint64_t bytes_max_;
  digest::BlockChecksumSink checksums_;
  std::unique_ptr<policy::FileObserver> observer_;  // from the first byte on
};

}  // namespace argot::files
