// What uploads do is tested in the contract suite; this is about the plans of queries and the bound
// on parts.
#include "catalog/upload_rows.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "catalog/rows_fixture.h"
#include "catalog/tenant_rows.h"
#include "catalog/upload_queries.h"

namespace argot::catalog {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class UploadRows : public RowsFixture {};

TEST_F(UploadRows, NoQueryScansOrSorts) {
  for (const std::string& walk :
       {plan(explain + queries::find_upload), plan(explain + queries::count_part),
        plan(explain + queries::parts_of_upload), plan(explain + queries::parts_of_content),
        plan(explain + queries::end_upload), plan(explain + queries::expire_uploads),
        plan(explain + queries::give_part_to_content), plan(explain + queries::give_part_to_file),
        plan(explain + queries::drop_part_blobs), plan(explain + queries::drop_parts),
        plan(explain + queries::forget_uploads), plan(explain + queries::insert_garbage),
        plan(explain + queries::delete_content_parts), plan(explain + queries::is_known)}) {
    EXPECT_THAT(walk, HasSubstr("SEARCH"));
    EXPECT_THAT(walk, Not(HasSubstr("SCAN uploads")));
    EXPECT_THAT(walk, Not(HasSubstr("SCAN parts")));
    EXPECT_THAT(walk, Not(HasSubstr("TEMP B-TREE")));
  }
}

TEST_F(UploadRows, AnUploadHasNoMorePartsThanThereMayBe) {
  testing::SeededRandom random;
  const WallTime now = from_unix_seconds(1'000);
  ASSERT_TRUE(insert_organization(*connection, "org-1", "Acme", now));
  const Project project{.id = "proj_1", .organization_id = "org-1", .name = "default"};
  ASSERT_TRUE(insert_project(*connection, project, now));
  const Scope scope{.organization_id = "org-1", .project_id = "proj_1"};
  const Upload upload = value_of(
      insert_upload(*connection, {.scope = scope, .lifetime = std::chrono::hours(1)}, now, random));
  const auto add = [&] {
    const NewPart part{
        .scope = scope, .upload_id = upload.id, .bytes = 1, .blob = BlobId::mint(random)};
    return insert_part(*connection, part, now, random);
  };
  ASSERT_TRUE(connection->run(Sql("UPDATE uploads SET part_count = 4095")));
  ASSERT_TRUE(add());
  const auto excessive = add();
  ASSERT_FALSE(excessive);
  EXPECT_EQ(describe(excessive.error()),
            "invalid_request: An Upload may have at most 4096 parts, and this one has as many.");
}

}  // namespace
}  // namespace argot::catalog
