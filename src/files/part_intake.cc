#include "files/part_intake.h"

#include <utility>

#include "base/limits.h"
#include "base/text.h"
#include "policy/limits_in_force.h"

namespace argot::files {

std::unexpected<Error> part_too_large() {
  return fail(ErrorCode::invalid_request,
              "A part may have at most " + human_bytes(limits::upload_part_bytes) +
                  ", and this one has more.",
              "data");
}

PartIntake::PartIntake(const PartIntakeParts& parts, catalog::Upload upload, LiveBlobs::Entry live,
                       std::unique_ptr<blob::StagedBlob> staged)
    : catalog_(parts.catalog),
      blobs_(parts.blobs),
      settings_(parts.settings),
      upload_(std::move(upload)),
      live_(std::move(live)),
      staged_(std::move(staged)) {
  staged_->forgo_reading();
}

Result<> PartIntake::write(Bytes chunk) {
  bytes_ += chunk.size();
  if (bytes_ > limits::upload_part_bytes) {
    return part_too_large();
  }
  TRY_DO(checksums_.write(chunk));
  return staged_->write(chunk);
}

Result<> PartIntake::finish() {
  TRY_DO(checksums_.finish());
  return staged_->finish();
}

Result<catalog::UploadPart> PartIntake::commit() {
  TRY(const LimitOverrides own, catalog_.limits(upload_.scope));
  const policy::Policy policy = policy::limits_in_force(settings_, own);
  TRY_DO(staged_->seal());
  auto part = catalog_.add_part({.scope = upload_.scope,
                                 .upload_id = upload_.id,
                                 .bytes = bytes_,
                                 .sha256 = staged_->sha256(),
                                 .checksums = checksums_.value(),
                                 .blob = staged_->id(),
                                 .organization_bytes_max = policy.organization_bytes_max,
                                 .project_bytes_max = policy.project_bytes_max});
  if (!part) live_.give_up(part, blobs_);
  return part;
}

}  // namespace argot::files
