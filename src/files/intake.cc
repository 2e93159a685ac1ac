#include "files/intake.h"

#include <utility>

#include "policy/limits_in_force.h"

namespace argot::files {

Intake::Intake(catalog::Catalog& catalog, blob::BlobStore& blobs, const IntakePolicy& policy,
               LiveBlobs::Entry live, std::unique_ptr<blob::StagedBlob> staged)
    : catalog_(catalog),
      blobs_(blobs),
      settings_(policy.settings),
      policy_(policy::limits_in_force(policy.settings, policy.own)),
      live_(std::move(live)),
      staged_(std::move(staged)),
      bytes_max_(policy_.file_bytes_max) {}

void Intake::expect_purpose(policy::Purpose purpose) {
  bytes_max_ = policy_.file_bytes_max_for(purpose);
}

Result<> Intake::write(Bytes chunk) {
  bytes_ += chunk.size();
  if (bytes_ > bytes_max_) return fail(ErrorCode::file_too_large);
  // Hashed first, while the bytes are still in the processor's cache.
  TRY_DO(sha256_.write(chunk));
  TRY_DO(checksums_.write(chunk));
  TRY_DO(first_record_.write(chunk));
  return staged_->write(chunk);
}

Result<> Intake::finish() {
  TRY_DO(sha256_.finish());
  TRY_DO(checksums_.finish());
  TRY_DO(first_record_.finish());
  return staged_->finish();
}

Result<catalog::File> Intake::commit(const Submission& submission) {
  // Read again, because an upload may take hours.
  TRY(const LimitOverrides own, catalog_.limits(submission.scope));
  const policy::Policy policy = policy::limits_in_force(settings_, own);
  // Judged before it is sealed: a refused upload never has a name.
  TRY_DO(policy::judge(submission.purpose, facts(submission), policy));
  TRY_DO(staged_->seal());
  auto committed = catalog_.commit_file(row_for(submission, policy));
  if (!committed && committed.error().code != ErrorCode::outcome_unknown) {
    // No row names the content. Should its removal fail, the sweeper finds it as an orphan.
    [[maybe_unused]] const Result<> removed = blobs_.remove(staged_->id());
  }
  return committed;
}

policy::Facts Intake::facts(const Submission& submission) const {
  const auto& seen = first_record_.facts();
  return {.filename = submission.filename,
          .bytes = bytes_,
          .is_utf8 = seen.is_utf8,
          .first_record = seen.first_record};
}

catalog::NewFile Intake::row_for(const Submission& submission, const policy::Policy& policy) const {
  const auto expires_after = submission.expires_after_seconds
                                 ? submission.expires_after_seconds
                                 : policy::default_expires_after_seconds(submission.purpose);
  return {.scope = submission.scope,
          .purpose = std::string(policy::text_of(submission.purpose)),
          .filename = submission.filename,
          .bytes = bytes_,
          .expires_after_seconds = expires_after,
          .status = catalog::FileStatus::processed,
          .status_details = {},
          .sha256 = sha256_.value(),
          .checksums = checksums_.value(),
          .blob = staged_->id(),
          .report = {},
          .organization_bytes_max = policy.organization_bytes_max,
          .project_bytes_max = policy.project_bytes_max};
}

}  // namespace argot::files
