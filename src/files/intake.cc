#include "files/intake.h"

#include <utility>

#include "policy/limits_in_force.h"

namespace argot::files {

Intake::Intake(const IntakeParts& parts, const LimitOverrides& own, LiveBlobs::Entry live,
               std::unique_ptr<blob::StagedBlob> staged)
    : catalog_(parts.catalog),
      blobs_(parts.blobs),
      inspections_(parts.inspections),
      settings_(parts.settings),
      on_waiting_(parts.on_waiting),
      policy_(policy::limits_in_force(parts.settings, own)),
      live_(std::move(live)),
      staged_(std::move(staged)),
      bytes_max_(policy_.file_bytes_max) {}

void Intake::expect_purpose(policy::Purpose purpose) {
  purpose_ = purpose;
  bytes_max_ = policy_.file_bytes_max_for(purpose);
}

policy::FileObserver& Intake::observer() {
  if (!observer_) observer_ = inspections_.observe(observer_options(purpose_));
  return *observer_;
}

policy::ObserverOptions Intake::observer_options(std::optional<policy::Purpose> purpose) const {
  return {.mode = policy_.mode,
          .purpose = purpose,
          .filename = filename_,
          .format = {},
          .tokens_max = policy_.assistants_tokens_max,
          .record_counting = {.is_wanted = policy_.counts_record_tokens}};
}

Result<> Intake::write(Bytes chunk) {
  // Whoever knows the purpose looks for everything in the first pass.
  if (!observer_ && purpose_) staged_->forgo_reading();
  bytes_ += chunk.size();
  if (bytes_ > bytes_max_) return fail(ErrorCode::file_too_large);
  TRY_DO(checksums_.write(chunk));
  TRY_DO(observer().write(chunk));
  return staged_->write(chunk);
}

Result<> Intake::finish() {
  TRY_DO(checksums_.finish());
  TRY_DO(observer().finish());
  return staged_->finish();
}

Result<> Intake::look_again_for(policy::Purpose purpose) {
  if (observer_->answers(purpose)) return {};
  TRY(observer_, inspections_.observe_again(*staged_, bytes_, observer_options(purpose)));
  return {};
}

Result<catalog::File> Intake::commit(const Submission& submission) {
  TRY_DO(look_again_for(submission.purpose));
  const policy::FileReport report = observer_->report(submission.purpose, submission.filename);
  // Read again, because an upload may take hours.
  TRY(const LimitOverrides own, catalog_.limits(submission.scope));
  const policy::Policy policy = policy::limits_in_force(settings_, own);
  // Judged before it is sealed: a refused upload never has a name.
  TRY(policy::Verdict verdict,
      policy::judge(submission.purpose, observer_->facts(submission.filename, report), policy));
  TRY_DO(staged_->seal());
  catalog::NewFile row = row_for(submission, policy);
  if (verdict.waits_for_text) row.status = catalog::FileStatus::uploaded;
  if (!verdict.status_details.empty()) row.status = catalog::FileStatus::error;
  row.status_details = std::move(verdict.status_details);
  if (!report.is_empty()) row.report = policy::encode(report);
  auto committed = catalog_.commit_file(row);
  if (committed && committed->blob == staged_->id()) {
    if (verdict.waits_for_text && on_waiting_) on_waiting_();
    return committed;
  }
  live_.give_up(committed, blobs_);
  return committed;
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
          .sha256 = staged_->sha256(),
          .checksums = checksums_.value(),
          .blob = staged_->id(),
          .report = {},
          .attempt = submission.attempt,
          .organization_bytes_max = policy.organization_bytes_max,
          .project_bytes_max = policy.project_bytes_max};
}

}  // namespace argot::files
