#include "files/library.h"

#include <algorithm>
#include <limits>
#include <string>
#include <utility>

#include "base/limits.h"
#include "base/text.h"
#include "files/stored_content.h"
#include "policy/limits_in_force.h"

namespace argot::files {
namespace {

// What is left of a quota.
std::uint64_t unused(std::uint64_t max, std::uint64_t used) { return max > used ? max - used : 0; }

}  // namespace

Library::Library(catalog::Catalog& catalog, blob::BlobStore& blobs, const Clock& clock, Log& log,
                 LibraryOptions options)
    : catalog_(catalog),
      blobs_(blobs),
      clock_(clock),
      log_(log),
      options_(std::move(options)),
      live_blobs_(catalog.is_shared() ? LiveBlobs::Unknown::is_for_the_sweeper
                                      : LiveBlobs::Unknown::stays_listed),
      verified_blocks_(clock, options_.verify_max_age),
      uploads_({.catalog = catalog,
                .blobs = blobs,
                .inspections = inspections_,
                .live = live_blobs_,
                .settings = options_.policy,
                .on_waiting = options_.on_waiting,
                .clock = clock,
                .log = log,
                .lifetime = options_.upload_lifetime}) {}

Result<Reservation> Library::reserve(const catalog::Scope& scope, const Expected& expected) {
  TRY(const LimitOverrides own, catalog_.limits(scope));
  const policy::Policy policy = policy::limits_in_force(options_.policy, own);
  constexpr std::uint64_t overhead = limits::request_overhead_bytes;
  std::optional<std::uint64_t> content_bytes = expected.content_bytes;
  const std::uint64_t stated = content_bytes ? unused(*content_bytes, overhead) : 0;
  if (expected.is_part && stated > limits::upload_part_bytes) return part_too_large();
  if (!expected.is_part && stated > policy.file_bytes_max) return fail(ErrorCode::file_too_large);
  if (expected.may_be_stored) content_bytes.reset();
  const std::uint64_t bytes = content_bytes ? unused(*content_bytes, overhead) : overhead;

  if (content_bytes && policy.project_bytes_max && scope.project_id) {
    TRY(const catalog::Usage used, catalog_.project_usage(*scope.project_id));
    if (bytes > unused(*policy.project_bytes_max, used.bytes)) {
      return fail(ErrorCode::project_quota_exceeded, human_bytes(*policy.project_bytes_max));
    }
  }
  TRY(const catalog::Usage used, catalog_.organization_usage(scope.organization_id));
  const std::optional<std::uint64_t>& bytes_max = policy.organization_bytes_max;
  const std::uint64_t free_bytes =
      bytes_max ? unused(*bytes_max, used.bytes) : std::numeric_limits<std::uint64_t>::max();
  // An upload of unknown size sets the overhead aside, but a nearly full organisation may still
  // have room for it: only the commit knows.
  const std::uint64_t reserved = content_bytes ? bytes : std::min(bytes, free_bytes);
  if (!reservations_.try_add(scope.organization_id, reserved, free_bytes)) {
    return fail(ErrorCode::organization_quota_exceeded,
                human_bytes(bytes_max.value_or(free_bytes)));
  }
  return Reservation(reservations_, scope.organization_id, reserved);
}

Result<> Library::check_space() {
  if (options_.free_bytes_min == 0) return {};
  TRY(const blob::StoreSpace space, blobs_.space());
  if (space.available_bytes >= options_.free_bytes_min) return {};
  log_.warning("upload_refused_disk_low", {{"available_bytes", space.available_bytes},
                                           {"free_bytes_min", options_.free_bytes_min}});
  return fail(ErrorCode::insufficient_storage);
}

Result<std::unique_ptr<PartIntake>> Library::open_part(const catalog::Scope& scope,
                                                       std::string_view upload_id) {
  TRY_DO(check_space());
  return uploads_.open_part(scope, upload_id);
}

Result<std::unique_ptr<Intake>> Library::open_intake(const catalog::Scope& scope) {
  TRY_DO(check_space());
  TRY(const LimitOverrides own, catalog_.limits(scope));
  TRY(std::unique_ptr<blob::StagedBlob> staged, blobs_.stage());
  LiveBlobs::Entry live = live_blobs_.add(staged->id());
  return std::make_unique<Intake>(IntakeParts{.catalog = catalog_,
                                              .blobs = blobs_,
                                              .inspections = inspections_,
                                              .settings = options_.policy,
                                              .on_waiting = options_.on_waiting},
                                  own, std::move(live), std::move(staged));
}

Result<catalog::File> Library::find(const catalog::Scope& scope, std::string_view id) {
  TRY(std::optional<catalog::File> file, catalog_.find_file(scope, id, clock_.now()));
  if (!file) return fail(ErrorCode::file_not_found, std::string(id));
  return *std::move(file);
}

Result<catalog::FileWithReport> Library::report(const catalog::Scope& scope, std::string_view id) {
  TRY(std::optional<catalog::FileWithReport> found, catalog_.find_report(scope, id, clock_.now()));
  if (!found) return fail(ErrorCode::file_not_found, std::string(id));
  return *std::move(found);
}

Result<> Library::remove(const catalog::Scope& scope, std::string_view id) {
  TRY(const bool removed, catalog_.delete_file(scope, id, clock_.now()));
  if (!removed) return fail(ErrorCode::file_not_found, std::string(id));
  return {};
}

Result<std::unique_ptr<Content>> Library::find_content(const catalog::Scope& scope,
                                                       std::string_view id) {
  TRY(std::optional<catalog::FileWithChecksums> row,
      catalog_.find_content(scope, id, clock_.now()));
  if (!row) return fail(ErrorCode::file_not_found, std::string(id));
  if (!options_.policy.may_download(row->file.purpose)) {
    return fail(ErrorCode::download_refused, row->file.purpose);
  }
  const StoredContentParts parts{
      .catalog = catalog_, .blobs = blobs_, .clock = clock_, .log = log_};
  TRY(std::unique_ptr<StoredContent> stored, find_stored_content(*row, parts));
  return std::make_unique<Content>(std::move(stored), verified_blocks_, log_);
}

Result<std::unique_ptr<Content>> Library::open_content(const catalog::Scope& scope,
                                                       std::string_view id) {
  TRY(std::unique_ptr<Content> content, find_content(scope, id));
  TRY_DO(content->open());
  return content;
}

Result<catalog::FilePage> Library::list(catalog::FileQuery query) {
  query.now = clock_.now();
  return catalog_.list_files(query);
}

}  // namespace argot::files
