// The catalogue on a PostgreSQL server, which many processes share. The format is
// docs/formats/catalogue.md; what happens when a connection breaks is docs/adr/0015.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/log.h"
#include "base/random.h"
#include "catalog/catalog.h"
#include "catalog/postgres_address.h"
#include "catalog/postgres_commit.h"
#include "catalog/postgres_pool.h"
#include "catalog/postgres_tenant_rows.h"
#include "catalog/postgres_transaction.h"

namespace argot::catalog {

struct PostgresOptions {
  std::string address;  // postgres://USER:PASSWORD@HOST:PORT/DATABASE
  // All three must outlive the catalogue.
  Clock& clock;
  Random& random;
  Log& log;
  PostgresPoolOptions pool = {};
  PostgresTimeouts timeouts = {};
  // How often, and how far apart, a server that went away in the middle of a commit is asked what
  // became of it, for no longer than the pauses alone would take. With these, a server may take ten
  // seconds to come back; where it does not even refuse, a connection that is being tried is waited
  // for beyond that (PostgresTimeouts).
  int outcome_attempts_max = 100;
  std::chrono::milliseconds outcome_pause{100};
};

// Each call takes a connection of its own, and the server lets those that commit at once share a
// sync. A commit whose connection breaks is looked up over another one; outcome_unknown is the
// answer only where the server stays away, and refuses nothing that comes later.
class PostgresCatalog final : public Catalog {
 public:
  // Makes the tables where there are none. Error: cannot_start, in one line that says how to mend
  // it.
  static Result<std::unique_ptr<PostgresCatalog>> open(const PostgresOptions& options);

  // Waits for the calls under way. Further calls get `unavailable`. Calling it again does nothing.
  void close() { pool_.close(); }

  bool reads_wait() const override { return true; }
  bool is_shared() const override { return true; }

  Result<Project> create_organization(std::string name) override;
  Result<std::string> first_organization(std::string name) override;
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

  Result<bool> claim_duty(const DutyClaim& claim) override;
  Result<> give_up_duty(std::string_view duty, std::string_view holder) override;
  Result<std::uint64_t> delete_expired(WallTime now, std::uint64_t count) override;
  Result<std::vector<Garbage>> garbage(std::int64_t after, std::uint64_t count) override;
  Result<std::vector<StoredFile>> stored_files(std::int64_t sequence, std::uint64_t count) override;
  Result<ScrubState> scrub_state() override;
  Result<> set_scrub_state(const ScrubState& state) override;
  Result<std::uint64_t> forget_attempts(WallTime now, std::uint64_t count) override;
  Result<> forget_garbage(const std::vector<Garbage>& removed) override;
  Result<bool> is_known(const BlobId& blob) override;
  Result<std::vector<BlobId>> condemn(std::vector<BlobId> blobs, WallTime now) override;
  Result<> check() override;

 private:
  PostgresCatalog(const PostgresOptions& options, PostgresAddress address);

  Result<std::unique_ptr<PostgresConnection>> connect();
  Project mint_organization();

  // Gives what `operation` reads over a connection, another one if the first turns out broken.
  template <typename Operation>
  auto read(const Operation& operation) -> decltype(operation(std::declval<PostgresConnection&>()));

  // Gives what `operation` comes to in a transaction, which it commits. It is done again where
  // others were in the way, and where nobody knows what became of it.
  template <typename Operation>
  auto change(const Operation& operation)
      -> decltype(operation(std::declval<PostgresTransaction&>(), postgres::Repetition::no));

  Result<std::optional<File>> insert_or_find(const postgres::Commit& commit);
  Result<std::optional<File>> claim(const postgres::Commit& commit);

  // Whether a change that failed is to be done again, and how.
  struct Progress {
    int attempt = 1;
    bool is_outcome_unknown = false;
    SteadyTime until;  // if it is
  };
  bool is_to_be_repeated(const PostgresTransaction& transaction, Progress& progress);
  bool waits_for_server(Progress& progress);

  Clock& clock_;
  Random& random_;
  Log& log_;
  const PostgresAddress address_;
  const PostgresTimeouts timeouts_;
  const int outcome_attempts_max_;
  const std::chrono::milliseconds outcome_pause_;
  PostgresPool pool_;
};

}  // namespace argot::catalog
