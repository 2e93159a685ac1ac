// A catalogue that fails when it is told to: what a broken database looks like from above.
#pragma once

#include <atomic>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "catalog/catalog.h"

namespace argot::testing {

// Passes every call on to another catalogue, or fails it. Thread-safe; `catalog` must outlive it.
class FailingCatalog : public catalog::Catalog {
 public:
  explicit FailingCatalog(Catalog& catalog) : catalog_(catalog) {}

  // From now on calls that change something fail, or all calls do, or none.
  void fail_changes(ErrorCode code) { change_failure_ = code; }
  void fail_everything(ErrorCode code) { read_failure_ = change_failure_ = code; }
  void mend() { read_failure_ = change_failure_ = no_failure; }

  // As one does that is asked over a network.
  void say_that_reads_wait() { reads_wait_ = true; }
  bool reads_wait() const override { return reads_wait_ || catalog_.reads_wait(); }
  bool is_shared() const override { return catalog_.is_shared(); }

  Result<catalog::Project> create_organization(std::string name) override {
    if (const auto code = failure(change_failure_)) return broken(*code);
    return catalog_.create_organization(std::move(name));
  }
  Result<std::string> first_organization(std::string name) override {
    if (const auto code = failure(change_failure_)) return broken(*code);
    return catalog_.first_organization(std::move(name));
  }
  Result<catalog::Project> create_project(std::string organization_id, std::string name) override {
    if (const auto code = failure(change_failure_)) return broken(*code);
    return catalog_.create_project(std::move(organization_id), std::move(name));
  }
  Result<std::vector<catalog::Project>> projects(std::string_view organization_id) override {
    if (const auto code = failure(read_failure_)) return broken(*code);
    return catalog_.projects(organization_id);
  }
  Result<std::vector<std::string>> organizations() override {
    if (const auto code = failure(read_failure_)) return broken(*code);
    return catalog_.organizations();
  }
  Result<> create_key(const catalog::Key& key) override {
    if (const auto code = failure(change_failure_)) return broken(*code);
    return catalog_.create_key(key);
  }
  Result<std::optional<catalog::Key>> find_key(std::string_view public_id) override {
    if (const auto code = failure(read_failure_)) return broken(*code);
    return catalog_.find_key(public_id);
  }
  Result<std::vector<catalog::Key>> keys() override {
    if (const auto code = failure(read_failure_)) return broken(*code);
    return catalog_.keys();
  }
  Result<> revoke_key(std::string_view public_id, WallTime now) override {
    if (const auto code = failure(change_failure_)) return broken(*code);
    return catalog_.revoke_key(public_id, now);
  }
  Result<LimitOverrides> limits(const catalog::Scope& scope) override {
    if (const auto code = failure(read_failure_)) return broken(*code);
    return catalog_.limits(scope);
  }
  Result<> set_limits(const catalog::Scope& owner, const std::vector<LimitChange>& changes,
                      WallTime now) override {
    if (const auto code = failure(change_failure_)) return broken(*code);
    return catalog_.set_limits(owner, changes, now);
  }
  Result<catalog::File> commit_file(const catalog::NewFile& file) override {
    if (const auto code = failure(change_failure_)) return broken(*code);
    return catalog_.commit_file(file);
  }
  Result<std::optional<catalog::File>> find_file(const catalog::Scope& scope, std::string_view id,
                                                 WallTime now) override {
    if (const auto code = failure(read_failure_)) return broken(*code);
    return catalog_.find_file(scope, id, now);
  }
  Result<std::optional<catalog::FileWithChecksums>> find_content(const catalog::Scope& scope,
                                                                 std::string_view id,
                                                                 WallTime now) override {
    if (const auto code = failure(read_failure_)) return broken(*code);
    return catalog_.find_content(scope, id, now);
  }
  Result<std::optional<catalog::FileWithReport>> find_report(const catalog::Scope& scope,
                                                             std::string_view id,
                                                             WallTime now) override {
    if (const auto code = failure(read_failure_)) return broken(*code);
    return catalog_.find_report(scope, id, now);
  }
  Result<catalog::FilePage> list_files(const catalog::FileQuery& query) override {
    if (const auto code = failure(read_failure_)) return broken(*code);
    return catalog_.list_files(query);
  }
  Result<bool> delete_file(const catalog::Scope& scope, std::string_view id,
                           WallTime now) override {
    if (const auto code = failure(change_failure_)) return broken(*code);
    return catalog_.delete_file(scope, id, now);
  }
  Result<catalog::Usage> organization_usage(std::string_view organization_id) override {
    if (const auto code = failure(read_failure_)) return broken(*code);
    return catalog_.organization_usage(organization_id);
  }
  Result<catalog::Usage> project_usage(std::string_view project_id) override {
    if (const auto code = failure(read_failure_)) return broken(*code);
    return catalog_.project_usage(project_id);
  }
  Result<catalog::Usage> total_usage() override {
    if (const auto code = failure(read_failure_)) return broken(*code);
    return catalog_.total_usage();
  }
  Result<std::optional<catalog::WaitingFile>> claim_waiting(std::string_view after_organization_id,
                                                            WallTime now, WallTime until) override {
    if (const auto code = failure(change_failure_)) return broken(*code);
    return catalog_.claim_waiting(after_organization_id, now, until);
  }
  Result<bool> settle_waiting(const catalog::WaitingFile& file,
                              const catalog::Settlement& settlement) override {
    if (const auto code = failure(change_failure_)) return broken(*code);
    return catalog_.settle_waiting(file, settlement);
  }
  Result<> return_waiting(const catalog::WaitingFile& file, WallTime until) override {
    if (const auto code = failure(change_failure_)) return broken(*code);
    return catalog_.return_waiting(file, until);
  }
  Result<> release_waiting() override {
    if (const auto code = failure(change_failure_)) return broken(*code);
    return catalog_.release_waiting();
  }
  Result<std::uint64_t> waiting_files() override {
    if (const auto code = failure(read_failure_)) return broken(*code);
    return catalog_.waiting_files();
  }
  Result<bool> claim_duty(const catalog::DutyClaim& claim) override {
    if (const auto code = failure(change_failure_)) return broken(*code);
    return catalog_.claim_duty(claim);
  }
  Result<> give_up_duty(std::string_view duty, std::string_view holder) override {
    if (const auto code = failure(change_failure_)) return broken(*code);
    return catalog_.give_up_duty(duty, holder);
  }
  Result<std::uint64_t> delete_expired(WallTime now, std::uint64_t count) override {
    if (const auto code = failure(change_failure_)) return broken(*code);
    return catalog_.delete_expired(now, count);
  }
  Result<catalog::Upload> create_upload(const catalog::NewUpload& upload) override {
    if (const auto code = failure(change_failure_)) return broken(*code);
    return catalog_.create_upload(upload);
  }
  Result<std::optional<catalog::Upload>> find_upload(const catalog::Scope& scope,
                                                     std::string_view id, WallTime now) override {
    if (const auto code = failure(read_failure_)) return broken(*code);
    return catalog_.find_upload(scope, id, now);
  }
  Result<catalog::UploadPart> add_part(const catalog::NewPart& part) override {
    if (const auto code = failure(change_failure_)) return broken(*code);
    return catalog_.add_part(part);
  }
  Result<std::vector<catalog::UploadPart>> upload_parts(std::string_view upload_id) override {
    if (const auto code = failure(read_failure_)) return broken(*code);
    return catalog_.upload_parts(upload_id);
  }
  Result<catalog::File> complete_upload(const catalog::Completion& completion) override {
    if (const auto code = failure(change_failure_)) return broken(*code);
    return catalog_.complete_upload(completion);
  }
  Result<catalog::Upload> cancel_upload(const catalog::Scope& scope, std::string_view id,
                                        WallTime now) override {
    if (const auto code = failure(change_failure_)) return broken(*code);
    return catalog_.cancel_upload(scope, id, now);
  }
  Result<std::uint64_t> expire_uploads(WallTime now, std::uint64_t count) override {
    if (const auto code = failure(change_failure_)) return broken(*code);
    return catalog_.expire_uploads(now, count);
  }
  Result<std::uint64_t> forget_uploads(WallTime now, std::uint64_t count) override {
    if (const auto code = failure(change_failure_)) return broken(*code);
    return catalog_.forget_uploads(now, count);
  }
  Result<std::vector<catalog::ContentPart>> content_parts(const BlobId& content) override {
    if (const auto code = failure(read_failure_)) return broken(*code);
    return catalog_.content_parts(content);
  }
  Result<std::vector<catalog::Garbage>> garbage(std::int64_t after, std::uint64_t count) override {
    if (const auto code = failure(read_failure_)) return broken(*code);
    return catalog_.garbage(after, count);
  }
  Result<std::vector<catalog::StoredFile>> stored_files(std::int64_t sequence,
                                                        std::uint64_t count) override {
    if (const auto code = failure(read_failure_)) return broken(*code);
    return catalog_.stored_files(sequence, count);
  }
  Result<catalog::ScrubState> scrub_state() override {
    if (const auto code = failure(read_failure_)) return broken(*code);
    return catalog_.scrub_state();
  }
  Result<> set_scrub_state(const catalog::ScrubState& state) override {
    if (const auto code = failure(change_failure_)) return broken(*code);
    return catalog_.set_scrub_state(state);
  }
  Result<std::uint64_t> forget_attempts(WallTime now, std::uint64_t count) override {
    if (const auto code = failure(change_failure_)) return broken(*code);
    return catalog_.forget_attempts(now, count);
  }
  Result<> forget_garbage(const std::vector<catalog::Garbage>& removed) override {
    if (const auto code = failure(change_failure_)) return broken(*code);
    return catalog_.forget_garbage(removed);
  }
  Result<bool> is_known(const BlobId& blob) override {
    if (const auto code = failure(read_failure_)) return broken(*code);
    return catalog_.is_known(blob);
  }
  Result<std::vector<BlobId>> condemn(std::vector<BlobId> blobs, WallTime now) override {
    if (const auto code = failure(change_failure_)) return broken(*code);
    return catalog_.condemn(std::move(blobs), now);
  }
  Result<> check() override {
    if (const auto code = failure(read_failure_)) return broken(*code);
    return catalog_.check();
  }

 private:
  static constexpr ErrorCode no_failure{-1};

  static std::optional<ErrorCode> failure(ErrorCode code) {
    return code == no_failure ? std::nullopt : std::optional(code);
  }
  // The detail is what must never reach a client.
  static std::unexpected<Error> broken(ErrorCode code) {
    return fail(code, "SELECT broke in /var/lib/argot/meta.db");
  }

  Catalog& catalog_;
  std::atomic<ErrorCode> change_failure_ = no_failure;
  std::atomic<ErrorCode> read_failure_ = no_failure;
  std::atomic<bool> reads_wait_ = false;
};

}  // namespace argot::testing
