// What files that wait do is tested in the contract suite; this is about the plans of queries.
#include "catalog/waiting_rows.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "catalog/rows_fixture.h"
#include "catalog/waiting_queries.h"

namespace argot::catalog {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class WaitingRows : public RowsFixture {};

inline constexpr auto explain_behind = explain + queries::waiting_behind;
inline constexpr auto explain_up_to = explain + queries::waiting_up_to;
inline constexpr auto explain_stored = explain + queries::stored_file;
inline constexpr auto explain_claim = explain + queries::claim_waiting;
inline constexpr auto explain_settle = explain + queries::settle_file;
inline constexpr auto explain_return = explain + queries::return_waiting;

TEST_F(WaitingRows, NoQueryScansOrSorts) {
  for (const std::string& walk :
       {plan(explain_behind), plan(explain_up_to), plan(explain_stored), plan(explain_claim),
        plan(explain_settle), plan(explain_return)}) {
    EXPECT_THAT(walk, HasSubstr("SEARCH"));
    EXPECT_THAT(walk, Not(HasSubstr("SCAN waiting")));
    EXPECT_THAT(walk, Not(HasSubstr("SCAN files")));
    EXPECT_THAT(walk, Not(HasSubstr("TEMP B-TREE")));
  }
}

TEST_F(WaitingRows, TheNextOneIsFoundAlongTheIndex) {
  EXPECT_EQ(plan(explain_behind),
            "SEARCH waiting USING INDEX waiting_by_organization (organization_id>?)\n");
  EXPECT_EQ(plan(explain_up_to),
            "SEARCH waiting USING INDEX waiting_by_organization (organization_id<?)\n");
}

}  // namespace
}  // namespace argot::catalog
