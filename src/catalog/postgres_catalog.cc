#include "catalog/postgres_catalog.h"

#include <utility>

#include "catalog/fingerprint.h"
#include "catalog/postgres_commit.h"
#include "catalog/postgres_duty_rows.h"
#include "catalog/postgres_file_rows.h"
#include "catalog/postgres_orphan_rows.h"
#include "catalog/postgres_schema.h"
#include "catalog/postgres_upload_rows.h"
#include "catalog/postgres_waiting_rows.h"
#include "catalog/upload_values.h"

namespace argot::catalog {
namespace {

// Broken connections and conflicts, one after the other, before a call gives up. Mostly the second
// attempt succeeds.
constexpr int attempts_max = 10;

// Of several that are in each other's way, the one that goes first is done by then.
constexpr std::chrono::milliseconds conflict_pause{5};

}  // namespace

Result<std::unique_ptr<PostgresCatalog>> PostgresCatalog::open(const PostgresOptions& options) {
  TRY(PostgresAddress address, PostgresAddress::parse(options.address));
  TRY_DO(prepare_postgres(address, options.timeouts));
  return std::unique_ptr<PostgresCatalog>(new PostgresCatalog(options, std::move(address)));
}

PostgresCatalog::PostgresCatalog(const PostgresOptions& options, PostgresAddress address)
    : clock_(options.clock),
      random_(options.random),
      log_(options.log),
      address_(std::move(address)),
      timeouts_(options.timeouts),
      outcome_attempts_max_(options.outcome_attempts_max),
      outcome_pause_(options.outcome_pause),
      pool_([this] { return connect(); }, options.pool) {}

Result<std::unique_ptr<PostgresConnection>> PostgresCatalog::connect() {
  Result<std::unique_ptr<PostgresConnection>> connection = open_postgres(address_, timeouts_);
  if (connection) return connection;
  const Error& error = connection.error();
  log_.warning("catalog_unreachable", {{"server", address_.name()}, {"error", error.detail}});
  // What would stop a start keeps a running process waiting for the operator.
  return fail(error.code == ErrorCode::overloaded ? error.code : ErrorCode::unavailable,
              error.detail);
}

template <typename Operation>
auto PostgresCatalog::read(const Operation& operation)
    -> decltype(operation(std::declval<PostgresConnection&>())) {
  for (int attempt = 1;; ++attempt) {
    TRY(const PostgresPool::Lease connection, pool_.lend());
    auto outcome = operation(*connection);
    if (outcome || connection->trouble() == PostgresTrouble::none) return outcome;
    const bool is_worth_it = connection->trouble() == PostgresTrouble::broken ||
                             connection->trouble() == PostgresTrouble::conflict;
    if (!is_worth_it || attempt == attempts_max) return outcome;
    if (connection->is_broken()) pool_.drop_idle();
  }
}

template <typename Operation>
auto PostgresCatalog::change(const Operation& operation)
    -> decltype(operation(std::declval<PostgresTransaction&>(), postgres::Repetition::no)) {
  Progress progress;
  for (;;) {
    Result<PostgresPool::Lease> connection = pool_.lend();
    if (!connection) {
      if (!progress.is_outcome_unknown) return fail(std::move(connection).error());
      if (waits_for_server(progress)) continue;
      return fail(ErrorCode::outcome_unknown, connection.error().detail);
    }
    PostgresTransaction transaction(**connection);
    auto outcome = operation(transaction, progress.is_outcome_unknown
                                              ? postgres::Repetition::after_unknown_outcome
                                              : postgres::Repetition::no);
    transaction.undo();
    if (outcome || transaction.trouble() == PostgresTrouble::none) return outcome;
    if (is_to_be_repeated(transaction, progress)) continue;
    if (!progress.is_outcome_unknown) return outcome;
    return fail(ErrorCode::outcome_unknown, outcome.error().detail);
  }
}

bool PostgresCatalog::is_to_be_repeated(const PostgresTransaction& transaction,
                                        Progress& progress) {
  const bool is_broken = transaction.trouble() == PostgresTrouble::broken;
  if (!is_broken && transaction.trouble() != PostgresTrouble::conflict) return false;
  if (is_broken) pool_.drop_idle();
  if (transaction.is_outcome_unknown()) {
    if (!progress.is_outcome_unknown) {
      progress.until = clock_.steady() + outcome_attempts_max_ * outcome_pause_;
    }
    progress.is_outcome_unknown = true;
    log_.warning("catalog_commit_interrupted", {{"server", address_.name()}});
  }
  if (progress.is_outcome_unknown) return waits_for_server(progress);
  if (progress.attempt++ == attempts_max) return false;
  return is_broken || pool_.pause(progress.attempt * conflict_pause);
}

bool PostgresCatalog::waits_for_server(Progress& progress) {
  return progress.attempt++ < outcome_attempts_max_ && clock_.steady() < progress.until &&
         pool_.pause(outcome_pause_);
}

Project PostgresCatalog::mint_organization() {
  return {.id = mint_random_id("proj_", random_),
          .organization_id = mint_random_id("org-", random_),
          .name = "default"};
}

Result<Project> PostgresCatalog::create_organization(std::string name) {
  Project project = mint_organization();
  const WallTime now = clock_.now();
  TRY_DO(change([&](PostgresTransaction& transaction, postgres::Repetition repetition) {
    return postgres::add_organization(transaction, project, name, now, repetition);
  }));
  return project;
}

Result<std::string> PostgresCatalog::first_organization(std::string name) {
  const Project project = mint_organization();
  const WallTime now = clock_.now();
  return change([&](PostgresTransaction& transaction, postgres::Repetition repetition) {
    return postgres::find_or_add_organization(transaction, project, name, now, repetition);
  });
}

Result<Project> PostgresCatalog::create_project(std::string organization_id, std::string name) {
  Project project{.id = mint_random_id("proj_", random_),
                  .organization_id = std::move(organization_id),
                  .name = std::move(name)};
  const WallTime now = clock_.now();
  TRY_DO(change([&](PostgresTransaction& transaction, postgres::Repetition repetition) {
    return postgres::add_project(transaction, project, now, repetition);
  }));
  return project;
}

Result<std::vector<Project>> PostgresCatalog::projects(std::string_view organization_id) {
  return read([&](PostgresConnection& connection) {
    return postgres::select_projects(connection, organization_id);
  });
}

Result<std::vector<std::string>> PostgresCatalog::organizations() {
  return read(postgres::select_organizations);
}

Result<> PostgresCatalog::create_key(const Key& key) {
  return change([&](PostgresTransaction& transaction, postgres::Repetition repetition) {
    return postgres::add_key(transaction, key, repetition);
  });
}

Result<std::optional<Key>> PostgresCatalog::find_key(std::string_view public_id) {
  return read(
      [&](PostgresConnection& connection) { return postgres::select_key(connection, public_id); });
}

Result<std::vector<Key>> PostgresCatalog::keys() { return read(postgres::select_keys); }

Result<> PostgresCatalog::revoke_key(std::string_view public_id, WallTime now) {
  return change([&](PostgresTransaction& transaction, postgres::Repetition) {
    return postgres::revoke_key(transaction, public_id, now);
  });
}

Result<LimitOverrides> PostgresCatalog::limits(const Scope& scope) {
  return read(
      [&](PostgresConnection& connection) { return postgres::select_limits(connection, scope); });
}

Result<> PostgresCatalog::set_limits(const Scope& owner, const std::vector<LimitChange>& changes,
                                     WallTime now) {
  if (changes.empty()) return {};
  return change([&](PostgresTransaction& transaction, postgres::Repetition) {
    return postgres::change_limits(transaction, owner, changes, now);
  });
}

Result<File> PostgresCatalog::commit_file(const NewFile& file) {
  postgres::Commit commit{.file = file, .fingerprint = {}, .now = clock_.now(), .random = random_};
  if (file.attempt) commit.fingerprint = fingerprint_of(file);
  for (int attempt = 1; attempt <= attempts_max; ++attempt) {
    TRY(std::optional<File> committed, insert_or_find(commit));
    if (committed) return *std::move(committed);
    // The same was done before, or is being done by somebody else.
    TRY(std::optional<File> claimed, claim(commit));
    if (claimed) return *std::move(claimed);
  }
  return fail(ErrorCode::overloaded, "the same file is created and deleted again and again");
}

Result<std::optional<File>> PostgresCatalog::insert_or_find(const postgres::Commit& commit) {
  return change([&](PostgresTransaction& transaction,
                    postgres::Repetition repetition) -> Result<std::optional<File>> {
    if (repetition == postgres::Repetition::after_unknown_outcome) {
      TRY(std::optional<File> committed, postgres::find_committed(transaction, commit));
      if (committed) return committed;
    }
    return postgres::commit_row(transaction, commit);
  });
}

Result<std::optional<File>> PostgresCatalog::claim(const postgres::Commit& commit) {
  return change([&](PostgresTransaction& transaction,
                    postgres::Repetition repetition) -> Result<std::optional<File>> {
    // With an idempotency key nothing is noted, and the answer is always the same.
    const bool is_noted = commit.file.attempt->idempotency_key.empty();
    if (is_noted && repetition == postgres::Repetition::after_unknown_outcome) {
      return fail(ErrorCode::outcome_unknown, "the connection broke while a retry was noted");
    }
    return postgres::claim_row(transaction, commit);
  });
}

Result<std::optional<File>> PostgresCatalog::find_file(const Scope& scope, std::string_view id,
                                                       WallTime now) {
  return read([&](PostgresConnection& connection) {
    return postgres::select_file(connection, scope, id, now);
  });
}

Result<std::optional<FileWithChecksums>> PostgresCatalog::find_content(const Scope& scope,
                                                                       std::string_view id,
                                                                       WallTime now) {
  return read([&](PostgresConnection& connection) {
    return postgres::select_content(connection, scope, id, now);
  });
}

Result<std::optional<FileWithReport>> PostgresCatalog::find_report(const Scope& scope,
                                                                   std::string_view id,
                                                                   WallTime now) {
  return read([&](PostgresConnection& connection) {
    return postgres::select_report(connection, scope, id, now);
  });
}

Result<FilePage> PostgresCatalog::list_files(const FileQuery& query) {
  return read(
      [&](PostgresConnection& connection) { return postgres::select_page(connection, query); });
}

Result<bool> PostgresCatalog::delete_file(const Scope& scope, std::string_view id, WallTime now) {
  return change([&](PostgresTransaction& transaction, postgres::Repetition repetition) {
    return postgres::delete_row(transaction, scope, id, now, repetition);
  });
}

Result<Usage> PostgresCatalog::organization_usage(std::string_view organization_id) {
  return read([&](PostgresConnection& connection) {
    return postgres::select_organization_usage(connection, organization_id);
  });
}

Result<Usage> PostgresCatalog::project_usage(std::string_view project_id) {
  return read([&](PostgresConnection& connection) {
    return postgres::select_project_usage(connection, project_id);
  });
}

Result<Usage> PostgresCatalog::total_usage() { return read(postgres::select_total_usage); }

Result<Upload> PostgresCatalog::create_upload(const NewUpload& upload) {
  const WallTime now = clock_.now();
  Upload row = new_upload(upload, now, random_);
  TRY_DO(change([&](PostgresTransaction& transaction, postgres::Repetition) {
    return postgres::add_upload(transaction, row, now);
  }));
  return row;
}

Result<std::optional<Upload>> PostgresCatalog::find_upload(const Scope& scope, std::string_view id,
                                                           WallTime now) {
  return read([&](PostgresConnection& connection) {
    return postgres::select_upload(connection, scope, id, now);
  });
}

Result<UploadPart> PostgresCatalog::add_part(const NewPart& part) {
  UploadPart row = new_part(part, clock_.now(), random_);
  TRY_DO(change([&](PostgresTransaction& transaction, postgres::Repetition) {
    return postgres::add_part_row(transaction, part, row);
  }));
  return row;
}

Result<std::vector<UploadPart>> PostgresCatalog::upload_parts(std::string_view upload_id) {
  return read([&](PostgresConnection& connection) {
    return postgres::select_upload_parts(connection, upload_id);
  });
}

Result<File> PostgresCatalog::complete_upload(const Completion& completion) {
  return change([&](PostgresTransaction& transaction, postgres::Repetition) {
    return postgres::complete_upload_row(transaction, completion, clock_.now(), random_);
  });
}

Result<Upload> PostgresCatalog::cancel_upload(const Scope& scope, std::string_view id,
                                              WallTime now) {
  return change([&](PostgresTransaction& transaction, postgres::Repetition) {
    return postgres::cancel_upload_row(transaction, scope, id, now);
  });
}

Result<std::uint64_t> PostgresCatalog::expire_uploads(WallTime now, std::uint64_t count) {
  return change([&](PostgresTransaction& transaction, postgres::Repetition) {
    return postgres::expire_upload_rows(transaction, now, count);
  });
}

Result<std::uint64_t> PostgresCatalog::forget_uploads(WallTime now, std::uint64_t count) {
  return change([&](PostgresTransaction& transaction, postgres::Repetition) {
    return postgres::forget_upload_rows(transaction, now, count);
  });
}

Result<std::vector<ContentPart>> PostgresCatalog::content_parts(const BlobId& content) {
  return read([&](PostgresConnection& connection) {
    return postgres::select_content_parts(connection, content);
  });
}

Result<std::optional<WaitingFile>> PostgresCatalog::claim_waiting(
    std::string_view after_organization_id, WallTime now, WallTime until) {
  for (int attempt = 1; attempt <= attempts_max; ++attempt) {
    TRY(const std::optional<std::int64_t> sequence, read([&](PostgresConnection& connection) {
          return postgres::select_waiting(connection, after_organization_id, now);
        }));
    if (!sequence) return std::nullopt;
    TRY(std::optional<WaitingFile> claimed,
        change([&](PostgresTransaction& transaction, postgres::Repetition) {
          return postgres::claim_waiting_row(transaction, *sequence, {.now = now, .until = until});
        }));
    if (claimed) return claimed;
    // Somebody else took it between the look and the claim.
  }
  return std::nullopt;
}

Result<bool> PostgresCatalog::settle_waiting(const WaitingFile& file,
                                             const Settlement& settlement) {
  return change([&](PostgresTransaction& transaction, postgres::Repetition repetition) {
    return postgres::settle_waiting_row(transaction, file, settlement, repetition);
  });
}

Result<> PostgresCatalog::return_waiting(const WaitingFile& file, WallTime until) {
  return change([&](PostgresTransaction& transaction, postgres::Repetition) {
    return postgres::return_waiting_row(transaction, file, until);
  });
}

Result<> PostgresCatalog::release_waiting() {
  return change([&](PostgresTransaction& transaction, postgres::Repetition) {
    return postgres::release_waiting_rows(transaction);
  });
}

Result<std::uint64_t> PostgresCatalog::waiting_files() {
  return read(postgres::count_waiting_rows);
}

Result<bool> PostgresCatalog::claim_duty(const DutyClaim& claim) {
  return change([&](PostgresTransaction& transaction, postgres::Repetition) {
    return postgres::claim_duty_row(transaction, claim);
  });
}

Result<> PostgresCatalog::give_up_duty(std::string_view duty, std::string_view holder) {
  return change([&](PostgresTransaction& transaction, postgres::Repetition) {
    return postgres::give_up_duty_row(transaction, duty, holder);
  });
}

Result<std::uint64_t> PostgresCatalog::delete_expired(WallTime now, std::uint64_t count) {
  return change([&](PostgresTransaction& transaction, postgres::Repetition) {
    return postgres::delete_expired_rows(transaction, now, count);
  });
}

Result<std::vector<Garbage>> PostgresCatalog::garbage(std::int64_t after, std::uint64_t count) {
  return read([&](PostgresConnection& connection) {
    return postgres::select_garbage(connection, after, count);
  });
}

Result<> PostgresCatalog::forget_garbage(const std::vector<Garbage>& removed) {
  if (removed.empty()) return {};
  return change([&](PostgresTransaction& transaction, postgres::Repetition) {
    return postgres::delete_garbage(transaction, removed);
  });
}

Result<std::uint64_t> PostgresCatalog::forget_attempts(WallTime now, std::uint64_t count) {
  return change([&](PostgresTransaction& transaction, postgres::Repetition) {
    return postgres::delete_attempts(transaction, now, count);
  });
}

Result<std::vector<StoredFile>> PostgresCatalog::stored_files(std::int64_t sequence,
                                                              std::uint64_t count) {
  return read([&](PostgresConnection& connection) {
    return postgres::select_stored(connection, sequence, count);
  });
}

Result<ScrubState> PostgresCatalog::scrub_state() { return read(postgres::select_scrub_state); }

Result<> PostgresCatalog::set_scrub_state(const ScrubState& state) {
  return change([&](PostgresTransaction& transaction, postgres::Repetition) {
    return postgres::update_scrub_state(transaction, state);
  });
}

Result<bool> PostgresCatalog::is_known(const BlobId& blob) {
  return read(
      [&](PostgresConnection& connection) { return postgres::select_is_known(connection, blob); });
}

Result<std::vector<BlobId>> PostgresCatalog::condemn(std::vector<BlobId> blobs, WallTime now) {
  if (blobs.empty()) return blobs;
  return change([&](PostgresTransaction& transaction, postgres::Repetition) {
    return postgres::condemn_blobs(transaction, blobs, now);
  });
}

Result<> PostgresCatalog::check() {
  return read([&](PostgresConnection& connection) -> Result<> {
    // An operator may have changed what a start asked for.
    if (Result<> fit = check_server(connection, address_); !fit) {
      return fail(ErrorCode::unavailable, std::move(fit).error().detail);
    }
    return postgres::select_check(connection);
  });
}

}  // namespace argot::catalog
