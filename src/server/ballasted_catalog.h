// A catalogue whose deletes succeed on a full disk: it gives the ballast up and tries once more.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "catalog/catalog.h"
#include "server/ballast.h"

namespace argot::server {

// Thread-safe. The ballast must outlive it.
class BallastedCatalog final : public catalog::Catalog {
 public:
  BallastedCatalog(std::unique_ptr<catalog::Catalog> catalog, Ballast& ballast)
      : catalog_(std::move(catalog)), ballast_(ballast) {}

  // --- What frees space, or takes rights away --------------------------------------------------

  Result<> revoke_key(std::string_view public_id, WallTime now) override {
    return insist([&] { return catalog_->revoke_key(public_id, now); });
  }
  Result<bool> delete_file(const catalog::Scope& scope, std::string_view id,
                           WallTime now) override {
    return insist([&] { return catalog_->delete_file(scope, id, now); });
  }
  Result<std::uint64_t> delete_expired(WallTime now, std::uint64_t count) override {
    return insist([&] { return catalog_->delete_expired(now, count); });
  }
  Result<std::uint64_t> forget_attempts(WallTime now, std::uint64_t count) override {
    return insist([&] { return catalog_->forget_attempts(now, count); });
  }
  Result<> forget_garbage(const std::vector<catalog::Garbage>& removed) override {
    return insist([&] { return catalog_->forget_garbage(removed); });
  }

  Result<catalog::Upload> cancel_upload(const catalog::Scope& scope, std::string_view id,
                                        WallTime now) override {
    return insist([&] { return catalog_->cancel_upload(scope, id, now); });
  }
  Result<std::uint64_t> expire_uploads(WallTime now, std::uint64_t count) override {
    return insist([&] { return catalog_->expire_uploads(now, count); });
  }
  Result<std::uint64_t> forget_uploads(WallTime now, std::uint64_t count) override {
    return insist([&] { return catalog_->forget_uploads(now, count); });
  }

  // --- Everything else as it is ----------------------------------------------------------------

  bool reads_wait() const override { return catalog_->reads_wait(); }
  bool is_shared() const override { return catalog_->is_shared(); }
  std::optional<catalog::Revision> revision() override { return catalog_->revision(); }

  Result<catalog::Project> create_organization(std::string name) override {
    return catalog_->create_organization(std::move(name));
  }
  Result<std::string> first_organization(std::string name) override {
    return catalog_->first_organization(std::move(name));
  }
  Result<catalog::Project> create_project(std::string organization_id, std::string name) override {
    return catalog_->create_project(std::move(organization_id), std::move(name));
  }
  Result<std::vector<catalog::Project>> projects(std::string_view organization_id) override {
    return catalog_->projects(organization_id);
  }
  Result<std::vector<std::string>> organizations() override { return catalog_->organizations(); }
  Result<> create_key(const catalog::Key& key) override { return catalog_->create_key(key); }
  Result<std::optional<catalog::Key>> find_key(std::string_view public_id) override {
    return catalog_->find_key(public_id);
  }
  Result<std::vector<catalog::Key>> keys() override { return catalog_->keys(); }
  Result<LimitOverrides> limits(const catalog::Scope& scope) override {
    return catalog_->limits(scope);
  }
  Result<> set_limits(const catalog::Scope& owner, const std::vector<LimitChange>& changes,
                      WallTime now) override {
    return catalog_->set_limits(owner, changes, now);
  }
  Result<catalog::File> commit_file(const catalog::NewFile& file) override {
    return catalog_->commit_file(file);
  }
  Result<std::optional<catalog::File>> find_file(const catalog::Scope& scope, std::string_view id,
                                                 WallTime now) override {
    return catalog_->find_file(scope, id, now);
  }
  Result<std::optional<catalog::FileWithChecksums>> find_content(const catalog::Scope& scope,
                                                                 std::string_view id,
                                                                 WallTime now) override {
    return catalog_->find_content(scope, id, now);
  }
  Result<std::optional<catalog::FileWithReport>> find_report(const catalog::Scope& scope,
                                                             std::string_view id,
                                                             WallTime now) override {
    return catalog_->find_report(scope, id, now);
  }
  Result<catalog::FilePage> list_files(const catalog::FileQuery& query) override {
    return catalog_->list_files(query);
  }
  Result<catalog::Usage> organization_usage(std::string_view organization_id) override {
    return catalog_->organization_usage(organization_id);
  }
  Result<catalog::Usage> project_usage(std::string_view project_id) override {
    return catalog_->project_usage(project_id);
  }
  Result<catalog::Usage> total_usage() override { return catalog_->total_usage(); }
  Result<bool> claim_duty(const catalog::DutyClaim& claim) override {
    return catalog_->claim_duty(claim);
  }
  Result<> give_up_duty(std::string_view duty, std::string_view holder) override {
    return catalog_->give_up_duty(duty, holder);
  }
  Result<catalog::Upload> create_upload(const catalog::NewUpload& upload) override {
    return catalog_->create_upload(upload);
  }
  Result<std::optional<catalog::Upload>> find_upload(const catalog::Scope& scope,
                                                     std::string_view id, WallTime now) override {
    return catalog_->find_upload(scope, id, now);
  }
  Result<catalog::UploadPart> add_part(const catalog::NewPart& part) override {
    return catalog_->add_part(part);
  }
  Result<std::vector<catalog::UploadPart>> upload_parts(std::string_view upload_id) override {
    return catalog_->upload_parts(upload_id);
  }
  Result<catalog::File> complete_upload(const catalog::Completion& completion) override {
    return catalog_->complete_upload(completion);
  }
  Result<std::vector<catalog::ContentPart>> content_parts(const BlobId& content) override {
    return catalog_->content_parts(content);
  }
  Result<std::vector<catalog::Garbage>> garbage(std::int64_t after, std::uint64_t count) override {
    return catalog_->garbage(after, count);
  }
  Result<std::vector<catalog::StoredFile>> stored_files(std::int64_t sequence,
                                                        std::uint64_t count) override {
    return catalog_->stored_files(sequence, count);
  }
  Result<std::optional<catalog::WaitingFile>> claim_waiting(std::string_view after_organization_id,
                                                            WallTime now, WallTime until) override {
    return catalog_->claim_waiting(after_organization_id, now, until);
  }
  Result<bool> settle_waiting(const catalog::WaitingFile& file,
                              const catalog::Settlement& settlement) override {
    return catalog_->settle_waiting(file, settlement);
  }
  Result<> return_waiting(const catalog::WaitingFile& file, WallTime until) override {
    return catalog_->return_waiting(file, until);
  }
  Result<> release_waiting() override { return catalog_->release_waiting(); }
  Result<std::uint64_t> waiting_files() override { return catalog_->waiting_files(); }
  Result<catalog::ScrubState> scrub_state() override { return catalog_->scrub_state(); }
  Result<> set_scrub_state(const catalog::ScrubState& state) override {
    return catalog_->set_scrub_state(state);
  }
  Result<bool> is_known(const BlobId& blob) override { return catalog_->is_known(blob); }
  Result<std::vector<BlobId>> condemn(std::vector<BlobId> blobs, WallTime now) override {
    return catalog_->condemn(std::move(blobs), now);
  }
  Result<> check() override { return catalog_->check(); }

 private:
  template <typename Call>
  auto insist(const Call& call) -> decltype(call()) {
    const std::uint64_t releases_before = ballast_.releases();
    auto result = call();
    if (result || result.error().code != ErrorCode::insufficient_storage) return result;
    // Of several that fail together one gives the space up, and all of them try again.
    if (!ballast_.release() && ballast_.releases() == releases_before) return result;
    return call();
  }

  std::unique_ptr<catalog::Catalog> catalog_;
  Ballast& ballast_;
};

}  // namespace argot::server
