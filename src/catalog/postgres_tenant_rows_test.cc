// What tenants do is tested in the contract suites; this is about what they leave on record.
#include "catalog/postgres_tenant_rows.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "catalog/postgres_fixture.h"

namespace argot::catalog {
namespace {

using ::testing::ElementsAre;

class PostgresTenantRows : public PostgresTest {
 protected:
  std::vector<std::string> record() const {
    static constexpr Sql select(
        "SELECT action || ' ' || convert_from(subject, 'UTF8') || ' ' ||"
        " convert_from(details, 'UTF8') FROM audit ORDER BY sequence");
    std::vector<std::string> lines;
    const PostgresRows rows = value_of(connect()->run(select));
    for (int row = 0; row < rows.size(); ++row) lines.emplace_back(rows[row].text(0));
    return lines;
  }
};

TEST_F(PostgresTenantRows, EachChangeLeavesOneLineOfRecord) {
  const auto catalog = open();
  const Project project = value_of(catalog->create_organization("Acme"));
  const Scope scope{.organization_id = project.organization_id};
  ASSERT_TRUE(catalog->create_key({.public_id = "abc", .scope = scope}));
  EXPECT_FALSE(catalog->create_key({.public_id = "abc", .scope = scope}));
  ASSERT_TRUE(catalog->revoke_key("abc", clock.now()));
  ASSERT_TRUE(catalog->revoke_key("abc", clock.now()));
  ASSERT_TRUE(catalog->set_limits(scope, {{"file_bytes", Limit{7}}}, clock.now()));
  const File file = value_of(catalog->commit_file(make_file(random, project)));
  NewFile refused = make_file(random, project, 100);
  refused.organization_bytes_max = 10;
  EXPECT_FALSE(catalog->commit_file(refused));
  ASSERT_TRUE(value_of(catalog->delete_file(scope, file.id, clock.now())));
  EXPECT_FALSE(value_of(catalog->delete_file(scope, file.id, clock.now())));
  EXPECT_THAT(
      record(),
      ElementsAre("organization.create " + project.organization_id + " ",
                  "project.create " + project.id + " ", "key.create abc ", "key.revoke abc ",
                  "limits.set " + project.organization_id + " file_bytes=7",
                  "file.create " + file.id + " ", "file.delete " + file.id + " "));
}

}  // namespace
}  // namespace argot::catalog
