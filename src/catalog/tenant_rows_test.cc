// What tenants and keys do is tested in catalog_contract_test.cc; this is about the rows
// themselves.
#include "catalog/tenant_rows.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "catalog/rows_fixture.h"
#include "tests/support/fakes.h"

namespace argot::catalog {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class TenantRows : public RowsFixture {
 protected:
  // "<at> <action> <organisation> <subject>", oldest first.
  std::vector<std::string> audit() {
    static constexpr Sql select(
        "SELECT at_ms || ' ' || action || ' ' || organization_id || ' ' || subject"
        " FROM audit ORDER BY sequence");
    return column(select);
  }

  static WallTime at(std::int64_t count) { return WallTime(std::chrono::milliseconds(count)); }
};

TEST_F(TenantRows, EachChangeLeavesOneLineOfRecord) {
  ASSERT_TRUE(insert_organization(*connection, "org-1", "Acme", at(5)));
  ASSERT_TRUE(insert_project(*connection, {"proj_1", "org-1", "default"}, at(6)));
  Key key{.public_id = "abc", .scope = {.organization_id = "org-1"}, .created_at = at(7)};
  ASSERT_TRUE(insert_key(*connection, key));
  ASSERT_TRUE(update_key_revoked(*connection, "abc", at(8)));
  ASSERT_TRUE(update_key_revoked(*connection, "abc", at(9)));
  EXPECT_THAT(audit(),
              ElementsAre("5 organization.create org-1 org-1", "6 project.create org-1 proj_1",
                          "7 key.create org-1 abc", "8 key.revoke org-1 abc"));
}

TEST_F(TenantRows, ARefusedChangeLeavesNone) {
  EXPECT_FALSE(insert_project(*connection, {"proj_1", "org-1", "default"}, at(6)));
  EXPECT_FALSE(insert_key(*connection, {.public_id = "abc", .scope = {.organization_id = "o"}}));
  EXPECT_FALSE(update_key_revoked(*connection, "abc", at(8)));
  EXPECT_THAT(audit(), IsEmpty());
}

TEST_F(TenantRows, ADamagedKeyIsAnErrorAndNoKey) {
  ASSERT_TRUE(insert_organization(*connection, "org-1", "Acme", at(5)));
  ASSERT_TRUE(insert_key(*connection, {.public_id = "abc", .scope = {.organization_id = "org-1"}}));
  ASSERT_TRUE(connection->run(Sql("PRAGMA ignore_check_constraints = ON")));
  ASSERT_TRUE(connection->run(Sql("UPDATE keys SET secret_sha256 = x'00'")));
  const Result<std::optional<Key>> found = select_key(*connection, "abc");
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code, ErrorCode::internal);
}

}  // namespace
}  // namespace argot::catalog
