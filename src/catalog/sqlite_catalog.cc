#include "catalog/sqlite_catalog.h"

#include <atomic>
#include <cstddef>
#include <mutex>
#include <optional>
#include <utility>

#include "base/assert.h"
#include "catalog/attempt_rows.h"
#include "catalog/file_rows.h"
#include "catalog/limit_rows.h"
#include "catalog/tenant_rows.h"
#include "catalog/upload_rows.h"
#include "catalog/waiting_rows.h"

namespace argot::catalog {

Result<std::unique_ptr<SqliteCatalog>> SqliteCatalog::open(const SqliteOptions& options) {
  const DatabaseOptions database{.path = options.path,
                                 .busy_timeout = options.busy_timeout,
                                 .integrity_check = options.integrity_check};
  TRY(std::unique_ptr<Connection> writer, open_database(database));
  std::vector<std::unique_ptr<Connection>> readers;
  for (std::size_t index = 0; index < options.readers; ++index) {
    TRY(std::unique_ptr<Connection> reader, open_reader(database));
    readers.push_back(std::move(reader));
  }
  return std::unique_ptr<SqliteCatalog>(
      new SqliteCatalog(options, std::move(writer), std::move(readers)));
}

SqliteCatalog::SqliteCatalog(const SqliteOptions& options, std::unique_ptr<Connection> writer,
                             std::vector<std::unique_ptr<Connection>> readers)
    : clock_(options.clock),
      random_(options.random),
      commits_(writer->commits()),
      readers_(std::move(readers), options.busy_timeout),
      writer_(
          std::move(writer),
          WriterOptions{.on_outcome_unknown = options.on_outcome_unknown, .clock = &options.clock},
          options.log) {}

SqliteCatalog::~SqliteCatalog() {
  // Whoever wants to know calls close() himself.
  [[maybe_unused]] const Result<> closed = close();
}

Result<> SqliteCatalog::close() {
  {
    const std::scoped_lock lock(commits_mutex_);
    commits_ = nullptr;
  }
  // Readers first, so that the writer is the last one and can put the log away.
  readers_.close();
  return writer_.close();
}

std::optional<Revision> SqliteCatalog::revision() {
  const std::shared_lock lock(commits_mutex_);
  if (commits_ == nullptr) return std::nullopt;
  Revision revision;
  for (std::size_t word = 0; word < revision.words.size(); ++word) {
    revision.words[word] = commits_[word];
  }
  // What is read next must not have been read before.
  std::atomic_thread_fence(std::memory_order_acquire);
  return revision;
}

template <typename T, typename Operation>
Result<T> SqliteCatalog::change(const Operation& operation) {
  std::optional<T> value;
  const Writer::Operation run = [&](Connection& connection) -> Result<> {
    TRY(value, operation(connection));
    return {};
  };
  TRY_DO(writer_.run(run));
  ASSERT(value.has_value());  // a change without one has failed
  return *std::move(value);
}

Result<Project> SqliteCatalog::create_organization(std::string name) {
  const std::string id = mint_random_id("org-", random_);
  Project project{.id = mint_random_id("proj_", random_), .organization_id = id, .name = "default"};
  const WallTime now = clock_.now();
  const Writer::Operation insert = [&](Connection& connection) -> Result<> {
    TRY_DO(insert_organization(connection, id, name, now));
    return insert_project(connection, project, now);
  };
  TRY_DO(writer_.run(insert));
  return project;
}

Result<Project> SqliteCatalog::create_project(std::string organization_id, std::string name) {
  Project project{.id = mint_random_id("proj_", random_),
                  .organization_id = std::move(organization_id),
                  .name = std::move(name)};
  const WallTime now = clock_.now();
  TRY_DO(writer_.run(
      [&](Connection& connection) { return insert_project(connection, project, now); }));
  return project;
}

Result<std::vector<Project>> SqliteCatalog::projects(std::string_view organization_id) {
  TRY(const ReaderPool::Lease reader, readers_.lend());
  return select_projects(*reader, organization_id);
}

Result<std::vector<std::string>> SqliteCatalog::organizations() {
  TRY(const ReaderPool::Lease reader, readers_.lend());
  return select_organizations(*reader);
}

Result<> SqliteCatalog::create_key(const Key& key) {
  return writer_.run([&](Connection& connection) { return insert_key(connection, key); });
}

Result<std::optional<Key>> SqliteCatalog::find_key(std::string_view public_id) {
  TRY(const ReaderPool::Lease reader, readers_.lend());
  return select_key(*reader, public_id);
}

Result<std::vector<Key>> SqliteCatalog::keys() {
  TRY(const ReaderPool::Lease reader, readers_.lend());
  return select_keys(*reader);
}

Result<> SqliteCatalog::revoke_key(std::string_view public_id, WallTime now) {
  return writer_.run(
      [&](Connection& connection) { return update_key_revoked(connection, public_id, now); });
}

Result<LimitOverrides> SqliteCatalog::limits(const Scope& scope) {
  TRY(const ReaderPool::Lease reader, readers_.lend());
  return select_limits(*reader, scope);
}

Result<> SqliteCatalog::set_limits(const Scope& owner, const std::vector<LimitChange>& changes,
                                   WallTime now) {
  if (changes.empty()) return {};
  return writer_.run(
      [&](Connection& connection) { return change_limits(connection, owner, changes, now); });
}

Result<File> SqliteCatalog::commit_file(const NewFile& file) {
  return change<File>(
      [&](Connection& connection) { return commit_row(connection, file, clock_.now(), random_); });
}

Result<std::optional<File>> SqliteCatalog::find_file(const Scope& scope, std::string_view id,
                                                     WallTime now) {
  TRY(const ReaderPool::Lease reader, readers_.lend());
  return select_file(*reader, scope, id, now);
}

Result<std::optional<FileWithChecksums>> SqliteCatalog::find_content(const Scope& scope,
                                                                     std::string_view id,
                                                                     WallTime now) {
  TRY(const ReaderPool::Lease reader, readers_.lend());
  return select_content(*reader, scope, id, now);
}

Result<std::optional<FileWithReport>> SqliteCatalog::find_report(const Scope& scope,
                                                                 std::string_view id,
                                                                 WallTime now) {
  TRY(const ReaderPool::Lease reader, readers_.lend());
  return select_report(*reader, scope, id, now);
}

Result<FilePage> SqliteCatalog::list_files(const FileQuery& query) {
  TRY(const ReaderPool::Lease reader, readers_.lend());
  return select_page(*reader, query);
}

Result<bool> SqliteCatalog::delete_file(const Scope& scope, std::string_view id, WallTime now) {
  return change<bool>(
      [&](Connection& connection) { return delete_row(connection, scope, id, now); });
}

Result<Usage> SqliteCatalog::organization_usage(std::string_view organization_id) {
  TRY(const ReaderPool::Lease reader, readers_.lend());
  return select_organization_usage(*reader, organization_id);
}

Result<Usage> SqliteCatalog::project_usage(std::string_view project_id) {
  TRY(const ReaderPool::Lease reader, readers_.lend());
  return select_project_usage(*reader, project_id);
}

Result<Usage> SqliteCatalog::total_usage() {
  TRY(const ReaderPool::Lease reader, readers_.lend());
  return select_total_usage(*reader);
}

Result<Upload> SqliteCatalog::create_upload(const NewUpload& upload) {
  return change<Upload>([&](Connection& connection) {
    return insert_upload(connection, upload, clock_.now(), random_);
  });
}

Result<std::optional<Upload>> SqliteCatalog::find_upload(const Scope& scope, std::string_view id,
                                                         WallTime now) {
  TRY(const ReaderPool::Lease reader, readers_.lend());
  return select_upload(*reader, scope, id, now);
}

Result<UploadPart> SqliteCatalog::add_part(const NewPart& part) {
  return change<UploadPart>(
      [&](Connection& connection) { return insert_part(connection, part, clock_.now(), random_); });
}

Result<std::vector<UploadPart>> SqliteCatalog::upload_parts(std::string_view upload_id) {
  TRY(const ReaderPool::Lease reader, readers_.lend());
  return select_upload_parts(*reader, upload_id);
}

Result<File> SqliteCatalog::complete_upload(const Completion& completion) {
  return change<File>([&](Connection& connection) {
    return complete_upload_row(connection, completion, clock_.now(), random_);
  });
}

Result<Upload> SqliteCatalog::cancel_upload(const Scope& scope, std::string_view id, WallTime now) {
  return change<Upload>(
      [&](Connection& connection) { return cancel_upload_row(connection, scope, id, now); });
}

Result<std::uint64_t> SqliteCatalog::expire_uploads(WallTime now, std::uint64_t count) {
  return change<std::uint64_t>(
      [&](Connection& connection) { return expire_upload_rows(connection, now, count); });
}

Result<std::uint64_t> SqliteCatalog::forget_uploads(WallTime now, std::uint64_t count) {
  return change<std::uint64_t>(
      [&](Connection& connection) { return forget_upload_rows(connection, now, count); });
}

Result<std::vector<ContentPart>> SqliteCatalog::content_parts(const BlobId& content) {
  TRY(const ReaderPool::Lease reader, readers_.lend());
  return select_content_parts(*reader, content);
}

Result<std::optional<WaitingFile>> SqliteCatalog::claim_waiting(
    std::string_view after_organization_id, WallTime now, WallTime until) {
  {
    // Mostly nothing waits, and then nobody needs to wait for the writer.
    TRY(const ReaderPool::Lease reader, readers_.lend());
    TRY(const auto sequence, select_waiting(*reader, after_organization_id, now));
    if (!sequence) return std::nullopt;
  }
  return change<std::optional<WaitingFile>>([&](Connection& connection) {
    return claim_waiting_row(connection, after_organization_id, now, until);
  });
}

Result<bool> SqliteCatalog::settle_waiting(const WaitingFile& file, const Settlement& settlement) {
  return change<bool>(
      [&](Connection& connection) { return settle_waiting_row(connection, file, settlement); });
}

Result<> SqliteCatalog::return_waiting(const WaitingFile& file, WallTime until) {
  return writer_.run(
      [&](Connection& connection) { return return_waiting_row(connection, file, until); });
}

Result<> SqliteCatalog::release_waiting() {
  return writer_.run([](Connection& connection) { return release_waiting_rows(connection); });
}

Result<std::uint64_t> SqliteCatalog::waiting_files() {
  TRY(const ReaderPool::Lease reader, readers_.lend());
  return count_waiting(*reader);
}

Result<std::uint64_t> SqliteCatalog::delete_expired(WallTime now, std::uint64_t count) {
  return change<std::uint64_t>(
      [&](Connection& connection) { return delete_expired_rows(connection, now, count); });
}

Result<std::vector<Garbage>> SqliteCatalog::garbage(std::int64_t after, std::uint64_t count) {
  TRY(const ReaderPool::Lease reader, readers_.lend());
  return select_garbage(*reader, after, count);
}

Result<> SqliteCatalog::forget_garbage(const std::vector<Garbage>& removed) {
  if (removed.empty()) return {};
  return writer_.run([&](Connection& connection) { return delete_garbage(connection, removed); });
}

Result<std::uint64_t> SqliteCatalog::forget_attempts(WallTime now, std::uint64_t count) {
  return change<std::uint64_t>(
      [&](Connection& connection) { return delete_attempts(connection, now, count); });
}

Result<std::vector<StoredFile>> SqliteCatalog::stored_files(std::int64_t sequence,
                                                            std::uint64_t count) {
  TRY(const ReaderPool::Lease reader, readers_.lend());
  return select_stored(*reader, sequence, count);
}

Result<ScrubState> SqliteCatalog::scrub_state() {
  TRY(const ReaderPool::Lease reader, readers_.lend());
  return select_scrub_state(*reader);
}

Result<> SqliteCatalog::set_scrub_state(const ScrubState& state) {
  return writer_.run([&](Connection& connection) { return update_scrub_state(connection, state); });
}

Result<bool> SqliteCatalog::is_known(const BlobId& blob) {
  TRY(const ReaderPool::Lease reader, readers_.lend());
  return select_is_known(*reader, blob);
}

Result<> SqliteCatalog::check() {
  if (writer_.is_poisoned()) {
    return fail(ErrorCode::unavailable, "an earlier commit has an unknown outcome");
  }
  TRY(const ReaderPool::Lease reader, readers_.lend());
  return select_check(*reader);
}

}  // namespace argot::catalog
