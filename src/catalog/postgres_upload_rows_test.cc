// What uploads do is tested in the contract suite; this is about the bound on parts, and what is
// done again after a commit of unknown outcome.
#include "catalog/postgres_upload_rows.h"

#include <gtest/gtest.h>

#include "catalog/postgres_fixture.h"
#include "catalog/upload_values.h"

namespace argot::catalog {
namespace {

class PostgresUploadRows : public PostgresTest {
 protected:
  void SetUp() override {
    PostgresTest::SetUp();
    if (IsSkipped()) return;
    catalog = open();
    project = value_of(catalog->create_organization("Acme"));
    connection = connect();
  }

  Scope scope() const {
    return {.organization_id = project.organization_id, .project_id = project.id};
  }
  Upload make_upload() {
    return new_upload({.scope = scope(), .bytes = 10, .lifetime = std::chrono::hours(1)},
                      clock.now(), random);
  }
  Usage usage() { return value_of(catalog->organization_usage(project.organization_id)); }

  std::unique_ptr<PostgresCatalog> catalog;
  std::unique_ptr<PostgresConnection> connection;
  Project project;
};

TEST_F(PostgresUploadRows, WhatIsDoneAgainIsDoneOnce) {
  const Upload upload = make_upload();
  for (int time = 0; time < 2; ++time) {
    PostgresTransaction transaction(*connection);
    ASSERT_TRUE(postgres::add_upload(transaction, upload, clock.now()));
  }
  const NewPart part{
      .scope = scope(), .upload_id = upload.id, .bytes = 10, .blob = BlobId::mint(random)};
  const UploadPart row = new_part(part, clock.now(), random);
  for (int time = 0; time < 2; ++time) {
    PostgresTransaction transaction(*connection);
    ASSERT_TRUE(postgres::add_part_row(transaction, part, row));
  }
  EXPECT_EQ(value_of(catalog->upload_parts(upload.id)).size(), 1U);
  EXPECT_EQ(usage().bytes, 10U);
  const auto audits =
      value_of(connection->run(Sql("SELECT count(*) FROM audit WHERE action = 'upload.create'")));
  EXPECT_EQ(audits[0].integer(0), 1);
}

TEST_F(PostgresUploadRows, AnUploadHasNoMorePartsThanThereMayBe) {
  const Upload upload = value_of(
      catalog->create_upload({.scope = scope(), .bytes = 10, .lifetime = std::chrono::hours(1)}));
  ASSERT_TRUE(connection->run_script("UPDATE uploads SET part_count = 4095"));
  NewPart part{.scope = scope(), .upload_id = upload.id, .bytes = 1, .blob = BlobId::mint(random)};
  ASSERT_TRUE(catalog->add_part(part));
  part.blob = BlobId::mint(random);
  EXPECT_EQ(code_of(catalog->add_part(part)), "invalid_request");
  EXPECT_EQ(usage().bytes, 1U);
}

}  // namespace
}  // namespace argot::catalog
