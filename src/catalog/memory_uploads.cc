// The uploads of the catalogue in memory.
#include <algorithm>
#include <utility>

#include "base/assert.h"
#include "base/limits.h"
#include "base/text.h"
#include "catalog/memory_catalog.h"
#include "catalog/upload_values.h"

namespace argot::catalog {
namespace {

bool is_over(std::uint64_t used, std::uint64_t bytes, const std::optional<std::uint64_t>& max) {
  return max && used + bytes > *max;
}

bool is_of(const Upload& upload, const Scope& scope) {
  return upload.scope.organization_id == scope.organization_id &&
         (!scope.project_id || upload.scope.project_id == scope.project_id);
}

}  // namespace

MemoryCatalog::UploadState* MemoryCatalog::upload(const Scope& scope, std::string_view id) {
  const auto found = std::ranges::find_if(uploads_, [&](const UploadState& state) {
    return state.upload.id == id && is_of(state.upload, scope);
  });
  return found == uploads_.end() ? nullptr : &*found;
}

Result<Upload> MemoryCatalog::create_upload(const NewUpload& upload) {
  ASSERT(upload.scope.project_id.has_value());
  const std::scoped_lock lock(mutex_);
  if (project(upload.scope.organization_id, *upload.scope.project_id) == nullptr) {
    return fail(ErrorCode::invalid_request, "There is no such organization or project.");
  }
  uploads_.push_back({.upload = new_upload(upload, clock_.now(), random_), .parts = {}});
  return uploads_.back().upload;
}

Result<std::optional<Upload>> MemoryCatalog::find_upload(const Scope& scope, std::string_view id,
                                                         WallTime now) {
  const std::scoped_lock lock(mutex_);
  const UploadState* const found = upload(scope, id);
  return found == nullptr ? std::nullopt : std::optional(as_of(found->upload, now));
}

Result<> MemoryCatalog::check_quota(const NewPart& part) {
  const std::uint64_t of_organization = organization(part.scope.organization_id)->usage.bytes;
  const std::uint64_t of_project =
      project(part.scope.organization_id, *part.scope.project_id)->usage.bytes;
  if (is_over(of_organization, part.bytes, part.organization_bytes_max)) {
    return fail(ErrorCode::organization_quota_exceeded, human_bytes(*part.organization_bytes_max));
  }
  if (is_over(of_project, part.bytes, part.project_bytes_max)) {
    return fail(ErrorCode::project_quota_exceeded, human_bytes(*part.project_bytes_max));
  }
  return {};
}

Result<UploadPart> MemoryCatalog::add_part(const NewPart& part) {
  const std::scoped_lock lock(mutex_);
  UploadState* const state = upload(part.scope, part.upload_id);
  if (state == nullptr) return fail(ErrorCode::upload_not_found, part.upload_id);
  const UploadStatus status = as_of(state->upload, clock_.now()).status;
  if (status != UploadStatus::pending) return not_pending(status);
  if (state->parts.size() == limits::upload_parts_max) return too_many_parts();
  TRY_DO(check_quota(part));
  organization(part.scope.organization_id)->usage.bytes += part.bytes;
  project(part.scope.organization_id, *part.scope.project_id)->usage.bytes += part.bytes;
  blobs_.insert(part.blob);
  state->parts.push_back(new_part(part, clock_.now(), random_));
  return state->parts.back();
}

Result<std::vector<UploadPart>> MemoryCatalog::upload_parts(std::string_view upload_id) {
  const std::scoped_lock lock(mutex_);
  const auto found = std::ranges::find_if(
      uploads_, [&](const UploadState& state) { return state.upload.id == upload_id; });
  return found == uploads_.end() ? std::vector<UploadPart>() : found->parts;
}

void MemoryCatalog::drop_parts(UploadState& state, UploadStatus status) {
  const Scope& scope = state.upload.scope;
  for (const UploadPart& part : state.parts) {
    organization(scope.organization_id)->usage.bytes -= part.bytes;
    project(scope.organization_id, *scope.project_id)->usage.bytes -= part.bytes;
    discard(part.blob);
  }
  state.parts.clear();
  state.upload.status = status;
}

void MemoryCatalog::give_parts(UploadState& state, const Completion& completion) {
  for (const std::string& id : completion.part_ids) {
    const auto part = std::ranges::find(state.parts, id, &UploadPart::id);
    if (completion.file.part_count > 0) {
      contents_[completion.file.blob].push_back(
          {.blob = part->blob, .bytes = part->bytes, .checksums = part->checksums});
    } else {
      blobs_.erase(part->blob);
    }
    state.parts.erase(part);
  }
}

Result<File> MemoryCatalog::complete_upload(const Completion& completion) {
  const std::scoped_lock lock(mutex_);
  const NewFile& file = completion.file;
  UploadState* const state = upload(file.scope, completion.upload_id);
  if (state == nullptr) return fail(ErrorCode::upload_not_found, completion.upload_id);
  const UploadStatus status = as_of(state->upload, clock_.now()).status;
  if (status == UploadStatus::completed) {
    const Row* const kept = find(file.scope, state->upload.file_id, clock_.now());
    if (kept == nullptr) return fail(ErrorCode::file_not_found, state->upload.file_id);
    return kept->file;
  }
  if (status != UploadStatus::pending) return not_pending(status);
  std::vector<std::string> missing = completion.part_ids;
  for (const UploadPart& part : state->parts) {
    if (const auto named = std::ranges::find(missing, part.id); named != missing.end()) {
      missing.erase(named);
    }
  }
  if (!missing.empty()) return unknown_part(missing.front());
  give_parts(*state, completion);
  TRY(File row, commit(file));
  drop_parts(*state, UploadStatus::completed);
  state->upload.file_id = row.id;
  return row;
}

Result<Upload> MemoryCatalog::cancel_upload(const Scope& scope, std::string_view id, WallTime now) {
  const std::scoped_lock lock(mutex_);
  UploadState* const state = upload(scope, id);
  if (state == nullptr) return fail(ErrorCode::upload_not_found, std::string(id));
  const UploadStatus status = as_of(state->upload, now).status;
  if (status == UploadStatus::cancelled) return state->upload;
  if (status != UploadStatus::pending) return not_pending(status);
  drop_parts(*state, UploadStatus::cancelled);
  return state->upload;
}

Result<std::uint64_t> MemoryCatalog::expire_uploads(WallTime now, std::uint64_t count) {
  const std::scoped_lock lock(mutex_);
  std::uint64_t expired = 0;
  for (UploadState& state : uploads_) {
    const bool is_pending = state.upload.status == UploadStatus::pending;
    if (expired == count || !is_pending || state.upload.expires_at > unix_seconds(now)) continue;
    drop_parts(state, UploadStatus::expired);
    ++expired;
  }
  return expired;
}

Result<std::uint64_t> MemoryCatalog::forget_uploads(WallTime now, std::uint64_t count) {
  const std::scoped_lock lock(mutex_);
  const std::int64_t oldest = unix_seconds(now - limits::upload_memory);
  std::uint64_t forgotten = 0;
  std::erase_if(uploads_, [&](const UploadState& state) {
    const bool is_pending = state.upload.status == UploadStatus::pending;
    if (forgotten == count || is_pending || state.upload.expires_at > oldest) return false;
    ++forgotten;
    return true;
  });
  return forgotten;
}

Result<std::vector<ContentPart>> MemoryCatalog::content_parts(const BlobId& content) {
  const std::scoped_lock lock(mutex_);
  const auto found = contents_.find(content);
  return found == contents_.end() ? std::vector<ContentPart>() : found->second;
}

}  // namespace argot::catalog
