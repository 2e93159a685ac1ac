#include "catalog/catalog_copy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <sstream>
#include <thread>
#include <vector>

#include "catalog/copy_fixture.h"
#include "catalog/postgres_fixture.h"

namespace argot::catalog {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

const SeeRow see_nothing = [](const PortableRow&) -> Result<> { return {}; };

class PostgresCopyTest : public PostgresTest {
 protected:
  void SetUp() override {
    PostgresTest::SetUp();
    if (IsSkipped()) return;
    used.fill();
  }

  std::unique_ptr<SqliteSnapshot> source() { return value_of(SqliteSnapshot::open(used.path())); }
  std::unique_ptr<PostgresImport> target() { return value_of(PostgresImport::open(uri)); }

  Result<> copy() { return copy_catalog(*source(), *target(), see_nothing); }

  // What look_at() says of the target.
  std::string state() {
    const auto looked = look_at(*target(), *source());
    if (!looked) return looked.error().detail;
    return *looked == TargetState::empty ? "empty" : "same";
  }

  // Everything that a catalogue says, in the order in which it says it.
  std::string told_by(Catalog& catalog) {
    std::ostringstream told;
    for (const Key& key : value_of(catalog.keys())) {
      told << "key " << key.public_id << " " << key.secret_sha256.hex() << " "
           << key.scope.organization_id << " " << key.scope.project_id.value_or("-") << " "
           << key.name << " " << key.permissions << " " << key.created_at.time_since_epoch().count()
           << " " << key.expires_at.has_value() << key.revoked_at.has_value() << "\n";
    }
    for (const std::string& id : value_of(catalog.organizations())) {
      const Usage usage = value_of(catalog.organization_usage(id));
      told << "organization " << id << " " << usage.bytes << " " << usage.files << "\n";
      for (const Project& project : value_of(catalog.projects(id))) tell(catalog, project, told);
    }
    for (const Upload& upload : used.uploads) {
      const Upload found =
          value_of(catalog.find_upload(upload.scope, upload.id, clock.now())).value();
      told << "upload " << found.id << " " << static_cast<int>(found.status) << " "
           << found.filename << found.bytes << found.file_id << found.expires_at << "\n";
      for (const UploadPart& part : value_of(catalog.upload_parts(upload.id))) {
        told << "part " << part.id << part.bytes << part.sha256.hex() << part.blob.text() << "\n";
      }
    }
    for (const Garbage& piece : value_of(catalog.garbage(0, 1'000))) {
      told << "garbage " << piece.sequence << " " << piece.blob.text() << "\n";
    }
    const ScrubState scrub = value_of(catalog.scrub_state());
    told << "scrub " << scrub.began_at.time_since_epoch().count() << " "
         << scrub.last_sequence.value_or(-1) << "\nwaiting " << value_of(catalog.waiting_files());
    return told.str();
  }

  void tell(Catalog& catalog, const Project& project, std::ostream& told) {
    const Scope scope{.organization_id = project.organization_id, .project_id = project.id};
    const Usage usage = value_of(catalog.project_usage(project.id));
    const LimitOverrides limits = value_of(catalog.limits(scope));
    told << "project " << project.id << " " << project.name << " " << usage.bytes << " "
         << usage.files << "\n";
    for (const auto& [name, limit] : limits.organization) {
      told << name << "=" << limit.largest.value_or(0) << "\n";
    }
    for (const auto& [name, limit] : limits.project) {
      told << name << "=" << limit.largest.value_or(0) << "\n";
    }
    const FileQuery all{.scope = scope, .limit = 1'000, .now = clock.now()};
    for (const ListedFile& listed : value_of(catalog.list_files(all)).files) {
      const auto content = value_of(catalog.find_content(scope, listed.id, clock.now())).value();
      const File& file = content.file;
      told << file.id << " " << file.purpose << " " << file.filename << " " << file.bytes << " "
           << file.created_at << " " << file.expires_at.value_or(0) << " "
           << static_cast<int>(file.status) << file.status_details << " " << file.sha256.hex()
           << file.blob.text() << " " << content.checksums.blocks.size() << "\n"
           << value_of(catalog.find_report(scope, listed.id, clock.now())).value().report << "\n";
      for (const ContentPart& part : value_of(catalog.content_parts(file.blob))) {
        told << part.blob.text() << part.bytes << "\n";
      }
    }
  }

  testing::TempFolder folder;
  UsedCatalog used{folder / "meta.db", clock, random};
};

// A migration that adds one has to add it to portable_rows.h as well.
TEST_F(PostgresCopyTest, EveryTableAndColumnOfBothSchemasIsCopiedButForLoansAndDuties) {
  std::set<std::string> copied;
  for (const Table table : all_tables) {
    with_table(table, [&](const auto& columns) {
      std::istringstream names(columns.columns.text);
      for (std::string name; std::getline(names >> std::ws, name, ',');) {
        copied.insert(columns.name.text + ("." + name));
      }
    });
  }
  std::set<std::string> in_sqlite;
  const auto connection = value_of(open_unchanged({.path = used.path()}));
  Statement columns = connection->use(
      Sql("SELECT m.name || '.' || c.name FROM sqlite_schema AS m, pragma_table_info(m.name) AS c"
          " WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite%'"));
  while (value_of(columns.step())) in_sqlite.emplace(columns.text(0));
  // Its primary key in PostgreSQL is another one.
  EXPECT_EQ(in_sqlite.erase("limits.sequence"), 1U);
  EXPECT_EQ(copied, in_sqlite);

  std::set<std::string> in_postgres;
  const auto prepared = connect_prepared();
  const PostgresRows rows = value_of(prepared->run(
      Sql("SELECT (table_name || '.' || column_name)::text FROM information_schema.columns"
          " WHERE table_schema = current_schema()"
          " AND table_name NOT IN ('argot_catalogue', 'condemned', 'duties')")));
  for (int row = 0; row < rows.size(); ++row) in_postgres.emplace(rows[row].text(0));
  EXPECT_EQ(copied, in_postgres);
}

TEST_F(PostgresCopyTest, TheCopySaysWhatTheSourceSays) {
  EXPECT_EQ(state(), "empty");
  std::uint64_t rows = 0;
  const SeeRow count = [&](const PortableRow&) -> Result<> {
    ++rows;
    return {};
  };
  ASSERT_TRUE(copy_catalog(*source(), *target(), count));
  EXPECT_GT(rows, 60U);
  EXPECT_EQ(state(), "same");
  const auto sqlite = used.open();
  const auto postgres = open();
  EXPECT_EQ(told_by(*postgres), told_by(*sqlite));
  EXPECT_THAT(told_by(*postgres), HasSubstr("garbage 3 "));
}

TEST_F(PostgresCopyTest, LoansOfDocumentsDoNotGoAlongAndTheirTriesDo) {
  ASSERT_TRUE(copy());
  const auto postgres = open();
  const auto lent =
      value_of(postgres->claim_waiting("", clock.now(), clock.now() + std::chrono::hours(1)));
  ASSERT_TRUE(lent);
  EXPECT_EQ(lent->tries, 2U);
}

TEST_F(PostgresCopyTest, WhatComesAfterTheCopyGoesOnWhereTheSourceEnded) {
  ASSERT_TRUE(copy());
  const auto postgres = open();
  EXPECT_EQ(value_of(postgres->first_organization("default")), used.projects[0].organization_id);
  for (const NewFile& tried : used.tries) {
    const Usage before = value_of(postgres->organization_usage(tried.scope.organization_id));
    const File again = value_of(postgres->commit_file(tried));
    EXPECT_EQ(again.blob, tried.blob);
    EXPECT_EQ(value_of(postgres->organization_usage(tried.scope.organization_id)), before);
  }
  // However its clock goes.
  clock.advance(std::chrono::hours(-1));
  for (const Project& project : used.projects) {
    const FileQuery newest{
        .scope = {.organization_id = project.organization_id}, .limit = 1, .now = clock.now()};
    const std::string last = value_of(postgres->list_files(newest)).files.at(0).id;
    EXPECT_GT(value_of(postgres->commit_file(make_file(random, project))).id, last);
    value_of(postgres->create_project(project.organization_id, "third"));
  }
  const Project added = value_of(postgres->create_organization("third"));
  EXPECT_EQ(value_of(postgres->organizations()).back(), added.organization_id);
  for (const UploadPart& part : used.pending) {
    EXPECT_TRUE(value_of(postgres->is_known(part.blob)));
  }
  // One that was pending goes on.
  const Upload& open_upload = used.uploads[0];
  NewPart more{.scope = open_upload.scope,
               .upload_id = open_upload.id,
               .bytes = 5,
               .checksums = {.blocks = {5}},
               .blob = BlobId::mint(random)};
  const UploadPart third = value_of(postgres->add_part(more));
  Completion completion{.upload_id = open_upload.id,
                        .part_ids = {used.pending[0].id, used.pending[1].id, third.id},
                        .file = make_file(random, used.projects[0], 35)};
  completion.file.charged_bytes = 35;
  completion.file.part_count = 3;
  const File file = value_of(postgres->complete_upload(completion));
  EXPECT_EQ(value_of(postgres->content_parts(file.blob)).size(), 3U);
}

TEST_F(PostgresCopyTest, UnlessItIsCommittedNothingIsThere) {
  {
    const auto from = source();
    const auto to = target();
    std::uint64_t left = 40;
    const SeeRow stop = [&](const PortableRow&) -> Result<> {
      if (--left == 0) return fail(ErrorCode::unavailable, "stopped");
      return {};
    };
    EXPECT_EQ(code_of(copy_catalog(*from, *to, stop)), "unavailable");
  }
  EXPECT_EQ(state(), "empty");
  EXPECT_TRUE(value_of(open()->organizations()).empty());
  ASSERT_TRUE(copy());
  EXPECT_EQ(state(), "same");
}

TEST_F(PostgresCopyTest, NobodySeesHalfOfIt) {
  const auto postgres = open();
  const auto from = source();
  const auto to = target();
  const SeeRow look = [&](const PortableRow&) -> Result<> {
    EXPECT_TRUE(value_of(postgres->organizations()).empty());
    return {};
  };
  ASSERT_TRUE(copy_catalog(*from, *to, look));
  EXPECT_EQ(value_of(postgres->organizations()).size(), 2U);
}

TEST_F(PostgresCopyTest, AServerThatStartsMeanwhileMakesNoOrganizationOfItsOwn) {
  std::string first;
  {
    const auto from = source();
    const auto to = target();
    const std::jthread server([&] { first = value_of(open()->first_organization("default")); });
    ASSERT_TRUE(copy_catalog(*from, *to, see_nothing));
  }
  EXPECT_EQ(first, used.projects[0].organization_id);
}

TEST_F(PostgresCopyTest, TheCatalogueOfOthersIsRefused) {
  const Project other = value_of(open()->create_organization("Other"));
  const std::string refusal = state();
  EXPECT_THAT(refusal, HasSubstr("is that of another installation"));
  EXPECT_THAT(refusal, HasSubstr(other.organization_id));
}

TEST_F(PostgresCopyTest, OthersBesideTheSourcesAreRefusedAsWell) {
  ASSERT_TRUE(copy());
  const Project other = value_of(open()->create_organization("Other"));
  EXPECT_THAT(state(), HasSubstr(other.organization_id));
}

TEST_F(PostgresCopyTest, AnEarlierCopyThatWasUsedSinceIsRefused) {
  ASSERT_TRUE(copy());
  value_of(open()->commit_file(make_file(random, used.projects[0])));
  EXPECT_THAT(state(), HasSubstr("was copied from this folder before"));
  EXPECT_THAT(state(), Not(HasSubstr("another installation")));
}

TEST_F(PostgresCopyTest, AnyRowThatChangedTellsTheTwoApart) {
  ASSERT_TRUE(copy());
  const auto connection = connect();
  // As they would differ if only their numbers counted, or only their order.
  for (const char* const change :
       {"UPDATE files SET status_details = 'x' WHERE sequence = 1",
        "UPDATE files SET expires_at = NULL WHERE sequence = 2",
        "UPDATE audit SET sequence = sequence + 1000 WHERE sequence = 1",
        "UPDATE keys SET name = '' WHERE permissions = 7", "DELETE FROM reports",
        "UPDATE organizations SET used_bytes = used_bytes + 1"}) {
    ASSERT_TRUE(connection->run_script("BEGIN"));
    ASSERT_TRUE(connection->run_script(change));
    ASSERT_TRUE(connection->run_script("COMMIT"));
    EXPECT_THAT(state(), HasSubstr("has changed")) << change;
    ASSERT_TRUE(connection->run_script(
        "TRUNCATE organizations, projects, keys, limits, uploads, files, parts, reports, waiting,"
        " attempts, garbage, audit"));
    ASSERT_TRUE(copy());
    EXPECT_EQ(state(), "same");
  }
}

TEST_F(PostgresCopyTest, RowsThatArriveAsOthersAreNotCommitted) {
  ASSERT_TRUE(connect_prepared()->run_script(
      "CREATE FUNCTION spoil() RETURNS trigger LANGUAGE plpgsql AS"
      " $$ BEGIN NEW.bytes := NEW.bytes + 1; RETURN NEW; END $$;"
      "CREATE TRIGGER spoils BEFORE INSERT ON files FOR EACH ROW WHEN (NEW.bytes = 7)"
      " EXECUTE FUNCTION spoil()"));
  const Result<> copied = copy();
  ASSERT_EQ(code_of(copied), "internal");
  EXPECT_THAT(copied.error().detail, HasSubstr("the rows of the table files did not arrive"));
  EXPECT_EQ(state(), "empty");
}

TEST_F(PostgresCopyTest, ManyRowsTakeManyBatchesAndReadsAndKeepTheirOrder) {
  {
    const auto sqlite = used.open();
    for (int file = 0; file < 700; ++file) {
      value_of(sqlite->commit_file(make_file(random, used.projects[3])));
    }
  }
  ASSERT_TRUE(copy());
  EXPECT_EQ(state(), "same");
  EXPECT_EQ(told_by(*open()), told_by(*used.open()));
}

}  // namespace
}  // namespace argot::catalog
