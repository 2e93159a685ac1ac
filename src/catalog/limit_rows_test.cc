// What limits do is tested in catalog_contract_limits_test.cc; this is about the rows themselves.
#include "catalog/limit_rows.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "catalog/queries.h"
#include "catalog/rows_fixture.h"
#include "catalog/tenant_rows.h"

namespace argot::catalog {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class LimitRows : public RowsFixture {
 protected:
  void SetUp() override {
    ASSERT_TRUE(insert_organization(*connection, "org-1", "Acme", at(1)));
    ASSERT_TRUE(insert_project(*connection, {"proj_1", "org-1", "default"}, at(1)));
  }

  // "<at> <organisation> <subject>: <details>", oldest first.
  std::vector<std::string> audit() {
    static constexpr Sql select(
        "SELECT at_ms || ' ' || organization_id || ' ' || subject || ': ' || details"
        " FROM audit WHERE action = 'limits.set' ORDER BY sequence");
    return column(select);
  }

  static WallTime at(std::int64_t count) { return WallTime(std::chrono::milliseconds(count)); }

  const Scope whole{.organization_id = "org-1", .project_id = {}};
  const Scope part{.organization_id = "org-1", .project_id = "proj_1"};
};

TEST_F(LimitRows, EachChangeLeavesOneLineOfRecordThatSaysWhat) {
  ASSERT_TRUE(change_limits(*connection, whole,
                            {{"file_bytes", Limit{1000}}, {"organization_bytes", Limit{}}}, at(5)));
  ASSERT_TRUE(change_limits(*connection, part, {{"file_bytes", std::nullopt}}, at(6)));
  EXPECT_THAT(audit(), ElementsAre("5 org-1 org-1: file_bytes=1000 organization_bytes=none",
                                   "6 org-1 proj_1: file_bytes=default"));
}

TEST_F(LimitRows, ARefusedChangeLeavesNone) {
  const Scope nobody{.organization_id = "org-2", .project_id = {}};
  const Scope foreign{.organization_id = "org-2", .project_id = "proj_1"};
  for (const Scope& owner : {nobody, foreign}) {
    EXPECT_FALSE(change_limits(*connection, owner, {{"file_bytes", Limit{1}}}, at(5)));
    EXPECT_FALSE(change_limits(*connection, owner, {{"file_bytes", std::nullopt}}, at(5)));
  }
  EXPECT_THAT(audit(), IsEmpty());
}

TEST_F(LimitRows, ARowStandsForALimitThatIsSet) {
  constexpr Sql count("SELECT count(*) FROM limits");
  const auto rows = [&] {
    Statement statement = connection->use(count);
    return value_of(statement.step()) ? statement.integer(0) : -1;
  };
  for (const std::uint64_t bytes : {1U, 2U}) {
    ASSERT_TRUE(change_limits(*connection, whole, {{"file_bytes", Limit{bytes}}}, at(5)));
    ASSERT_TRUE(change_limits(*connection, part, {{"file_bytes", Limit{bytes}}}, at(5)));
    EXPECT_EQ(rows(), 2);
  }
  ASSERT_TRUE(change_limits(*connection, whole, {{"file_bytes", std::nullopt}}, at(5)));
  EXPECT_EQ(rows(), 1);
  EXPECT_TRUE(value_of(select_limits(*connection, part)).project.contains("file_bytes"));
}

inline constexpr auto explain_limits = explain + queries::limits;
inline constexpr auto explain_drop_limit = explain + queries::drop_limit;

TEST_F(LimitRows, NoQueryWalksOverOtherTenants) {
  EXPECT_EQ(plan(explain_limits),
            "SEARCH limits USING INDEX limits_by_owner (organization_id=? AND <expr>=?)\n");
  EXPECT_EQ(plan(explain_drop_limit),
            "SEARCH limits USING INDEX limits_by_owner"
            " (organization_id=? AND <expr>=? AND name=?)\n");
}

}  // namespace
}  // namespace argot::catalog
