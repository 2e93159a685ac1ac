// What files do is tested in the contract suites; this is about the rows and the plans of queries.
#include "catalog/postgres_file_rows.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "catalog/postgres_fixture.h"
#include "catalog/postgres_read_queries.h"

namespace argot::catalog {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr Sql explain("EXPLAIN ");

class PostgresFileRows : public PostgresTest {
 protected:
  // Two organisations with many files, and statistics of them.
  static constexpr const char* fill =
      "INSERT INTO organizations (id, name, created_ms) VALUES ('org-1', 'a', 0), ('org-2', 'b', "
      "0);"
      "INSERT INTO projects (id, organization_id, name, created_ms)"
      " SELECT 'proj_' || o || '_' || p, 'org-' || o, 'p', 0"
      " FROM generate_series(1, 2) o, generate_series(1, 4) p;"
      "INSERT INTO files (id, organization_id, project_id, purpose, filename, bytes, created_at,"
      " expires_at, status, status_details, sha256, blob, checksums)"
      " SELECT 'file-' || lpad(n::text, 22, '0'), 'org-' || n % 2 + 1,"
      " 'proj_' || n % 2 + 1 || '_' || n % 4 + 1,"
      " CASE WHEN n % 3 = 0 THEN 'batch'::bytea ELSE 'user_data'::bytea END, 'f', 1, n,"
      " CASE WHEN n % 3 = 0 THEN n END, 'processed', '', decode(repeat('00', 32), 'hex'),"
      " lpad(n::text, 40, '0'), '' FROM generate_series(1, 20000) n;"
      "INSERT INTO garbage (blob) SELECT lpad(n::text, 40, 'a') FROM generate_series(1, 5000) n;"
      "INSERT INTO reports (sequence, report) SELECT sequence, 'r' FROM files;"
      "ANALYZE";

  void SetUp() override {
    PostgresTest::SetUp();
    if (IsSkipped()) return;
    connection = connect_prepared();
    ASSERT_TRUE(connection->run_script(fill));
    // What is prepared once must do for all values.
    ASSERT_TRUE(connection->run_script("SET plan_cache_mode = force_generic_plan"));
  }

  template <std::size_t size>
  std::string plan(const Sql<size>& explained, const PostgresValues& values) {
    std::string text;
    const PostgresRows rows = value_of(connection->run(explained, values));
    for (int row = 0; row < rows.size(); ++row) text += std::string(rows[row].text(0)) + "\n";
    return text;
  }

  static PostgresValues one() {
    return postgres::values_of_one({.organization_id = "org-1", .project_id = "proj_1_1"}, "file-1",
                                   from_unix_seconds(0));
  }
  static PostgresValues page() {
    return PostgresValues()
        .id("org-1")
        .id("proj_1_1")
        .bytes(std::string_view("batch"))
        .id("file-")
        .number(0)
        .number(101);
  }

  std::unique_ptr<PostgresConnection> connection;
};

inline constexpr auto explain_find = explain + postgres::queries::find_file;
inline constexpr auto explain_report = explain + postgres::queries::find_report;
inline constexpr auto explain_delete = explain + postgres::queries::delete_file;
inline constexpr auto explain_is_known = explain + postgres::queries::is_known;
inline constexpr auto explain_expired = explain + postgres::queries::delete_expired;
inline constexpr auto explain_stored = explain + postgres::queries::stored_files;
inline constexpr auto explain_organization =
    explain + postgres::queries::PageQueries::organization_downward;
inline constexpr auto explain_purpose =
    explain + postgres::queries::PageQueries::organization_purpose_downward;
inline constexpr auto explain_project = explain + postgres::queries::PageQueries::project_upward;
inline constexpr auto explain_project_purpose =
    explain + postgres::queries::PageQueries::project_purpose_downward;

TEST_F(PostgresFileRows, APageIsOneWalkAlongItsIndex) {
  const std::pair<std::string, std::string> walks[] = {
      {plan(explain_organization, page()), "Index Scan Backward using files_by_organization on"},
      {plan(explain_purpose, page()), "Index Scan Backward using files_by_organization_purpose on"},
      {plan(explain_project, page()), "Index Scan using files_by_project on"},
      {plan(explain_project_purpose, page()),
       "Index Scan Backward using files_by_project_purpose on"}};
  for (const auto& [walk, expected] : walks) {
    EXPECT_THAT(walk, HasSubstr(expected));
    EXPECT_THAT(walk, Not(HasSubstr("Sort")));
    EXPECT_THAT(walk, Not(HasSubstr("Seq Scan")));
  }
}

TEST_F(PostgresFileRows, NoQueryScansOrSorts) {
  const std::string plans[] = {
      plan(explain_find, one()),
      plan(explain_report, one()),
      plan(explain_delete, one()),
      plan(explain_is_known, PostgresValues().id("b")),
      plan(explain_stored, PostgresValues().number(0).number(10)),
      plan(explain_expired, PostgresValues().number(0).number(10)),
  };
  for (const std::string& text : plans) {
    EXPECT_THAT(text, HasSubstr("Index"));
    EXPECT_THAT(text, Not(HasSubstr("Seq Scan on files")));
    EXPECT_THAT(text, Not(HasSubstr("Seq Scan on garbage")));
    EXPECT_THAT(text, Not(HasSubstr("Seq Scan on reports")));
  }
}

TEST_F(PostgresFileRows, ADamagedRowIsAnErrorAndNoFile) {
  ASSERT_TRUE(
      connection->run_script("UPDATE files SET blob = '../../etc/passwd' WHERE sequence = 2"));
  const Scope scope{.organization_id = "org-1"};
  const auto found = postgres::select_file(*connection, scope, "file-0000000000000000000002",
                                           from_unix_seconds(0));
  EXPECT_EQ(code_of(found), "internal");
  // A list shows nothing of what is damaged, so that the file can be found and deleted.
  const FileQuery query{.scope = scope, .order = Order::ascending, .limit = 1, .now = {}};
  EXPECT_EQ(value_of(postgres::select_page(*connection, query)).files.at(0).id,
            "file-0000000000000000000002");
}

}  // namespace
}  // namespace argot::catalog
