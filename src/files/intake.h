// Takes one upload from its first byte to its committed row. Calls match:
//
//   write* ( finish commit | destroy )
//
// Every chunk is hashed, checksummed, observed and staged in one pass. Destroying an Intake before
// commit() succeeded leaves no trace.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/limit_overrides.h"
#include "base/sink.h"
#include "blob/blob_store.h"
#include "catalog/catalog.h"
#include "digest/crc32c.h"
#include "digest/sha256.h"
#include "files/live_blobs.h"
#include "jsonl/first_record_sink.h"
#include "policy/judge.h"

namespace argot::files {

// What the request says of the file, which may be known only after its last byte.
struct Submission {
  catalog::Scope scope;  // with a project
  policy::Purpose purpose = policy::Purpose::user_data;
  std::string filename;
  std::optional<std::uint64_t>
      expires_after_seconds;  // from creation; nothing: the purpose's default
};

// What an upload is measured by: the settings, and the limits of its tenant as it begins. They are
// read again when it is committed.
struct IntakePolicy {
  const policy::Policy& settings;  // must outlive the intake
  const LimitOverrides& own;
};

// Not thread-safe.
class Intake final : public Sink {
 public:
  // Through Library::open_intake(). The references must outlive it.
  Intake(catalog::Catalog& catalog, blob::BlobStore& blobs, const IntakePolicy& policy,
         LiveBlobs::Entry live, std::unique_ptr<blob::StagedBlob> staged);

  // Lowers the bound on the size once the purpose is known.
  void expect_purpose(policy::Purpose purpose);

  // Errors: file_too_large as soon as one byte too many comes; the store's.
  Result<> write(Bytes chunk) override;
  Result<> finish() override;

  // Judges, makes the content durable, then makes the file exist: data, name, directory, row, in
  // that order, so that a row never exists without its bytes. Errors: judge()'s, the store's, the
  // catalogue's; after outcome_unknown the content stays, because the row may exist.
  Result<catalog::File> commit(const Submission& submission);

 private:
  policy::Facts facts(const Submission& submission) const;
  catalog::NewFile row_for(const Submission& submission, const policy::Policy& policy) const;

  catalog::Catalog& catalog_;
  blob::BlobStore& blobs_;
  const policy::Policy& settings_;
  policy::Policy policy_;  // in force when it began
  LiveBlobs::Entry live_;
  std::unique_ptr<blob::StagedBlob> staged_;
  std::uint64_t bytes_ = 0;
  std::uint64_t bytes_max_;
  digest::Sha256Sink sha256_;
  digest::BlockChecksumSink checksums_;
  jsonl::FirstRecordSink first_record_;
};

}  // namespace argot::files
