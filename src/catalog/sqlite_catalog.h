// The catalogue in one SQLite file: what the program uses unless it is told otherwise. The format
// is docs/formats/catalogue.md.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/log.h"
#include "base/random.h"
#include "catalog/catalog.h"
#include "catalog/reader_pool.h"
#include "catalog/schema.h"
#include "catalog/writer.h"

namespace argot::catalog {

struct SqliteOptions {
  std::string path;
  // All three must outlive the catalogue.
  Clock& clock;
  Random& random;
  Log& log;
  // Called once, by the catalogue's own thread, when a commit's outcome is unknown. It may end the
  // process; it must not call the catalogue.
  std::function<void(const Error&)> on_outcome_unknown;
  std::size_t readers = 4;
  // How long one change or one read waits for other processes, and a read for a free connection.
  std::chrono::milliseconds busy_timeout{5'000};
  IntegrityCheck integrity_check = IntegrityCheck::after_crash;
};

// Several processes may have the same file open: a change of one is seen by the next read of
// another.
class SqliteCatalog final : public Catalog {
 public:
  // Makes the file where there is none. Error: cannot_start, in one line that says how to mend it.
  static Result<std::unique_ptr<SqliteCatalog>> open(const SqliteOptions& options);

  ~SqliteCatalog() override;

  // Ends the changes and reads under way and leaves one tidy file. Further calls get `unavailable`.
  // Calling it again does nothing.
  Result<> close();

  WriterStats stats() const { return writer_.stats(); }

  std::optional<Revision> revision() override;

  Result<Project> create_organization(std::string name) override;
  Result<Project> create_project(std::string organization_id, std::string name) override;
  Result<std::vector<Project>> projects(std::string_view organization_id) override;
  Result<std::vector<std::string>> organizations() override;

  Result<> create_key(const Key& key) override;
  Result<std::optional<Key>> find_key(std::string_view public_id) override;
  Result<std::vector<Key>> keys() override;
  Result<> revoke_key(std::string_view public_id, WallTime now) override;
  Result<LimitOverrides> limits(const Scope& scope) override;
  Result<> set_limits(const Scope& owner, const std::vector<LimitChange>& changes,
                      WallTime now) override;

  Result<File> commit_file(const NewFile& file) override;
  Result<std::optional<File>> find_file(const Scope& scope, std::string_view id,
                                        WallTime now) override;
  Result<std::optional<FileWithChecksums>> find_content(const Scope& scope, std::string_view id,
                                                        WallTime now) override;
  Result<std::optional<FileWithReport>> find_report(const Scope& scope, std::string_view id,
                                                    WallTime now) override;
  Result<FilePage> list_files(const FileQuery& query) override;
  Result<bool> delete_file(const Scope& scope, std::string_view id, WallTime now) override;
  Result<Usage> organization_usage(std::string_view organization_id) override;
  Result<Usage> project_usage(std::string_view project_id) override;
  Result<Usage> total_usage() override;

  Result<Upload> create_upload(const NewUpload& upload) override;
  Result<std::optional<Upload>> find_upload(const Scope& scope, std::string_view id,
                                            WallTime now) override;
  Result<UploadPart> add_part(const NewPart& part) override;
  Result<std::vector<UploadPart>> upload_parts(std::string_view upload_id) override;
  Result<File> complete_upload(const Completion& completion) override;
  Result<Upload> cancel_upload(const Scope& scope, std::string_view id, WallTime now) override;
  Result<std::uint64_t> expire_uploads(WallTime now, std::uint64_t count) override;
  Result<std::uint64_t> forget_uploads(WallTime now, std::uint64_t count) override;
  Result<std::vector<ContentPart>> content_parts(const BlobId& content) override;

  Result<std::optional<WaitingFile>> claim_waiting(std::string_view after_organization_id,
                                                   WallTime now, WallTime until) override;
  Result<bool> settle_waiting(const WaitingFile& file, const Settlement& settlement) override;
  Result<> return_waiting(const WaitingFile& file, WallTime until) override;
  Result<> release_waiting() override;
  Result<std::uint64_t> waiting_files() override;

  Result<std::uint64_t> delete_expired(WallTime now, std::uint64_t count) override;
  Result<std::vector<Garbage>> garbage(std::int64_t after, std::uint64_t count) override;
  Result<std::vector<StoredFile>> stored_files(std::int64_t sequence, std::uint64_t count) override;
  Result<ScrubState> scrub_state() override;
  Result<> set_scrub_state(const ScrubState& state) override;
  Result<std::uint64_t> forget_attempts(WallTime now, std::uint64_t count) override;
  Result<> forget_garbage(const std::vector<Garbage>& removed) override;
  Result<bool> is_known(const BlobId& blob) override;
  Result<> check() override;

 private:
  SqliteCatalog(const SqliteOptions& options, std::unique_ptr<Connection> writer,
                std::vector<std::unique_ptr<Connection>> readers);

  // Runs `operation` on the writer's thread and gives its value once it is committed.
  template <typename T, typename Operation>
  Result<T> change(const Operation& operation);

  Clock& clock_;
  Random& random_;
  std::shared_mutex commits_mutex_;
  const volatile std::uint32_t* commits_;  // null: closed, or it cannot be told
  ReaderPool readers_;
  Writer writer_;
};

}  // namespace argot::catalog
