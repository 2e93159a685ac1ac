#include "files/uploads.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/assert.h"
#include "base/text.h"
#include "catalog/upload_values.h"
#include "digest/sha256.h"
#include "files/part_reading.h"
#include "policy/limits_in_force.h"

namespace argot::files {
namespace {

// Whether `bytes` more can never be stored beside what is used now.
bool is_full(const std::optional<std::uint64_t>& max, const catalog::Usage& used,
             std::uint64_t bytes) {
  return max && (used.bytes > *max || bytes > *max - used.bytes);
}

// Those that are named, in the order in which they are named.
Result<std::vector<catalog::UploadPart>> named_parts(std::vector<catalog::UploadPart> all,
                                                     const std::vector<std::string>& ids) {
  std::vector<catalog::UploadPart> named;
  named.reserve(std::min(ids.size(), all.size()));
  std::ranges::sort(all, {}, &catalog::UploadPart::id);
  std::vector<bool> is_taken(all.size());
  for (const std::string& id : ids) {
    const auto found = std::ranges::lower_bound(all, id, {}, &catalog::UploadPart::id);
    const auto place = static_cast<std::size_t>(found - all.begin());
    if (found == all.end() || found->id != id || is_taken[place]) return catalog::unknown_part(id);
    is_taken[place] = true;
    named.push_back(*found);
  }
  return named;
}

std::uint64_t bytes_of(const std::vector<catalog::UploadPart>& parts) {
  std::uint64_t bytes = 0;
  for (const catalog::UploadPart& part : parts) bytes += part.bytes;
  return bytes;
}

// Over the digest and the size (8 bytes, most significant first) of each part.
digest::Sha256Value digest_of(const std::vector<catalog::UploadPart>& parts) {
  digest::Sha256 hash;
  for (const catalog::UploadPart& part : parts) {
    hash.update(part.sha256.bytes);
    std::array<std::byte, 8> size{};
    for (std::size_t place = 0; place < size.size(); ++place) {
      size[place] = static_cast<std::byte>(part.bytes >> (8U * (size.size() - 1 - place)));
    }
    hash.update(size);
  }
  return hash.finish();
}

// The name that the parts of its file know the content by: an upload becomes one file at most.
BlobId content_name(const catalog::Upload& upload) {
  constexpr std::size_t digits = 40;
  const auto name = BlobId::parse(digest::sha256_of(as_bytes(upload.id)).hex().substr(0, digits));
  ASSERT(name.has_value());
  return *name;
}

void locate(catalog::NewFile& file, const catalog::Upload& upload,
            const std::vector<catalog::UploadPart>& parts) {
  if (parts.size() == 1) {
    file.sha256 = parts.front().sha256;
    file.checksums = parts.front().checksums;
    file.blob = parts.front().blob;
    return;
  }
  file.sha256 = digest_of(parts);
  file.blob = content_name(upload);
  file.part_count = parts.size();
}

}  // namespace

Result<policy::Policy> Uploads::policy_for(const catalog::Scope& scope) {
  TRY(const LimitOverrides own, parts_.catalog.limits(scope));
  return policy::limits_in_force(parts_.settings, own);
}

Result<catalog::Upload> Uploads::begin(const Announcement& announcement) {
  const catalog::Scope& scope = announcement.scope;
  TRY(const policy::Policy policy, policy_for(scope));
  TRY_DO(policy::judge_announced(announcement.purpose,
                                 {.filename = announcement.filename, .bytes = announcement.bytes},
                                 policy));
  // Early only: the transactions of the parts decide.
  TRY(const catalog::Usage all, parts_.catalog.organization_usage(scope.organization_id));
  if (is_full(policy.organization_bytes_max, all, announcement.bytes)) {
    return fail(ErrorCode::organization_quota_exceeded,
                human_bytes(*policy.organization_bytes_max));
  }
  TRY(const catalog::Usage of_project, parts_.catalog.project_usage(*scope.project_id));
  if (is_full(policy.project_bytes_max, of_project, announcement.bytes)) {
    return fail(ErrorCode::project_quota_exceeded, human_bytes(*policy.project_bytes_max));
  }
  return parts_.catalog.create_upload(
      {.scope = scope,
       .purpose = std::string(policy::text_of(announcement.purpose)),
       .filename = announcement.filename,
       .bytes = announcement.bytes,
       .file_expires_after_seconds = announcement.expires_after_seconds,
       .lifetime = parts_.lifetime});
}

Result<catalog::Upload> Uploads::find(const catalog::Scope& scope, std::string_view upload_id) {
  TRY(std::optional<catalog::Upload> upload,
      parts_.catalog.find_upload(scope, upload_id, parts_.clock.now()));
  if (!upload) return fail(ErrorCode::upload_not_found, std::string(upload_id));
  return *std::move(upload);
}

Result<std::unique_ptr<PartIntake>> Uploads::open_part(const catalog::Scope& scope,
                                                       std::string_view upload_id) {
  TRY(catalog::Upload upload, find(scope, upload_id));
  if (upload.status != catalog::UploadStatus::pending) return catalog::not_pending(upload.status);
  TRY(std::unique_ptr<blob::StagedBlob> staged, parts_.blobs.stage());
  LiveBlobs::Entry live = parts_.live.add(staged->id());
  const PartIntakeParts parts{
      .catalog = parts_.catalog, .blobs = parts_.blobs, .settings = parts_.settings};
  return std::make_unique<PartIntake>(parts, std::move(upload), std::move(live), std::move(staged));
}

Result<CompletedUpload> Uploads::complete(const catalog::Scope& scope, std::string_view upload_id,
                                          const Assembly& assembly) {
  TRY(catalog::Upload upload, find(scope, upload_id));
  if (upload.status == catalog::UploadStatus::completed) {
    return completed_before(std::move(upload));
  }
  if (upload.status != catalog::UploadStatus::pending) return catalog::not_pending(upload.status);
  Result<catalog::File> file = assemble(upload, assembly);
  if (!file) return explain(upload, std::move(file).error());
  upload.status = catalog::UploadStatus::completed;
  upload.file_id = file->id;
  return CompletedUpload{.upload = std::move(upload), .file = *std::move(file)};
}

// Somebody may have ended the upload meanwhile, and then its parts were gone.
Result<CompletedUpload> Uploads::explain(const catalog::Upload& upload, Error error) {
  if (error.code == ErrorCode::outcome_unknown) return fail(std::move(error));
  Result<catalog::Upload> now = find(upload.scope, upload.id);
  if (now && now->status == catalog::UploadStatus::completed) {
    return completed_before(*std::move(now));
  }
  if (now && now->status != catalog::UploadStatus::pending)
    return catalog::not_pending(now->status);
  if (error.code == ErrorCode::content_missing) {
    parts_.log.error("alarm_content_missing", {{"upload", upload.id}});
  }
  return fail(std::move(error));
}

Result<CompletedUpload> Uploads::completed_before(catalog::Upload upload) {
  TRY(std::optional<catalog::File> file,
      parts_.catalog.find_file(upload.scope, upload.file_id, parts_.clock.now()));
  if (!file) return fail(ErrorCode::file_not_found, upload.file_id);
  return CompletedUpload{.upload = std::move(upload), .file = *std::move(file)};
}

Result<catalog::File> Uploads::assemble(const catalog::Upload& upload, const Assembly& assembly) {
  const std::optional<policy::Purpose> purpose = policy::parse_purpose(upload.purpose);
  if (!purpose) return fail(ErrorCode::internal, "an upload has an unknown purpose");
  TRY(std::vector<catalog::UploadPart> all, parts_.catalog.upload_parts(upload.id));
  TRY(std::vector<catalog::UploadPart> parts, named_parts(std::move(all), assembly.part_ids));
  if (bytes_of(parts) != upload.bytes) {
    return fail(ErrorCode::invalid_request,
                "The parts have " + std::to_string(bytes_of(parts)) +
                    " bytes together, but the Upload was created for " +
                    std::to_string(upload.bytes) + ".",
                "part_ids");
  }
  // They add nothing, and would be blocks without bytes.
  std::erase_if(parts, [](const catalog::UploadPart& part) { return part.bytes == 0; });

  TRY(const policy::Policy policy, policy_for(upload.scope));
  PartReading reading(parts_.blobs, parts_.inspections, parts_.log);
  TRY(const ReadParts read, reading.read({.parts = parts,
                                          .purpose = *purpose,
                                          .filename = upload.filename,
                                          .md5 = assembly.md5,
                                          .policy = policy}));
  TRY(policy::Verdict verdict, policy::judge(*purpose, read.facts(upload.filename, upload.bytes),
                                             policy, policy::Arrival::in_parts));
  catalog::NewFile file{
      .scope = upload.scope,
      .purpose = upload.purpose,
      .filename = upload.filename,
      .bytes = upload.bytes,
      .expires_after_seconds = upload.file_expires_after_seconds
                                   ? upload.file_expires_after_seconds
                                   : policy::default_expires_after_seconds(*purpose),
      .blob = content_name(upload),
      .charged_bytes = upload.bytes};
  if (verdict.waits_for_text) file.status = catalog::FileStatus::uploaded;
  if (!verdict.status_details.empty()) file.status = catalog::FileStatus::error;
  file.status_details = std::move(verdict.status_details);
  if (!read.report.is_empty()) file.report = policy::encode(read.report);
  if (parts.empty()) return commit_empty(upload, std::move(file));
  const bool waits = verdict.waits_for_text || parts.size() > 1;
  auto committed = commit(upload, parts, std::move(file));
  if (committed && waits && parts_.on_waiting) parts_.on_waiting();
  return committed;
}

Result<catalog::File> Uploads::commit(const catalog::Upload& upload,
                                      const std::vector<catalog::UploadPart>& parts,
                                      catalog::NewFile file) {
  if (!parts.empty()) locate(file, upload, parts);
  catalog::Completion completion{.upload_id = upload.id, .part_ids = {}, .file = std::move(file)};
  for (const catalog::UploadPart& part : parts) completion.part_ids.push_back(part.id);
  return parts_.catalog.complete_upload(completion);
}

// A file of no bytes has a blob, too.
Result<catalog::File> Uploads::commit_empty(const catalog::Upload& upload, catalog::NewFile file) {
  TRY(const std::unique_ptr<blob::StagedBlob> staged, parts_.blobs.stage());
  LiveBlobs::Entry live = parts_.live.add(staged->id());
  TRY_DO(staged->finish());
  TRY_DO(staged->seal());
  file.sha256 = staged->sha256();
  file.blob = staged->id();
  auto committed = commit(upload, {}, std::move(file));
  if (committed && committed->blob == staged->id()) return committed;
  live.give_up(committed, parts_.blobs);
  return committed;
}

Result<catalog::Upload> Uploads::cancel(const catalog::Scope& scope, std::string_view upload_id) {
  return parts_.catalog.cancel_upload(scope, upload_id, parts_.clock.now());
}

}  // namespace argot::files
