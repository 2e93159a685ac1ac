// Takes one part of an upload from its first byte to its committed row. Calls match:
//
//   write* ( finish commit | destroy )
//
// Destroying one before commit() succeeded leaves no trace.
#pragma once

#include <cstdint>
#include <memory>

#include "base/sink.h"
#include "blob/blob_store.h"
#include "catalog/catalog.h"
#include "digest/crc32c.h"
#include "files/live_blobs.h"
#include "policy/judge.h"

namespace argot::files {

// What it works with; all of it must outlive it.
struct PartIntakeParts {
  catalog::Catalog& catalog;
  blob::BlobStore& blobs;
  const policy::Policy& settings;
};

// What a part over the limit is refused with.
std::unexpected<Error> part_too_large();

// Not thread-safe.
class PartIntake final : public Sink {
 public:
  // Through Library::open_part().
  PartIntake(const PartIntakeParts& parts, catalog::Upload upload, LiveBlobs::Entry live,
             std::unique_ptr<blob::StagedBlob> staged);

  // Errors: invalid_request as soon as one byte too many comes; the store's.
  Result<> write(Bytes chunk) override;
  Result<> finish() override;

  // Makes the content durable, then makes the part exist, as Intake::commit() does for a file.
  // Errors: the store's, those of Catalog::add_part(); after outcome_unknown the content stays.
  Result<catalog::UploadPart> commit();

 private:
  catalog::Catalog& catalog_;
  blob::BlobStore& blobs_;
  const policy::Policy& settings_;
  catalog::Upload upload_;
  LiveBlobs::Entry live_;
  std::unique_ptr<blob::StagedBlob> staged_;
  std::uint64_t bytes_ = 0;
  digest::BlockChecksumSink checksums_;
};

}  // namespace argot::files
