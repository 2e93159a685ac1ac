#include "catalog/catalog_contract.h"

#include <gmock/gmock.h>

#include "catalog/memory_catalog.h"
#include "catalog/postgres_catalog.h"
#include "catalog/sqlite_catalog.h"
#include "tests/support/postgres_server.h"

namespace argot::catalog {
namespace {

using namespace std::string_view_literals;

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAreArray;

std::unique_ptr<Catalog> make_memory(const testing::TempFolder&, Clock& clock, Random& random) {
  return std::make_unique<MemoryCatalog>(clock, random);
}

std::unique_ptr<Catalog> make_sqlite(const testing::TempFolder& folder, Clock& clock,
                                     Random& random) {
  static SilentLog log;
  return value_of(SqliteCatalog::open(
      {.path = folder / "catalog.db", .clock = clock, .random = random, .log = log}));
}

std::unique_ptr<Catalog> make_postgres(const testing::TempFolder&, Clock& clock, Random& random) {
  static SilentLog log;
  return value_of(PostgresCatalog::open({.address = testing::PostgresServer::shared().new_address(),
                                         .clock = clock,
                                         .random = random,
                                         .log = log}));
}

INSTANTIATE_TEST_SUITE_P(Every, CatalogContract, ::testing::ValuesIn(catalog_makers()),
                         [](const auto& tested) { return tested.param.name; });

// --- Tenants ---

TEST_P(CatalogContract, AnOrganizationStartsWithOneProject) {
  const std::vector<Project> projects = value_of(catalog->projects(project.organization_id));
  ASSERT_EQ(projects.size(), 1U);
  EXPECT_EQ(projects[0].id, project.id);
  EXPECT_EQ(projects[0].name, "default");
  EXPECT_EQ(projects[0].organization_id, project.organization_id);
  EXPECT_TRUE(project.organization_id.starts_with("org-"));
  EXPECT_TRUE(project.id.starts_with("proj_"));
}

TEST_P(CatalogContract, TenantsAreListedOldestFirst) {
  std::vector<std::string> organizations{project.organization_id};
  std::vector<std::string> projects{project.id};
  for (int index = 0; index < 20; ++index) {
    organizations.push_back(value_of(catalog->create_organization("More")).organization_id);
    projects.push_back(value_of(catalog->create_project(project.organization_id, "More")).id);
  }
  EXPECT_EQ(value_of(catalog->organizations()), organizations);
  std::vector<std::string> listed;
  for (const Project& each : value_of(catalog->projects(project.organization_id))) {
    listed.push_back(each.id);
  }
  EXPECT_EQ(listed, projects);
}

TEST_P(CatalogContract, TheFirstOrganizationIsTheOldestOne) {
  ASSERT_TRUE(catalog->create_organization("Another"));
  EXPECT_EQ(value_of(catalog->first_organization("Nobody")), project.organization_id);
  EXPECT_EQ(value_of(catalog->organizations()).size(), 2U);
}

TEST_P(CatalogContract, ADutyStaysWithWhoeverHasItAndCanBeGivenUp) {
  const DutyClaim claim{.duty = "sweep",
                        .holder = "one",
                        .now = clock.now(),
                        .until = clock.now() + std::chrono::minutes(1)};
  EXPECT_TRUE(value_of(catalog->claim_duty(claim)));
  EXPECT_TRUE(value_of(catalog->claim_duty(claim)));
  EXPECT_TRUE(catalog->give_up_duty("sweep", "one"));
  DutyClaim other = claim;
  other.holder = "two";
  EXPECT_TRUE(value_of(catalog->claim_duty(other)));
  // Only where others may serve from the same catalogue is there anybody to refuse.
  EXPECT_EQ(value_of(catalog->claim_duty(claim)), !catalog->is_shared());
}

TEST_P(CatalogContract, NothingIsMadeInAnUnknownOrganization) {
  EXPECT_EQ(code_of(catalog->create_project("org-nobody", "x")), "invalid_request");
  NewFile file = new_file();
  file.scope.organization_id = "org-nobody";
  EXPECT_EQ(code_of(catalog->commit_file(file)), "invalid_request");
  EXPECT_THAT(value_of(catalog->projects("org-nobody")), IsEmpty());
}

TEST_P(CatalogContract, AFileNeedsAProjectOfItsOwnOrganization) {
  const Project other = value_of(catalog->create_organization("Other"));
  NewFile file = new_file();
  file.scope.project_id = other.id;
  EXPECT_EQ(code_of(catalog->commit_file(file)), "invalid_request");
  EXPECT_EQ(usage(), (Usage{}));
  EXPECT_EQ(value_of(catalog->project_usage(other.id)), (Usage{}));
}

// --- Keys ---

Key make_key(const Project& project, std::string public_id, WallTime now) {
  Key key{.public_id = std::move(public_id),
          .scope = {.organization_id = project.organization_id, .project_id = project.id},
          .name = "laptop",
          .permissions = 0xFFFF'FFFF,
          .created_at = now,
          .expires_at = now + milliseconds(1'500)};
  key.secret_sha256.bytes.fill(std::byte{0xA5});
  return key;
}

TEST_P(CatalogContract, AKeyComesBackAsItWasCreated) {
  const Key key = make_key(project, "abc", clock.now());
  ASSERT_TRUE(catalog->create_key(key));
  const std::optional<Key> found = value_of(catalog->find_key("abc"));
  ASSERT_TRUE(found);
  EXPECT_EQ(found->public_id, "abc");
  EXPECT_EQ(found->secret_sha256, key.secret_sha256);
  EXPECT_EQ(found->scope.organization_id, project.organization_id);
  EXPECT_EQ(found->scope.project_id, project.id);
  EXPECT_EQ(found->name, "laptop");
  EXPECT_EQ(found->permissions, 0xFFFF'FFFF);
  EXPECT_EQ(found->created_at, key.created_at);
  EXPECT_EQ(found->expires_at, key.expires_at);
  EXPECT_EQ(found->revoked_at, std::nullopt);
}

TEST_P(CatalogContract, AKeyNeedsNoProjectAndNoExpiry) {
  Key key = make_key(project, "abc", clock.now());
  key.scope.project_id.reset();
  key.expires_at.reset();
  ASSERT_TRUE(catalog->create_key(key));
  const std::optional<Key> found = value_of(catalog->find_key("abc"));
  ASSERT_TRUE(found);
  EXPECT_EQ(found->scope.project_id, std::nullopt);
  EXPECT_EQ(found->expires_at, std::nullopt);
}

TEST_P(CatalogContract, KeysAreFoundByTheirExactId) {
  ASSERT_TRUE(catalog->create_key(make_key(project, "abc", clock.now())));
  for (const std::string_view other : {"", "ab", "ABC", "abcd", "abc "}) {
    EXPECT_FALSE(value_of(catalog->find_key(other)).has_value()) << other;
  }
  EXPECT_EQ(code_of(catalog->create_key(make_key(project, "abc", clock.now()))), "internal");
}

TEST_P(CatalogContract, AKeyOfAnUnknownTenantIsRefused) {
  Key key = make_key(project, "abc", clock.now());
  key.scope.project_id = value_of(catalog->create_organization("Other")).id;
  EXPECT_EQ(code_of(catalog->create_key(key)), "invalid_request");
  key.scope = {.organization_id = "org-nobody"};
  EXPECT_EQ(code_of(catalog->create_key(key)), "invalid_request");
  EXPECT_THAT(value_of(catalog->keys()), IsEmpty());
}

TEST_P(CatalogContract, RevokingTwiceKeepsTheFirstTime) {
  ASSERT_TRUE(catalog->create_key(make_key(project, "abc", clock.now())));
  const WallTime first = clock.now() + milliseconds(7);
  ASSERT_TRUE(catalog->revoke_key("abc", first));
  ASSERT_TRUE(catalog->revoke_key("abc", first + seconds(9)));
  EXPECT_EQ(value_of(catalog->find_key("abc"))->revoked_at, first);

  const Result<> unknown = catalog->revoke_key("nobody", first);
  EXPECT_EQ(code_of(unknown), "key_not_found");
  EXPECT_EQ(unknown.error().detail, "nobody");
}

TEST_P(CatalogContract, KeysAreListedRevokedAndExpiredOnesToo) {
  const WallTime now = clock.now();
  ASSERT_TRUE(catalog->create_key(make_key(project, "z", now)));
  ASSERT_TRUE(catalog->create_key(make_key(project, "a", now + seconds(1))));
  ASSERT_TRUE(catalog->create_key(make_key(project, "m", now)));
  ASSERT_TRUE(catalog->revoke_key("z", now));
  clock.advance(std::chrono::hours(1));
  std::vector<std::string> listed;
  for (const Key& key : value_of(catalog->keys())) listed.push_back(key.public_id);
  EXPECT_THAT(listed, ElementsAre("m", "z", "a"));
}

// --- Files ---

TEST_P(CatalogContract, AFileComesBackAsItWasCommitted) {
  NewFile file = new_file(2'097'152);
  file.purpose = "batch";
  file.filename = "r\xC3\xA9sum\xC3\xA9.jsonl";
  file.expires_after_seconds = 3'600;
  file.status = FileStatus::error;
  file.status_details = "line 1: not JSON";
  const File committed = value_of(catalog->commit_file(file));
  EXPECT_TRUE(is_file_id(committed.id));
  EXPECT_EQ(committed.created_at, unix_seconds(clock.now()));

  const std::optional<FileWithChecksums> content =
      value_of(catalog->find_content(organization_scope(), committed.id, clock.now()));
  ASSERT_TRUE(content);
  EXPECT_EQ(content->checksums, file.checksums);
  const std::optional<File> single =
      value_of(catalog->find_file(organization_scope(), committed.id, clock.now()));
  ASSERT_TRUE(single);
  const FilePage page = value_of(catalog->list_files(query()));
  ASSERT_EQ(page.files.size(), 1U);
  for (const File& found : {content->file, *single, committed}) {
    EXPECT_EQ(found.scope.organization_id, project.organization_id);
    EXPECT_EQ(found.scope.project_id, project.id);
    EXPECT_EQ(found.sha256, file.sha256);
    EXPECT_EQ(found.blob, file.blob);
  }
  for (const ListedFile& found : {ListedFile::of(content->file), ListedFile::of(*single),
                                  page.files[0], ListedFile::of(committed)}) {
    EXPECT_EQ(found.id, committed.id);
    EXPECT_EQ(found.purpose, "batch");
    EXPECT_EQ(found.filename, file.filename);
    EXPECT_EQ(found.bytes, 2'097'152U);
    EXPECT_EQ(found.created_at, committed.created_at);
    EXPECT_EQ(found.expires_at, committed.created_at + 3'600);
    EXPECT_EQ(found.status, FileStatus::error);
    EXPECT_EQ(found.status_details, "line 1: not JSON");
  }
}

TEST_P(CatalogContract, AnEmptyFileHasNoChecksums) {
  NewFile file = new_file(0);
  file.filename = "";
  file.checksums.blocks.clear();
  const File committed = value_of(catalog->commit_file(file));
  const std::optional<FileWithChecksums> found =
      value_of(catalog->find_content(organization_scope(), committed.id, clock.now()));
  ASSERT_TRUE(found);
  EXPECT_EQ(found->file.filename, "");
  EXPECT_TRUE(found->checksums.blocks.empty());
  EXPECT_EQ(usage(), (Usage{.bytes = 0, .files = 1}));
}

TEST_P(CatalogContract, EveryTextSurvivesQuotesAndNuls) {
  // NUL, quotes of every kind, a wildcard, bytes that are no UTF-8.
  const std::string nasty("'; DROP TABLE files; --\"`\\%_\x00\xFF\xC3(\n"sv);
  const Project own = value_of(catalog->create_organization(nasty));
  const Project named = value_of(catalog->create_project(own.organization_id, nasty));
  NewFile file = make_file(random, named);
  file.purpose = file.filename = file.status_details = nasty;
  Key key = make_key(named, nasty, clock.now());
  key.name = nasty;
  ASSERT_TRUE(catalog->create_key(key));
  const File committed = value_of(catalog->commit_file(file));

  EXPECT_EQ(value_of(catalog->projects(own.organization_id)).at(1).name, nasty);
  EXPECT_EQ(value_of(catalog->find_key(nasty))->name, nasty);
  EXPECT_FALSE(value_of(catalog->find_key(nasty.substr(0, nasty.find('\0')))).has_value());
  FileQuery all{.scope = scope_of(named), .purpose = nasty, .limit = 10, .now = clock.now()};
  const FilePage page = value_of(catalog->list_files(all));
  ASSERT_EQ(page.files.size(), 1U);
  EXPECT_EQ(page.files[0].filename, nasty);
  EXPECT_EQ(page.files[0].purpose, nasty);
  EXPECT_EQ(page.files[0].status_details, nasty);

  const Scope nowhere{.organization_id = nasty, .project_id = nasty};
  EXPECT_FALSE(is_there(nowhere, committed.id));
  EXPECT_FALSE(is_there(scope_of(named), nasty));
  EXPECT_FALSE(is_there(scope_of(named), committed.id + std::string(1, '\0')));
  EXPECT_FALSE(value_of(catalog->delete_file(nowhere, nasty, clock.now())));
  EXPECT_EQ(code_of(catalog->revoke_key(nasty + "x", clock.now())), "key_not_found");
  all.after = nasty;
  all.scope = nowhere;
  EXPECT_THAT(value_of(catalog->list_files(all)).files, IsEmpty());
  EXPECT_EQ(value_of(catalog->organization_usage(nasty)), (Usage{}));
  EXPECT_EQ(value_of(catalog->project_usage(nasty)), (Usage{}));
}

TEST_P(CatalogContract, IdsOnlyGrowWhenTheClockStepsBack) {
  std::string last;
  std::int64_t last_created_at = 0;
  for (int index = 0; index < 50; ++index) {
    const File file = commit();
    EXPECT_GT(file.id, last);
    EXPECT_GE(file.created_at, last_created_at);
    last = file.id;
    last_created_at = file.created_at;
    clock.advance(milliseconds(index % 3 == 0 ? -5'000 : 1));
  }
}

TEST_P(CatalogContract, ClocksOfOrganizationsAreTheirOwn) {
  commit();
  clock.advance(std::chrono::hours(-24));
  const Project other = value_of(catalog->create_organization("Other"));
  const File late = value_of(catalog->commit_file(make_file(random, other)));
  EXPECT_EQ(late.created_at, unix_seconds(clock.now()));
}

TEST_P(CatalogContract, AForeignIdAndAnUnknownIdAreTheSame) {
  const Project other = value_of(catalog->create_organization("Other"));
  const File file = commit();
  const WallTime now = clock.now();
  const std::string unknown = mint_file_id(now, random);
  // The other organisation's scope, also with the file's own project in it.
  const Scope foreign[] = {{.organization_id = other.organization_id},
                           scope_of(other),
                           {.organization_id = other.organization_id, .project_id = project.id}};
  for (const Scope& scope : foreign) {
    for (const std::string& id : {file.id, unknown}) {
      EXPECT_FALSE(value_of(catalog->find_file(scope, id, now)).has_value());
      EXPECT_FALSE(value_of(catalog->find_content(scope, id, now)).has_value());
      EXPECT_FALSE(value_of(catalog->delete_file(scope, id, now)));
      for (const Order order : {Order::ascending, Order::descending}) {
        for (const auto& purpose : {std::optional<std::string>(), std::optional(file.purpose)}) {
          const FileQuery list{
              .scope = scope, .purpose = purpose, .order = order, .limit = 10, .now = now};
          EXPECT_THAT(value_of(catalog->list_files(list)).files, IsEmpty());
        }
      }
    }
  }
  EXPECT_TRUE(is_there(organization_scope(), file.id));
  EXPECT_EQ(usage(), (Usage{.bytes = 1, .files = 1}));
}

TEST_P(CatalogContract, AProjectSeesLessThanItsOrganization) {
  const Project second = value_of(catalog->create_project(project.organization_id, "second"));
  const File first_file = commit();
  const File second_file = value_of(catalog->commit_file(make_file(random, second)));
  EXPECT_TRUE(is_there(scope_of(project), first_file.id));
  EXPECT_FALSE(is_there(scope_of(project), second_file.id));
  EXPECT_TRUE(is_there(organization_scope(), first_file.id));
  EXPECT_TRUE(is_there(organization_scope(), second_file.id));
  EXPECT_FALSE(value_of(catalog->find_content(scope_of(project), second_file.id, clock.now())));
  EXPECT_FALSE(value_of(catalog->delete_file(scope_of(project), second_file.id, clock.now())));
  EXPECT_TRUE(value_of(catalog->delete_file(scope_of(second), second_file.id, clock.now())));
  EXPECT_TRUE(value_of(catalog->delete_file(organization_scope(), first_file.id, clock.now())));
}

TEST_P(CatalogContract, ADeletedFileIsGoneAtOnceAndItsContentIsGarbage) {
  const File kept = commit(5);
  const File file = commit(7);
  ASSERT_TRUE(value_of(catalog->delete_file(organization_scope(), file.id, clock.now())));
  EXPECT_FALSE(is_there(organization_scope(), file.id));
  EXPECT_THAT(ids_of(value_of(catalog->list_files(query()))), ElementsAre(kept.id));
  EXPECT_EQ(usage(), (Usage{.bytes = 5, .files = 1}));
  EXPECT_EQ(value_of(catalog->project_usage(project.id)), (Usage{.bytes = 5, .files = 1}));
  EXPECT_FALSE(value_of(catalog->delete_file(organization_scope(), file.id, clock.now())));

  const std::vector<Garbage> pieces = value_of(catalog->garbage(0, 10));
  ASSERT_EQ(pieces.size(), 1U);
  EXPECT_EQ(pieces[0].blob, file.blob);
}

TEST_P(CatalogContract, GarbageStaysUntilItIsForgotten) {
  std::vector<BlobId> blobs;
  for (const std::string& id : commit_several(5)) {
    blobs.push_back(value_of(catalog->find_file(organization_scope(), id, clock.now()))->blob);
    ASSERT_TRUE(value_of(catalog->delete_file(organization_scope(), id, clock.now())));
  }
  EXPECT_THAT(value_of(catalog->garbage(0, 0)), IsEmpty());
  const std::vector<Garbage> all = value_of(catalog->garbage(0, 10));
  for (std::size_t count = 0; count < all.size(); ++count) {
    const std::vector<Garbage> behind = value_of(catalog->garbage(all[count].sequence, 2));
    ASSERT_EQ(behind.size(), std::min<std::size_t>(2, all.size() - count - 1));
    if (behind.empty()) continue;
    EXPECT_EQ(behind[0].blob, all[count + 1].blob);
  }
  std::vector<Garbage> pieces = value_of(catalog->garbage(0, 3));
  ASSERT_EQ(pieces.size(), 3U);
  for (std::size_t index = 0; index < 3; ++index) EXPECT_EQ(pieces[index].blob, blobs[index]);

  // Another piece's number forgets nothing.
  ASSERT_TRUE(catalog->forget_garbage({{.sequence = pieces[0].sequence, .blob = blobs[1]}}));
  EXPECT_EQ(value_of(catalog->garbage(0, 10)).size(), 5U);
  ASSERT_TRUE(catalog->forget_garbage({pieces[0], pieces[2]}));
  ASSERT_TRUE(catalog->forget_garbage({pieces[0]}));
  ASSERT_TRUE(catalog->forget_garbage({}));
  pieces = value_of(catalog->garbage(0, 10));
  ASSERT_EQ(pieces.size(), 3U);
  EXPECT_EQ(pieces[0].blob, blobs[1]);
  EXPECT_EQ(pieces[1].blob, blobs[3]);
  EXPECT_EQ(pieces[2].blob, blobs[4]);
}

TEST_P(CatalogContract, NumbersOfGarbageAreNotUsedAgain) {
  std::vector<std::int64_t> numbers;
  for (int round = 0; round < 3; ++round) {
    const File file = commit();
    ASSERT_TRUE(value_of(catalog->delete_file(organization_scope(), file.id, clock.now())));
    const std::vector<Garbage> pieces = value_of(catalog->garbage(0, 10));
    ASSERT_EQ(pieces.size(), 1U);
    numbers.push_back(pieces[0].sequence);
    ASSERT_TRUE(catalog->forget_garbage(pieces));
  }
  EXPECT_LT(numbers[0], numbers[1]);
  EXPECT_LT(numbers[1], numbers[2]);
}

TEST_P(CatalogContract, ABlobIsKnownFromCommitUntilForgotten) {
  const NewFile file = new_file();
  EXPECT_FALSE(value_of(catalog->is_known(file.blob)));
  const File committed = value_of(catalog->commit_file(file));
  EXPECT_TRUE(value_of(catalog->is_known(file.blob)));
  ASSERT_TRUE(value_of(catalog->delete_file(organization_scope(), committed.id, clock.now())));
  EXPECT_TRUE(value_of(catalog->is_known(file.blob)));
  ASSERT_TRUE(catalog->forget_garbage(value_of(catalog->garbage(0, 1))));
  EXPECT_FALSE(value_of(catalog->is_known(file.blob)));
}

TEST_P(CatalogContract, TwoFilesNeverShareABlob) {
  const NewFile file = new_file();
  ASSERT_TRUE(catalog->commit_file(file));
  EXPECT_EQ(code_of(catalog->commit_file(file)), "internal");
  EXPECT_EQ(usage(), (Usage{.bytes = 1, .files = 1}));
}

// --- Expiry ---

TEST_P(CatalogContract, AFileExpiresAtItsVerySecond) {
  NewFile file = new_file();
  file.expires_after_seconds = 3'600;
  const File committed = value_of(catalog->commit_file(file));
  const WallTime end = from_unix_seconds(*committed.expires_at);
  const Scope scope = organization_scope();
  FileQuery list = query();
  for (const auto& purpose : {std::optional<std::string>(), std::optional(file.purpose)}) {
    list.purpose = purpose;
    list.now = end - milliseconds(1);
    EXPECT_EQ(value_of(catalog->list_files(list)).files.size(), 1U);
    list.now = end;
    EXPECT_THAT(value_of(catalog->list_files(list)).files, IsEmpty());
  }
  EXPECT_TRUE(value_of(catalog->find_file(scope, committed.id, end - milliseconds(1))));
  EXPECT_FALSE(value_of(catalog->find_file(scope, committed.id, end)));
  EXPECT_TRUE(value_of(catalog->find_content(scope, committed.id, end - milliseconds(1))));
  EXPECT_FALSE(value_of(catalog->find_content(scope, committed.id, end)));
  EXPECT_FALSE(value_of(catalog->delete_file(scope, committed.id, end)));
  EXPECT_EQ(value_of(catalog->delete_expired(end - milliseconds(1), 10)), 0U);
  EXPECT_EQ(value_of(catalog->delete_expired(end, 10)), 1U);
}

TEST_P(CatalogContract, ExpiryCountsFromTheCreationThatTheFileShows) {
  commit();
  clock.advance(std::chrono::hours(-1));
  NewFile file = new_file();
  file.expires_after_seconds = 3'600;
  const File committed = value_of(catalog->commit_file(file));
  EXPECT_GT(committed.created_at, unix_seconds(clock.now()));
  EXPECT_EQ(committed.expires_at, committed.created_at + 3'600);
}

TEST_P(CatalogContract, AnExpiredFileIsChargedUntilItIsSwept) {
  NewFile file = new_file(9);
  file.expires_after_seconds = 3'600;
  const File committed = value_of(catalog->commit_file(file));
  const File kept = commit(2);
  clock.advance(std::chrono::hours(1));
  EXPECT_EQ(usage(), (Usage{.bytes = 11, .files = 2}));
  EXPECT_THAT(value_of(catalog->garbage(0, 10)), IsEmpty());
  EXPECT_EQ(value_of(catalog->delete_expired(clock.now(), 10)), 1U);
  EXPECT_EQ(usage(), (Usage{.bytes = 2, .files = 1}));
  EXPECT_EQ(value_of(catalog->project_usage(project.id)), (Usage{.bytes = 2, .files = 1}));
  EXPECT_EQ(value_of(catalog->garbage(0, 10)).at(0).blob, committed.blob);
  EXPECT_TRUE(is_there(organization_scope(), kept.id));
  EXPECT_EQ(value_of(catalog->delete_expired(clock.now(), 10)), 0U);
}

TEST_P(CatalogContract, SweepingTakesNoMoreThanItIsTold) {
  for (int index = 0; index < 7; ++index) {
    NewFile file = new_file();
    file.expires_after_seconds = 3'600;
    ASSERT_TRUE(catalog->commit_file(file));
  }
  clock.advance(std::chrono::hours(2));
  EXPECT_EQ(value_of(catalog->delete_expired(clock.now(), 0)), 0U);
  EXPECT_EQ(value_of(catalog->delete_expired(clock.now(), 4)), 4U);
  EXPECT_EQ(value_of(catalog->delete_expired(clock.now(), 4)), 3U);
  EXPECT_EQ(value_of(catalog->garbage(0, 100)).size(), 7U);
  EXPECT_EQ(usage(), (Usage{}));
}

TEST_P(CatalogContract, ItIsReady) { EXPECT_TRUE(catalog->check()); }

}  // namespace

std::vector<CatalogMaker> catalog_makers() {
  return {{"Memory", make_memory},
          {"Sqlite", make_sqlite},
          {"Postgres", make_postgres, testing::PostgresServer::why_missing}};
}
}  // namespace argot::catalog
