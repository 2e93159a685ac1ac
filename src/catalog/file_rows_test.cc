// What files do is tested in the contract suites; this is about the rows and the plans of queries.
#include "catalog/file_rows.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "catalog/queries.h"
#include "catalog/rows_fixture.h"
#include "catalog/tenant_rows.h"

namespace argot::catalog {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

class FileRows : public RowsFixture {
 protected:
  void SetUp() override {
    ASSERT_TRUE(insert_organization(*connection, project.organization_id, "Acme", clock.now()));
    ASSERT_TRUE(insert_project(*connection, project, clock.now()));
  }

  File commit(NewFile file) { return value_of(commit_row(*connection, file, clock.now(), random)); }

  testing::FakeClock clock;
  testing::SeededRandom random;
  Project project{.id = "proj_1", .organization_id = "org-1", .name = "default"};
};

inline constexpr auto explain_find_key = explain + queries::find_key;
inline constexpr auto explain_find = explain + queries::find_file;
inline constexpr auto explain_find_report = explain + queries::find_report;
inline constexpr auto explain_delete = explain + queries::delete_file;
inline constexpr auto explain_is_known = explain + queries::is_known;
inline constexpr auto explain_delete_expired = explain + queries::delete_expired;
inline constexpr auto explain_organization_upward =
    explain + queries::PageQueries::organization_upward;
inline constexpr auto explain_organization_downward =
    explain + queries::PageQueries::organization_downward;
inline constexpr auto explain_organization_purpose =
    explain + queries::PageQueries::organization_purpose_downward;
inline constexpr auto explain_project = explain + queries::PageQueries::project_downward;
inline constexpr auto explain_project_purpose =
    explain + queries::PageQueries::project_purpose_upward;

TEST_F(FileRows, NoQueryScansOrSorts) {
  const std::string walks[] = {plan(explain_organization_upward),
                               plan(explain_organization_downward),
                               plan(explain_organization_purpose),
                               plan(explain_project),
                               plan(explain_project_purpose),
                               plan(explain_find),
                               plan(explain_find_report),
                               plan(explain_delete),
                               plan(explain_is_known),
                               plan(explain_find_key),
                               plan(explain_delete_expired)};
  for (const std::string& walk : walks) {
    EXPECT_THAT(walk, HasSubstr("SEARCH"));
    EXPECT_THAT(walk, Not(HasSubstr("TEMP B-TREE")));
    EXPECT_THAT(walk, Not(HasSubstr("SCAN files")));
    EXPECT_THAT(walk, Not(HasSubstr("SCAN garbage")));
    EXPECT_THAT(walk, Not(HasSubstr("SCAN reports")));
  }
}

TEST_F(FileRows, APageIsOneWalkAlongItsIndex) {
  EXPECT_EQ(plan(explain_organization_downward),
            "SEARCH files USING INDEX files_by_organization (organization_id=? AND id<?)\n");
  EXPECT_EQ(plan(explain_organization_purpose),
            "SEARCH files USING INDEX files_by_organization_purpose"
            " (organization_id=? AND purpose=? AND id<?)\n");
  EXPECT_EQ(plan(explain_project),
            "SEARCH files USING INDEX files_by_project (project_id=? AND id<?)\n");
  EXPECT_EQ(plan(explain_project_purpose),
            "SEARCH files USING INDEX files_by_project_purpose"
            " (project_id=? AND purpose=? AND id>?)\n");
}

TEST_F(FileRows, EachChangeLeavesOneLineOfRecord) {
  const File first = commit(make_file(random, project));
  NewFile expiring = make_file(random, project);
  expiring.expires_after_seconds = 3'600;
  const File second = commit(expiring);
  NewFile refused = make_file(random, project, 100);
  refused.organization_bytes_max = 10;
  EXPECT_FALSE(commit_row(*connection, refused, clock.now(), random));
  const Scope scope = first.scope;
  EXPECT_TRUE(value_of(delete_row(*connection, scope, first.id, clock.now())));
  EXPECT_FALSE(value_of(delete_row(*connection, scope, first.id, clock.now())));
  clock.advance(std::chrono::hours(2));
  EXPECT_EQ(value_of(delete_expired_rows(*connection, clock.now(), 10)), 1U);

  static constexpr Sql select(
      "SELECT action || ' ' || subject FROM audit WHERE action LIKE 'file.%' ORDER BY sequence");
  std::vector<std::string> lines;
  Statement rows = connection->use(select);
  while (value_of(rows.step())) lines.emplace_back(rows.text(0));
  EXPECT_THAT(lines, ElementsAre("file.create " + first.id, "file.create " + second.id,
                                 "file.delete " + first.id, "file.expire " + second.id));
}

TEST_F(FileRows, ADamagedRowIsAnErrorAndNoFile) {
  const File file = commit(make_file(random, project));
  ASSERT_TRUE(connection->run(Sql("UPDATE files SET blob = '../../etc/passwd'")));
  const Result<std::optional<File>> found =
      select_file(*connection, file.scope, file.id, clock.now());
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code, ErrorCode::internal);
  FileQuery query{.scope = file.scope, .limit = 10, .now = clock.now()};
  // A list shows nothing of what is damaged, so that the file can be found and deleted.
  EXPECT_EQ(value_of(select_page(*connection, query)).files.size(), 1U);

  ASSERT_TRUE(
      connection->run(Sql("UPDATE files SET blob = '0123456789012345678901234567890123456789',"
                          " checksums = x'000102'")));
  EXPECT_TRUE(value_of(select_file(*connection, file.scope, file.id, clock.now())));
  EXPECT_FALSE(select_content(*connection, file.scope, file.id, clock.now()));
}

}  // namespace
}  // namespace argot::catalog
