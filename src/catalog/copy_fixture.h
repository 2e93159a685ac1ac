// A catalogue in a SQLite file that has something of everything, for the tests that copy it.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/log.h"
#include "catalog/catalog_contract.h"
#include "catalog/sqlite_catalog.h"

namespace argot::catalog {

class UsedCatalog {
 public:
  UsedCatalog(std::string path, testing::FakeClock& clock, testing::SeededRandom& random)
      : path_(std::move(path)), clock_(clock), random_(random) {}

  const std::string& path() const { return path_; }

  std::unique_ptr<SqliteCatalog> open() {
    return value_of(
        SqliteCatalog::open({.path = path_, .clock = clock_, .random = random_, .log = log_}));
  }

  // Two organisations with everything that there may be of each.
  void fill() {
    const auto catalog = open();
    for (const char* const name : {"Acme", "B\xc3\xa9ta \xff"}) {
      const Project first = value_of(catalog->create_organization(name));
      const Project second = value_of(catalog->create_project(first.organization_id, "second"));
      projects.push_back(first);
      projects.push_back(second);
      add_keys(*catalog, first, second);
      add_limits(*catalog, first, second);
      for (const Project& project : {first, second}) add_files(*catalog, project);
      add_uploads(*catalog, first);
    }
    ASSERT_TRUE(catalog->set_scrub_state({.began_at = clock_.now(), .last_sequence = 3}));
    ASSERT_TRUE(catalog->close());
  }

  std::vector<Project> projects;
  std::vector<NewFile> tries;       // with idempotency keys
  std::vector<Upload> uploads;      // of any status
  std::vector<UploadPart> pending;  // of those that are pending

 private:
  void add_keys(Catalog& catalog, const Project& first, const Project& second) {
    Key key{.public_id = "whole-" + first.id,
            .scope = {.organization_id = first.organization_id},
            .name = "a key's \"name\"\n",
            .permissions = 7,
            .created_at = clock_.now()};
    random_.fill(key.secret_sha256.bytes);
    ASSERT_TRUE(catalog.create_key(key));
    key.public_id = "part-" + first.id;
    key.scope.project_id = second.id;
    key.expires_at = clock_.now() + std::chrono::hours(1);
    ASSERT_TRUE(catalog.create_key(key));
    ASSERT_TRUE(catalog.revoke_key(key.public_id, clock_.now()));
  }

  void add_limits(Catalog& catalog, const Project& first, const Project& second) const {
    const Scope whole{.organization_id = first.organization_id};
    ASSERT_TRUE(catalog.set_limits(
        whole, {{"file_bytes", Limit{12}}, {"organization_bytes", Limit{}}}, clock_.now()));
    const Scope part{.organization_id = second.organization_id, .project_id = second.id};
    ASSERT_TRUE(catalog.set_limits(part, {{"project_bytes", Limit{3'000'000}}}, clock_.now()));
  }

  File commit(Catalog& catalog, const NewFile& file) {
    clock_.advance(std::chrono::milliseconds(3));
    return value_of(catalog.commit_file(file));
  }

  void add_files(Catalog& catalog, const Project& project) {
    NewFile plain = make_file(random_, project, 0);
    plain.checksums.blocks.clear();
    commit(catalog, plain);

    NewFile wrong = make_file(random_, project, 5'000'000'000);
    wrong.filename = "train\xff.jsonl";
    wrong.purpose = "fine-tune";
    wrong.status = FileStatus::error;
    wrong.status_details = "line 3: \xe2\x80\xa6";
    wrong.report = std::string(700'000, 'r') + '\0' + "end";
    wrong.expires_after_seconds = 3'600;
    commit(catalog, wrong);

    NewFile tried = make_file(random_, project, 7);
    tried.attempt =
        Attempt{.key_id = "k1", .idempotency_key = "once-" + project.id, .began_at = clock_.now()};
    commit(catalog, tried);
    tries.push_back(tried);

    NewFile waiting = make_file(random_, project, 9);
    waiting.purpose = "assistants";
    waiting.status = FileStatus::uploaded;
    commit(catalog, waiting);
    value_of(catalog.claim_waiting("", clock_.now(), clock_.now() + std::chrono::hours(9)));

    const File gone = commit(catalog, make_file(random_, project, 11));
    ASSERT_TRUE(value_of(catalog.delete_file(gone.scope, gone.id, clock_.now())));
  }

  Upload begin(Catalog& catalog, const Project& project) {
    uploads.push_back(value_of(catalog.create_upload(
        {.scope = {.organization_id = project.organization_id, .project_id = project.id},
         .purpose = "user_data",
         .filename = "big.bin",
         .bytes = 30,
         .file_expires_after_seconds = 7'200,
         .lifetime = std::chrono::hours(1)})));
    return uploads.back();
  }

  UploadPart add_part(Catalog& catalog, const Upload& upload, std::uint64_t bytes) {
    NewPart part{.scope = upload.scope,
                 .upload_id = upload.id,
                 .bytes = bytes,
                 .checksums = {.blocks = {static_cast<std::uint32_t>(bytes)}},
                 .blob = BlobId::mint(random_)};
    random_.fill(part.sha256.bytes);
    return value_of(catalog.add_part(part));
  }

  void add_uploads(Catalog& catalog, const Project& project) {
    const Upload open = begin(catalog, project);
    for (const std::uint64_t bytes : {10U, 20U}) {
      pending.push_back(add_part(catalog, open, bytes));
    }

    const Upload complete = begin(catalog, project);
    Completion completion{
        .upload_id = complete.id, .part_ids = {}, .file = make_file(random_, project, 30)};
    for (const std::uint64_t bytes : {20U, 10U}) {
      completion.part_ids.insert(completion.part_ids.begin(),
                                 add_part(catalog, complete, bytes).id);
    }
    completion.file.charged_bytes = 30;
    completion.file.part_count = 2;
    value_of(catalog.complete_upload(completion));

    const Upload cancelled = begin(catalog, project);
    add_part(catalog, cancelled, 30);
    value_of(catalog.cancel_upload(cancelled.scope, cancelled.id, clock_.now()));
  }

  std::string path_;
  testing::FakeClock& clock_;
  testing::SeededRandom& random_;
  SilentLog log_;
};

}  // namespace argot::catalog
