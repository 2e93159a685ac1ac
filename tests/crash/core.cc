#include "tests/crash/core.h"

#include <optional>
#include <utility>
#include <vector>

#include "blob/disk_store.h"
#include "catalog/sqlite_catalog.h"
#include "server/ballasted_catalog.h"
#include "server/tenants.h"

namespace argot::crash {
namespace {

// As the server's, but small: every state of a disk has it.
constexpr std::uint64_t ballast_bytes = 16_KiB;

// What an orphan's age is measured from is the disk's clock, which a workload does not have.
constexpr std::chrono::milliseconds orphans_at_once = std::chrono::hours(-1'000'000);

}  // namespace

std::string catalog_path(const std::string& data) { return data + "/meta.db"; }

Result<std::unique_ptr<Core>> Core::open(const CoreOptions& options) {
  std::unique_ptr<Core> core(new Core);
  TRY_DO(core->open_storage(options));
  TRY(core->scope_, server::ensure_organization(*core->catalog_));
  policy::Policy policy;
  policy.organization_bytes_max = quota_bytes;
  core->library_ = std::make_unique<files::Library>(
      *core->catalog_, *core->blobs_, options.clock, core->log_,
      files::LibraryOptions{.policy = std::move(policy), .free_bytes_min = 0});
  core->sweeper_ =
      std::make_unique<files::Sweeper>(*core->catalog_, *core->blobs_, core->library_->live_blobs(),
                                       options.clock, core->log_, orphans_at_once);
  TRY_DO(core->hand_out_key(options));
  TRY(const std::vector<catalog::Project> projects,
      core->catalog_->projects(core->scope_.organization_id));
  core->scope_.project_id = projects.front().id;
  return core;
}

// The order of server::App::open_storage().
Result<> Core::open_storage(const CoreOptions& options) {
  TRY(folder_, server::DataFolder::open(options.data));
  ballast_ = std::make_unique<server::Ballast>(catalog_path(options.data) + "-ballast", log_,
                                               ballast_bytes);
  ballast_->prepare();
  TRY(auto catalog,
      catalog::SqliteCatalog::open({.path = catalog_path(options.data),
                                    .clock = options.clock,
                                    .random = options.random,
                                    .log = log_,
                                    .on_outcome_unknown =
                                        [stop = options.on_fail_stop](const Error&) {
                                          if (stop) stop();
                                        },
                                    // Each costs a start some time, and the tests start often.
                                    .readers = 2,
                                    .integrity_check = catalog::IntegrityCheck::always}));
  catalog_ = std::make_unique<server::BallastedCatalog>(std::move(catalog), *ballast_);
  TRY(blobs_,
      blob::DiskStore::open(
          {.root = options.data,
           .random = options.random,
           .operations = options.mutant == nullptr ? nullptr : options.mutant->operations()}));
  TRY_DO(blobs_->recover());
  if (options.mutant != nullptr) {
    blobs_ = options.mutant->wrap_store(std::move(blobs_));
    catalog_ = options.mutant->wrap_catalog(std::move(catalog_), *blobs_);
  }
  return {};
}

// The order of server::App::hand_out_key().
Result<> Core::hand_out_key(const CoreOptions& options) {
  const std::optional<std::string> stored = folder_->stored_key();
  TRY(const std::optional<server::FirstKey> key,
      server::choose_first_key(*catalog_, stored, options.random));
  TRY_DO(folder_->write_credentials(
      {.key = key ? std::optional(key->text) : stored, .server_url = "http://127.0.0.1:8080/v1"}));
  if (!key) return {};
  TRY([[maybe_unused]] const bool is_new,
      server::add_first_key(*catalog_, *key, scope_, options.clock.now()));
  return {};
}

Result<> Core::sweep() {
  TRY([[maybe_unused]] const std::uint64_t expired, sweeper_->remove_expired());
  TRY([[maybe_unused]] const std::uint64_t ended, sweeper_->end_uploads());
  TRY([[maybe_unused]] const std::uint64_t garbage, sweeper_->remove_garbage());
  ballast_->renew();
  return {};
}

}  // namespace argot::crash
