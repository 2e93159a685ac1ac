#include <algorithm>
#include <latch>
#include <set>
#include <thread>

#include "catalog/catalog_contract.h"

namespace argot::catalog {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

class UploadContract : public CatalogContract {
 protected:
  Upload begin(std::uint64_t bytes = 100) { return begin_in(project, bytes); }

  Upload begin_in(const Project& owner, std::uint64_t bytes) {
    return value_of(catalog->create_upload({.scope = scope_of(owner),
                                            .purpose = "user_data",
                                            .filename = "big.bin",
                                            .bytes = bytes,
                                            .file_expires_after_seconds = 7'200,
                                            .lifetime = hours(1)}));
  }

  NewPart part_of(const Upload& upload, std::uint64_t bytes) {
    NewPart part{.scope = upload.scope,
                 .upload_id = upload.id,
                 .bytes = bytes,
                 .checksums = {.blocks = {static_cast<std::uint32_t>(bytes)}},
                 .blob = BlobId::mint(random)};
    random.fill(part.sha256.bytes);
    return part;
  }

  UploadPart add(const Upload& upload, std::uint64_t bytes) {
    return value_of(catalog->add_part(part_of(upload, bytes)));
  }

  // Of parts in that order; of one alone as of none, its content is one blob.
  Completion completion_of(const Upload& upload, const std::vector<UploadPart>& parts) {
    NewFile file = make_file(random, project, 0);
    file.scope = upload.scope;
    Completion completion{.upload_id = upload.id, .part_ids = {}, .file = std::move(file)};
    for (const UploadPart& part : parts) {
      completion.part_ids.push_back(part.id);
      completion.file.bytes += part.bytes;
    }
    completion.file.charged_bytes = completion.file.bytes;
    if (parts.size() == 1) completion.file.blob = parts.front().blob;
    if (parts.size() > 1) completion.file.part_count = parts.size();
    return completion;
  }

  std::string status_of(const Upload& upload) {
    const auto found = value_of(catalog->find_upload(upload.scope, upload.id, clock.now()));
    if (!found) return "none";
    constexpr std::array<const char*, 4> names = {"pending", "completed", "cancelled", "expired"};
    return names.at(static_cast<std::size_t>(found->status));
  }

  std::multiset<std::string> garbage() {
    std::multiset<std::string> blobs;
    for (const Garbage& piece : value_of(catalog->garbage(0, 100))) blobs.insert(piece.blob.text());
    return blobs;
  }

  std::vector<std::string> blobs_in(const BlobId& content) {
    std::vector<std::string> blobs;
    for (const ContentPart& part : value_of(catalog->content_parts(content))) {
      blobs.push_back(part.blob.text());
    }
    return blobs;
  }

  // The detail of an error that must be there, behind its code.
  template <typename T>
  static std::string error_of(const Result<T>& result) {
    return result ? "no error" : code_of(result) + ": " + result.error().detail;
  }

  void expect_closed(const Upload& upload, const std::string& status) {
    const std::string refusal = "upload_not_pending: " + status;
    const Usage before = usage();
    const NewPart late = part_of(upload, 1);
    EXPECT_EQ(error_of(catalog->add_part(late)), refusal);
    EXPECT_FALSE(value_of(catalog->is_known(late.blob)));
    if (status != "completed") {
      EXPECT_EQ(error_of(catalog->complete_upload(completion_of(upload, {}))), refusal);
    }
    if (status != "cancelled") {
      EXPECT_EQ(error_of(catalog->cancel_upload(upload.scope, upload.id, clock.now())), refusal);
    }
    EXPECT_EQ(usage(), before);
    EXPECT_EQ(status_of(upload), status);
  }
};

INSTANTIATE_TEST_SUITE_P(Every, UploadContract, ::testing::ValuesIn(catalog_makers()),
                         [](const auto& tested) { return tested.param.name; });

TEST_P(UploadContract, AnUploadSaysWhatItWasMadeWith) {
  const Upload made = begin(123);
  EXPECT_TRUE(is_timed_id("upload_", made.id)) << made.id;
  EXPECT_EQ(made.created_at, unix_seconds(clock.now()));
  const auto found = value_of(catalog->find_upload(scope_of(project), made.id, clock.now()));
  ASSERT_TRUE(found);
  EXPECT_EQ(found->id, made.id);
  EXPECT_EQ(found->scope.organization_id, project.organization_id);
  EXPECT_EQ(found->scope.project_id, project.id);
  EXPECT_EQ(found->purpose, "user_data");
  EXPECT_EQ(found->filename, "big.bin");
  EXPECT_EQ(found->bytes, 123U);
  EXPECT_EQ(found->created_at, made.created_at);
  EXPECT_EQ(found->expires_at, made.created_at + 3'600);
  EXPECT_EQ(found->file_expires_after_seconds, 7'200U);
  EXPECT_EQ(found->status, UploadStatus::pending);
  EXPECT_EQ(found->file_id, "");
  EXPECT_EQ(usage(), Usage{});
}

TEST_P(UploadContract, AnUploadIsSeenInItsScopeAlone) {
  const Project sibling = value_of(catalog->create_project(project.organization_id, "sibling"));
  const Project foreign = value_of(catalog->create_organization("foreign"));
  const Upload upload = begin();
  EXPECT_TRUE(value_of(catalog->find_upload(organization_scope(), upload.id, clock.now())));
  for (const Project& other : {sibling, foreign}) {
    const Scope scope = scope_of(other);
    EXPECT_FALSE(value_of(catalog->find_upload(scope, upload.id, clock.now())));
    EXPECT_EQ(error_of(catalog->cancel_upload(scope, upload.id, clock.now())),
              "upload_not_found: " + upload.id);
    NewPart part = part_of(upload, 1);
    part.scope = scope;
    EXPECT_EQ(code_of(catalog->add_part(part)), "upload_not_found");
    Completion completion = completion_of(upload, {});
    completion.file.scope = scope;
    EXPECT_EQ(code_of(catalog->complete_upload(completion)), "upload_not_found");
  }
  EXPECT_EQ(status_of(upload), "pending");
}

TEST_P(UploadContract, AnUploadNeedsAnOwner) {
  NewUpload upload{.scope = {.organization_id = project.organization_id, .project_id = "proj_x"},
                   .lifetime = hours(1)};
  EXPECT_EQ(code_of(catalog->create_upload(upload)), "invalid_request");
}

TEST_P(UploadContract, PartsAreUsedBytesButNoFiles) {
  const Upload upload = begin();
  const UploadPart first = add(upload, 60);
  clock.advance(seconds(1));
  const UploadPart second = add(upload, 40);
  EXPECT_TRUE(is_timed_id("part_", first.id)) << first.id;
  EXPECT_EQ(usage(), (Usage{.bytes = 100, .files = 0}));
  EXPECT_EQ(value_of(catalog->project_usage(project.id)), usage());
  EXPECT_TRUE(value_of(catalog->is_known(first.blob)));
  const auto parts = value_of(catalog->upload_parts(upload.id));
  ASSERT_EQ(parts.size(), 2U);
  EXPECT_EQ(parts[0].id, first.id);
  EXPECT_EQ(parts[1].id, second.id);
  EXPECT_EQ(parts[1].upload_id, upload.id);
  EXPECT_EQ(parts[1].created_at, upload.created_at + 1);
  EXPECT_EQ(parts[1].bytes, 40U);
  EXPECT_EQ(parts[1].sha256, second.sha256);
  EXPECT_EQ(parts[1].checksums, second.checksums);
  EXPECT_EQ(parts[1].blob, second.blob);
  EXPECT_TRUE(value_of(catalog->list_files(query())).files.empty());
}

TEST_P(UploadContract, TheQuotaIsExactForParts) {
  const Upload upload = begin();
  commit(400);
  NewPart part = part_of(upload, 600);
  part.organization_bytes_max = 1'000;
  part.project_bytes_max = 1'000;
  EXPECT_TRUE(catalog->add_part(part));
  NewPart excessive = part_of(upload, 1);
  excessive.organization_bytes_max = 1'000;
  EXPECT_EQ(error_of(catalog->add_part(excessive)), "organization_quota_exceeded: 1000 bytes");
  excessive.organization_bytes_max = 1'001;
  excessive.project_bytes_max = 1'000;
  EXPECT_EQ(error_of(catalog->add_part(excessive)), "project_quota_exceeded: 1000 bytes");
  EXPECT_FALSE(value_of(catalog->is_known(excessive.blob)));
  EXPECT_EQ(usage(), (Usage{.bytes = 1'000, .files = 1}));
  EXPECT_EQ(value_of(catalog->project_usage(project.id)).bytes, 1'000U);
  EXPECT_EQ(value_of(catalog->upload_parts(upload.id)).size(), 1U);
  NewFile file = new_file(1);
  file.organization_bytes_max = 1'000;
  EXPECT_EQ(code_of(catalog->commit_file(file)), "organization_quota_exceeded");
}

TEST_P(UploadContract, ACompletedUploadIsAFileOfItsPartsInTheOrderThatWasAskedFor) {
  const Upload upload = begin();
  const UploadPart second = add(upload, 40);
  const UploadPart unused = add(upload, 7);
  const UploadPart first = add(upload, 60);
  const Completion completion = completion_of(upload, {first, second});
  const File file = value_of(catalog->complete_upload(completion));
  EXPECT_TRUE(is_file_id(file.id));
  EXPECT_EQ(file.bytes, 100U);
  EXPECT_EQ(file.part_count, 2U);
  EXPECT_EQ(usage(), (Usage{.bytes = 100, .files = 1}));
  EXPECT_EQ(value_of(catalog->project_usage(project.id)), usage());
  EXPECT_EQ(garbage(), (std::multiset<std::string>{unused.blob.text()}));
  EXPECT_TRUE(value_of(catalog->upload_parts(upload.id)).empty());
  EXPECT_EQ(blobs_in(file.blob), (std::vector<std::string>{first.blob.text(), second.blob.text()}));
  const auto parts = value_of(catalog->content_parts(file.blob));
  EXPECT_EQ(parts.at(1).bytes, 40U);
  EXPECT_EQ(parts.at(1).checksums, second.checksums);
  for (const UploadPart& part : {first, second}) {
    EXPECT_TRUE(value_of(catalog->is_known(part.blob)));
  }
  const auto content = value_of(catalog->find_content(organization_scope(), file.id, clock.now()));
  ASSERT_TRUE(content);
  EXPECT_EQ(content->file.part_count, 2U);
  EXPECT_EQ(content->file.sha256, completion.file.sha256);
  EXPECT_EQ(value_of(catalog->stored_files(0, 10)).at(0).content.file.part_count, 2U);
  expect_closed(upload, "completed");
  const auto ended = value_of(catalog->find_upload(upload.scope, upload.id, clock.now()));
  EXPECT_EQ(ended->file_id, file.id);
}

TEST_P(UploadContract, ACompletionOfAChargedFileNeedsNoRoom) {
  const Upload upload = begin();
  const UploadPart part = add(upload, 100);
  Completion completion = completion_of(upload, {part});
  completion.file.organization_bytes_max = 100;
  completion.file.project_bytes_max = 100;
  EXPECT_TRUE(catalog->complete_upload(completion));
}

TEST_P(UploadContract, AFileOfOnePartHasItsBlobAndAFileOfNoneItsOwn) {
  const Upload one = begin();
  const UploadPart part = add(one, 100);
  const File file = value_of(catalog->complete_upload(completion_of(one, {part})));
  EXPECT_EQ(file.blob, part.blob);
  EXPECT_EQ(file.part_count, 0U);
  EXPECT_TRUE(blobs_in(file.blob).empty());
  const Upload none = begin(0);
  const UploadPart dropped = add(none, 5);
  const Completion empty = completion_of(none, {});
  EXPECT_EQ(value_of(catalog->complete_upload(empty)).blob, empty.file.blob);
  EXPECT_EQ(garbage(), (std::multiset<std::string>{dropped.blob.text()}));
  EXPECT_EQ(usage(), (Usage{.bytes = 100, .files = 2}));
  EXPECT_TRUE(value_of(catalog->delete_file(organization_scope(), file.id, clock.now())));
  EXPECT_EQ(garbage().count(part.blob.text()), 1U);
  EXPECT_EQ(usage().bytes, 0U);
}

TEST_P(UploadContract, CompletingTwiceGivesTheSameFile) {
  const Upload upload = begin();
  const UploadPart part = add(upload, 100);
  const Completion completion = completion_of(upload, {part});
  const File file = value_of(catalog->complete_upload(completion));
  clock.advance(seconds(30));
  EXPECT_EQ(value_of(catalog->complete_upload(completion)).id, file.id);
  EXPECT_EQ(value_of(catalog->complete_upload(completion_of(upload, {}))).id, file.id);
  EXPECT_EQ(usage(), (Usage{.bytes = 100, .files = 1}));
  ASSERT_TRUE(value_of(catalog->delete_file(organization_scope(), file.id, clock.now())));
  EXPECT_EQ(error_of(catalog->complete_upload(completion)), "file_not_found: " + file.id);
  EXPECT_EQ(usage(), Usage{});
}

TEST_P(UploadContract, APartThatIsNotThereCompletesNothing) {
  const Upload upload = begin();
  const Upload other = begin();
  const UploadPart part = add(upload, 50);
  const UploadPart foreign = add(other, 50);
  for (const UploadPart& wrong : {foreign, part}) {
    const Completion completion = completion_of(upload, {part, wrong});
    EXPECT_EQ(code_of(catalog->complete_upload(completion)), "invalid_request");
    EXPECT_EQ(status_of(upload), "pending");
    EXPECT_EQ(usage(), (Usage{.bytes = 100, .files = 0}));
    EXPECT_EQ(value_of(catalog->upload_parts(upload.id)).size(), 1U);
    EXPECT_TRUE(blobs_in(completion.file.blob).empty());
  }
}

TEST_P(UploadContract, ACancelledUploadGivesEverythingBack) {
  const Upload upload = begin();
  const UploadPart first = add(upload, 60);
  const UploadPart second = add(upload, 40);
  for (int time = 0; time < 2; ++time) {
    const Upload cancelled =
        value_of(catalog->cancel_upload(organization_scope(), upload.id, clock.now()));
    EXPECT_EQ(cancelled.id, upload.id);
    EXPECT_EQ(cancelled.status, UploadStatus::cancelled);
    EXPECT_EQ(usage(), Usage{});
    EXPECT_EQ(value_of(catalog->project_usage(project.id)), Usage{});
    EXPECT_EQ(garbage(), (std::multiset<std::string>{first.blob.text(), second.blob.text()}));
  }
  EXPECT_TRUE(value_of(catalog->upload_parts(upload.id)).empty());
  expect_closed(upload, "cancelled");
}

TEST_P(UploadContract, AnUploadExpiresToTheSecondAndIsSweptLater) {
  const Upload upload = begin();
  const UploadPart part = add(upload, 60);
  clock.advance(hours(1) - seconds(1));
  EXPECT_EQ(status_of(upload), "pending");
  EXPECT_EQ(value_of(catalog->expire_uploads(clock.now(), 10)), 0U);
  clock.advance(seconds(1));
  expect_closed(upload, "expired");
  EXPECT_EQ(usage().bytes, 60U);
  EXPECT_EQ(value_of(catalog->expire_uploads(clock.now(), 10)), 1U);
  EXPECT_EQ(value_of(catalog->expire_uploads(clock.now(), 10)), 0U);
  EXPECT_EQ(usage(), Usage{});
  EXPECT_EQ(garbage(), (std::multiset<std::string>{part.blob.text()}));
  expect_closed(upload, "expired");
}

TEST_P(UploadContract, ExpiryComesInBatchesOfAllOrganizations) {
  const Project foreign = value_of(catalog->create_organization("foreign"));
  for (const Project& owner : {project, foreign, project}) add(begin_in(owner, 10), 10);
  clock.advance(hours(1));
  const Upload young = begin();
  EXPECT_EQ(value_of(catalog->expire_uploads(clock.now(), 2)), 2U);
  EXPECT_EQ(value_of(catalog->expire_uploads(clock.now(), 2)), 1U);
  EXPECT_EQ(value_of(catalog->total_usage()), Usage{});
  EXPECT_EQ(garbage().size(), 3U);
  EXPECT_EQ(status_of(young), "pending");
}

TEST_P(UploadContract, EndedUploadsAreForgottenADayLater) {
  const Upload cancelled = begin();
  value_of(catalog->cancel_upload(cancelled.scope, cancelled.id, clock.now()));
  const Upload completed = begin();
  const std::vector<UploadPart> parts = {add(completed, 1), add(completed, 2)};
  const File file = value_of(catalog->complete_upload(completion_of(completed, parts)));
  const Upload pending = begin();
  clock.advance(hours(25) - seconds(1));
  EXPECT_EQ(value_of(catalog->forget_uploads(clock.now(), 10)), 0U);
  clock.advance(seconds(1));
  EXPECT_EQ(value_of(catalog->forget_uploads(clock.now(), 1)), 1U);
  EXPECT_EQ(value_of(catalog->forget_uploads(clock.now(), 10)), 1U);
  EXPECT_EQ(status_of(cancelled), "none");
  EXPECT_EQ(status_of(completed), "none");
  EXPECT_EQ(status_of(pending), "expired") << "its parts are still to be dropped";
  EXPECT_EQ(blobs_in(file.blob).size(), 2U);
}

TEST_P(UploadContract, ADeletedFileLeavesItsPartsAsGarbage) {
  for (const bool expires : {false, true}) {
    const Upload upload = begin();
    const std::vector<UploadPart> parts = {add(upload, 60), add(upload, 40)};
    Completion completion = completion_of(upload, parts);
    completion.file.expires_after_seconds = 3'600;
    const File file = value_of(catalog->complete_upload(completion));
    if (expires) {
      clock.advance(hours(1));
      EXPECT_EQ(value_of(catalog->delete_expired(clock.now(), 10)), 1U);
    } else {
      EXPECT_TRUE(value_of(catalog->delete_file(organization_scope(), file.id, clock.now())));
    }
    EXPECT_EQ(usage(), Usage{});
    EXPECT_EQ(garbage(), (std::multiset<std::string>{parts[0].blob.text(), parts[1].blob.text()}));
    EXPECT_TRUE(value_of(catalog->is_known(parts[0].blob)));
    EXPECT_TRUE(blobs_in(file.blob).empty());
    ASSERT_TRUE(catalog->forget_garbage(value_of(catalog->garbage(0, 100))));
    EXPECT_FALSE(value_of(catalog->is_known(parts[0].blob)));
    EXPECT_FALSE(value_of(catalog->is_known(file.blob)));
  }
}

TEST_P(UploadContract, PartsThatComeAtOnceAreAllCounted) {
  constexpr int threads_count = 4;
  constexpr int parts_each = 8;
  const Upload upload = begin();
  std::vector<NewPart> parts;
  for (int index = 0; index < threads_count * parts_each; ++index) {
    parts.push_back(part_of(upload, 10));
    parts.back().organization_bytes_max = 250;
  }
  std::latch start(threads_count);
  std::vector<std::thread> threads;
  for (int thread = 0; thread < threads_count; ++thread) {
    threads.emplace_back([&, thread] {
      start.arrive_and_wait();
      for (int index = 0; index < parts_each; ++index) {
        (void)catalog->add_part(parts.at(static_cast<std::size_t>(thread * parts_each + index)));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(usage(), (Usage{.bytes = 250, .files = 0}));
  EXPECT_EQ(value_of(catalog->upload_parts(upload.id)).size(), 25U);
}

TEST_P(UploadContract, OfThoseThatEndAnUploadAtOnceOneDoes) {
  for (int round = 0; round < 8; ++round) {
    const Upload upload = begin();
    const UploadPart part = add(upload, 100);
    const Completion completion = completion_of(upload, {part});
    std::latch start(3);
    std::vector<std::string> completed(2);
    bool is_cancelled = false;
    std::vector<std::thread> threads;
    for (std::string& id : completed) {
      threads.emplace_back([&] {
        start.arrive_and_wait();
        const Result<File> file = catalog->complete_upload(completion);
        id = file ? file->id : "";
      });
    }
    threads.emplace_back([&] {
      start.arrive_and_wait();
      is_cancelled = catalog->cancel_upload(upload.scope, upload.id, clock.now()).has_value();
    });
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(completed[0], completed[1]);
    EXPECT_EQ(completed[0].empty(), is_cancelled);
    EXPECT_EQ(status_of(upload), is_cancelled ? "cancelled" : "completed");
    const std::uint64_t files = is_cancelled ? 0 : 1;
    EXPECT_EQ(usage(), (Usage{.bytes = 100 * files, .files = files}));
    if (!is_cancelled) {
      ASSERT_TRUE(value_of(catalog->delete_file(organization_scope(), completed[0], clock.now())));
    }
  }
}

}  // namespace
}  // namespace argot::catalog
