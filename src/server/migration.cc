#include "server/migration.h"

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <utility>

#include "base/clock.h"
#include "base/random.h"
#include "base/text.h"
#include "blob/disk_store.h"
#include "blob/s3_store.h"
#include "catalog/catalog_copy.h"
#include "catalog/postgres_import.h"
#include "server/folder_lock.h"
#include "server/s3_options.h"
#include "server/setting_values.h"

namespace argot::server {
namespace {

bool exists(const std::string& path) {
  std::error_code failure;
  return std::filesystem::exists(path, failure);
}

std::unexpected<Error> cannot_start(std::string what) {
  return fail(ErrorCode::cannot_start, std::move(what));
}

std::string pieces(std::uint64_t count) {
  return std::to_string(count) + (count == 1 ? " piece" : " pieces");
}

class Migration {
 public:
  Migration(const Settings& settings, Log& log, const MigrationWatcher& watcher)
      : settings_(settings), log_(log), watcher_(watcher) {}

  Result<MigrationReport> run() {
    TRY_DO(open_source());
    TRY_DO(open_target());
    TRY_DO(copy_content());
    TRY_DO(copy_rows());
    return report_;
  }

 private:
  std::optional<std::string> new_catalog() const {
    const CatalogLocation location = settings_.catalog_location();
    if (location.kind != CatalogLocation::Kind::postgres) return std::nullopt;
    return location.where;
  }

  // The catalogue that is copied, or that stays.
  std::string database_path() const {
    return new_catalog() ? settings_.data + "/meta.db" : settings_.catalog_location().where;
  }

  Result<> open_source();
  Result<> open_source_blobs();
  Result<> open_target();
  Result<> look_at_bucket();
  Result<catalog::TargetState> look_at_catalog();
  Result<> copy_content();
  Result<> copy_rows();

  void say(const std::string& line) const { watcher_.say(line); }

  const Settings& settings_;
  Log& log_;
  const MigrationWatcher& watcher_;
  SystemClock clock_;
  SystemRandom random_;
  std::optional<FolderLock> lock_;
  std::optional<FolderLock> blobs_lock_;  // where the content is not in the data folder
  std::unique_ptr<catalog::SqliteSnapshot> source_;
  std::unique_ptr<blob::DiskStore> source_blobs_;  // null: the content is on S3 already
  std::unique_ptr<blob::S3Store> bucket_;          // null: the content stays on the disk
  bool is_bucket_empty_ = false;
  MigrationReport report_;
};

Result<> Migration::open_source() {
  if (!new_catalog() && !settings_.blobs_s3) {
    return fail(ErrorCode::invalid_request,
                "say where it goes, as the server will be told: --catalog postgres://..., --blobs "
                "s3://..., or both");
  }
  const std::string path = database_path();
  // Before the lock, which would make the folder.
  if (!exists(path)) {
    return cannot_start("there is no catalogue at " + in_quotes(path) +
                        ": name the folder of a server with --data");
  }
  TRY(lock_, FolderLock::take(settings_.data, "--data"));
  TRY(source_, catalog::SqliteSnapshot::open(path));
  TRY(report_.totals, source_->totals());
  TRY_DO(open_source_blobs());
  say("source: " + in_quotes(settings_.data) + " has " + std::to_string(report_.totals.files) +
      " files of " + std::to_string(report_.totals.organizations) +
      " organizations; their content is " + pieces(report_.totals.blobs) + " with " +
      human_bytes(report_.totals.blob_bytes));
  return {};
}

Result<> Migration::open_source_blobs() {
  const std::string root = settings_.blobs_path();
  // Before the store, which would make the folders.
  if (!exists(root + "/FORMAT")) {
    if (settings_.blobs_s3) return {};
    return cannot_start("there is no content at " + in_quotes(root) +
                        ": name its folder with --blobs disk:PATH");
  }
  std::error_code failure;
  if (!std::filesystem::equivalent(settings_.data, root, failure)) {
    TRY(blobs_lock_, FolderLock::take(root, "--blobs"));
  }
  TRY(source_blobs_, blob::DiskStore::open({.root = root, .random = random_}));
  return {};
}

Result<> Migration::open_target() {
  if (new_catalog()) {
    TRY(const catalog::TargetState state, look_at_catalog());
    const bool is_there = state == catalog::TargetState::same;
    report_.catalog = is_there ? CatalogOutcome::there : CatalogOutcome::omitted;
  }
  if (!settings_.blobs_s3) return {};
  TRY(const blob::S3StoreOptions options,
      s3_options_of(settings_, {.clock = clock_,
                                .random = random_,
                                .log = log_,
                                .staging_folder = settings_.data + "/staging"}));
  TRY(bucket_, blob::S3Store::open(options));
  return look_at_bucket();
}

// A bucket and prefix belong to one catalogue: the servers of two would take each other's objects
// for what a crash left.
Result<> Migration::look_at_bucket() {
  std::uint64_t known = 0;
  std::uint64_t unknown = 0;
  std::string example;
  const auto see = [&](const blob::BlobEntry& entry) -> Result<> {
    if (watcher_.stop.stop_requested()) return fail(ErrorCode::unavailable, "it was stopped");
    TRY(const bool is_known, source_->is_known(entry.id));
    ++(is_known ? known : unknown);
    if (!is_known) example = entry.id.text();
    return {};
  };
  TRY_DO(bucket_->visit(see));
  is_bucket_empty_ = known == 0;
  // A server that keeps its content there already clears away what its crashes left.
  if (unknown == 0 || !source_blobs_) return {};
  return cannot_start("--blobs: " + settings_.blobs_s3->text() + " has content that " +
                      in_quotes(settings_.data) + " does not know (" + pieces(unknown) +
                      ", one is " + example +
                      "): name another prefix, or remove it if it is of an earlier migration");
}

Result<catalog::TargetState> Migration::look_at_catalog() {
  TRY(const auto target, catalog::PostgresImport::open(*new_catalog()));
  return catalog::look_at(*target, *source_);
}

Result<> Migration::copy_content() {
  std::uint64_t done = 0;
  const std::uint64_t total = report_.totals.blob_bytes;
  files::ContentCopier copier(
      source_blobs_.get(), bucket_.get(),
      {.may_be_there = !is_bucket_empty_,
       .stop = watcher_.stop,
       .on_bytes =
           [&](std::uint64_t bytes) {
             done += bytes;
             watcher_.progress(done, total);
           },
       .on_damaged =
           [&](const catalog::NeededBlob& needed, const std::string& reason) {
             say("damaged: the content of " + needed.owner + " (blob " + needed.blob.text() +
                 "): " + reason);
           }});
  const auto add = [&](const catalog::NeededBlob& needed) { return copier.add(needed); };
  TRY_DO(source_->read_needed(add));
  TRY(report_.content, copier.finish());
  const files::CopyTally& content = report_.content;
  say("content: " + pieces(content.copied) + " copied (" + human_bytes(content.copied_bytes) +
      "), " + pieces(content.there) + " there already (" + human_bytes(content.there_bytes) +
      "), each compared with its SHA-256; " + pieces(content.damaged) + " damaged");
  return {};
}

Result<> Migration::copy_rows() {
  if (report_.catalog != CatalogOutcome::omitted || report_.content.damaged > 0) return {};
  TRY(const auto target, catalog::PostgresImport::open(*new_catalog()));
  // Somebody may have come in between.
  TRY(const catalog::TargetState state, catalog::look_at(*target, *source_));
  if (state == catalog::TargetState::same) {
    report_.catalog = CatalogOutcome::there;
    return {};
  }
  const catalog::SeeRow count = [&](const catalog::PortableRow&) -> Result<> {
    if (watcher_.stop.stop_requested()) return fail(ErrorCode::unavailable, "it was stopped");
    ++report_.rows;
    return {};
  };
  TRY_DO(catalog::copy_catalog(*source_, *target, count));
  report_.catalog = CatalogOutcome::copied;
  say("catalogue: " + std::to_string(report_.rows) + " rows copied to " + target->name() +
      ", read back and compared");
  return {};
}

}  // namespace

Result<MigrationReport> migrate(const Settings& settings, Log& log,
                                const MigrationWatcher& watcher) {
  return Migration(settings, log, watcher).run();
}

}  // namespace argot::server
