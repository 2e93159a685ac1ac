// The catalogue in memory: the second implementation, which keeps the contract honest, and what the
// tests of other folders use. It forgets everything when it is destroyed.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "catalog/catalog.h"

namespace argot::catalog {

// Not final: a test may override a call to make it fail.
class MemoryCatalog : public Catalog {
 public:
  // Both must outlive the catalogue.
  MemoryCatalog(Clock& clock, Random& random) : clock_(clock), random_(random) {}

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
  struct Row {
    File file;
    digest::BlockChecksums checksums;
    std::string report;
    std::int64_t sequence = 0;
    bool waits = false;
    // Of one that does.
    std::uint64_t tries = 0;
    WallTime claimed_until;
  };
  using Files = std::map<std::string, Row, std::less<>>;  // by id

  // A create that was done.
  struct Done {
    Attempt attempt;
    digest::Sha256Value fingerprint;
    WallTime committed_at;
    std::int64_t tries = 0;
    File file;
  };

  struct Organization {
    std::string id;
    WallTime last_file_at;
    Usage usage;
    Limits limits;
    Files files;
    std::vector<Done> attempts;  // oldest first
  };
  struct UploadState {
    Upload upload;
    std::vector<UploadPart> parts;
  };
  struct ProjectState {
    Project project;
    Usage usage;
    Limits limits;
  };

  // All of these want the mutex held. Null: there is none (in that scope, or it has expired).
  Organization* organization(std::string_view id);
  ProjectState* project(std::string_view organization_id, std::string_view id);
  const Row* find(const Scope& scope, std::string_view id, WallTime now);
  Project add_project(std::string organization_id, std::string name);
  // One that waits and is the one that was lent.
  Row* find_waiting(const WaitingFile& file);
  void remove(Organization& owner, Files::iterator position);
  Result<std::optional<File>> claim_earlier(Organization& owner, const NewFile& file);
  Result<File> commit(const NewFile& file);
  void discard(const BlobId& blob);
  // These are in memory_uploads.cc.
  UploadState* upload(const Scope& scope, std::string_view id);
  Result<> check_quota(const NewPart& part);
  void drop_parts(UploadState& state, UploadStatus status);
  void give_parts(UploadState& state, const Completion& completion);

  std::mutex mutex_;
  Clock& clock_;
  Random& random_;
  std::vector<Organization> organizations_;  // oldest first, as the projects are
  std::vector<ProjectState> projects_;
  std::map<std::string, Key, std::less<>> keys_;         // by public id
  std::vector<Garbage> garbage_;                         // oldest first
  std::set<BlobId> blobs_;                               // those that files and parts name
  std::vector<UploadState> uploads_;                     // oldest first
  std::map<BlobId, std::vector<ContentPart>> contents_;  // of files in several parts
  std::int64_t last_garbage_ = 0;
  std::int64_t last_sequence_ = 0;
  ScrubState scrub_state_;
};

}  // namespace argot::catalog
