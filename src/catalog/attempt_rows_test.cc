// What attempts do is tested in catalog_contract_attempts_test.cc; this is about the rows
// themselves.
#include "catalog/attempt_rows.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/limits.h"
#include "catalog/file_rows.h"
#include "catalog/queries.h"
#include "catalog/rows_fixture.h"
#include "catalog/tenant_rows.h"

namespace argot::catalog {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

inline constexpr auto explain_by_key = explain + queries::find_attempt_by_key;
inline constexpr auto explain_by_fingerprint = explain + queries::find_attempt_by_fingerprint;
inline constexpr auto explain_forget_with = explain + queries::forget_attempts_with_key;
inline constexpr auto explain_forget_without = explain + queries::forget_attempts_without_key;

class AttemptRows : public RowsFixture {
 protected:
  void SetUp() override {
    ASSERT_TRUE(insert_organization(*connection, "org-1", "Acme", WallTime()));
    ASSERT_TRUE(insert_project(*connection, project_, WallTime()));
  }

  std::string read(const auto& sql) {
    Statement row = connection->use(sql);
    return value_of(row.step()) ? std::string(row.text(0)) : "(no row)";
  }

  File commit(std::string idempotency_key, WallTime now) {
    NewFile file = make_file(random_, project_);
    file.attempt =
        Attempt{.key_id = "k1", .idempotency_key = std::move(idempotency_key), .began_at = now};
    return value_of(commit_row(*connection, file, now, random_));
  }

  testing::SeededRandom random_;
  const Project project_{.id = "proj_1", .organization_id = "org-1", .name = "default"};
};

TEST_F(AttemptRows, AreFoundByAnIndexEach) {
  EXPECT_THAT(plan(explain_by_key), HasSubstr("attempts_by_key"));
  EXPECT_THAT(plan(explain_by_fingerprint),
              AllOf(HasSubstr("attempts_by_fingerprint (fingerprint=? AND key_id=? AND"
                              " committed_ms>?)"),
                    HasSubstr("files_by_organization"), Not(HasSubstr("TEMP B-TREE"))));
  EXPECT_THAT(plan(explain_forget_with), HasSubstr("attempts_with_key_by_age"));
  EXPECT_THAT(plan(explain_forget_without), HasSubstr("attempts_without_key_by_age"));
  for (const std::string& each : {plan(explain_by_key), plan(explain_forget_with)}) {
    EXPECT_THAT(each, Not(HasSubstr("SCAN")));
  }
}

TEST_F(AttemptRows, AKeyThatWasForgottenIsTakenByTheNextOneThatHasIt) {
  commit("a", WallTime());
  const File second = commit("a", WallTime(limits::idempotency_key_lifetime));
  EXPECT_EQ(read(Sql("SELECT count(*) FROM attempts")), "1");
  EXPECT_EQ(read(Sql("SELECT file_id FROM attempts")), second.id);
}

TEST_F(AttemptRows, AreWrittenForThoseWhoMayAskAgain) {
  NewFile file = make_file(random_, project_);
  ASSERT_TRUE(commit_row(*connection, file, WallTime(), random_));
  EXPECT_EQ(read(Sql("SELECT count(*) FROM attempts")), "0");
  commit("", WallTime(std::chrono::milliseconds(5)));
  EXPECT_EQ(read(Sql("SELECT idempotency_key IS NULL AND committed_ms = 5 AND tries = 1"
                     " FROM attempts")),
            "1");
}

}  // namespace
}  // namespace argot::catalog
