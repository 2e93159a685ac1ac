#include <gmock/gmock.h>

#include "catalog/catalog_contract.h"

namespace argot::catalog {
namespace {

using namespace std::string_literals;

// What a file's report is now; "(no file)" where there is none.
std::string report_of(Catalog& catalog, const Scope& scope, const std::string& id, WallTime now) {
  const std::optional<FileWithReport> found = value_of(catalog.find_report(scope, id, now));
  if (!found) return "(no file)";
  EXPECT_EQ(found->file.id, id);
  return found->report;
}

TEST_P(CatalogContract, AReportComesBackAsItWasCommitted) {
  const std::string texts[] = {"{}", "", "'\"\\\n\x00 and no \xFF UTF-8"s,
                               std::string(1'100'000, 'r')};
  std::vector<std::string> ids;
  for (const std::string& text : texts) {
    NewFile file = new_file();
    file.report = text;
    ids.push_back(value_of(catalog->commit_file(file)).id);
  }
  for (std::size_t index = 0; index < ids.size(); ++index) {
    EXPECT_EQ(report_of(*catalog, organization_scope(), ids[index], clock.now()), texts[index]);
  }
}

TEST_P(CatalogContract, AReportComesWithItsFile) {
  NewFile file = new_file(7);
  file.filename = "train.jsonl";
  file.report = "{}";
  const File committed = value_of(catalog->commit_file(file));
  const auto found = value_of(catalog->find_report(scope_of(project), committed.id, clock.now()));
  ASSERT_TRUE(found);
  EXPECT_EQ(found->file.filename, "train.jsonl");
  EXPECT_EQ(found->file.bytes, 7U);
  EXPECT_EQ(found->file.blob, file.blob);
  EXPECT_EQ(found->file.scope.project_id, project.id);
}

TEST_P(CatalogContract, AForeignReportAndAnUnknownOneAreTheSame) {
  const Project second = value_of(catalog->create_project(project.organization_id, "second"));
  const Project other = value_of(catalog->create_organization("Other"));
  NewFile file = new_file();
  file.report = "secret";
  const File committed = value_of(catalog->commit_file(file));
  const std::string unknown = mint_file_id(clock.now(), random);
  const Scope foreign[] = {{.organization_id = other.organization_id},
                           scope_of(other),
                           scope_of(second),
                           {.organization_id = other.organization_id, .project_id = project.id}};
  for (const Scope& scope : foreign) {
    for (const std::string& id : {committed.id, unknown}) {
      EXPECT_EQ(report_of(*catalog, scope, id, clock.now()), "(no file)");
    }
  }
  EXPECT_EQ(report_of(*catalog, organization_scope(), committed.id, clock.now()), "secret");
}

TEST_P(CatalogContract, AReportGoesWithItsFileAndIsNotInheritedByTheNext) {
  NewFile file = new_file();
  file.report = "of the first";
  const File committed = value_of(catalog->commit_file(file));
  ASSERT_TRUE(value_of(catalog->delete_file(organization_scope(), committed.id, clock.now())));
  EXPECT_EQ(report_of(*catalog, organization_scope(), committed.id, clock.now()), "(no file)");
  // SQLite may give the next row the number of the deleted one.
  EXPECT_EQ(report_of(*catalog, organization_scope(), commit().id, clock.now()), "");
}

TEST_P(CatalogContract, AReportExpiresAtTheVerySecondOfItsFile) {
  NewFile file = new_file();
  file.report = "short-lived";
  file.expires_after_seconds = 3'600;
  const File committed = value_of(catalog->commit_file(file));
  const WallTime end = from_unix_seconds(*committed.expires_at);
  const Scope scope = organization_scope();
  EXPECT_EQ(report_of(*catalog, scope, committed.id, end - std::chrono::milliseconds(1)),
            "short-lived");
  EXPECT_EQ(report_of(*catalog, scope, committed.id, end), "(no file)");
  EXPECT_EQ(value_of(catalog->delete_expired(end, 10)), 1U);
  EXPECT_EQ(report_of(*catalog, scope, committed.id, end - std::chrono::milliseconds(1)),
            "(no file)");
}

TEST_P(CatalogContract, ARefusedFileLeavesNoReport) {
  NewFile refused = new_file(2);
  refused.report = "too much";
  refused.organization_bytes_max = 1;
  EXPECT_EQ(code_of(catalog->commit_file(refused)), "organization_quota_exceeded");
  EXPECT_EQ(report_of(*catalog, organization_scope(), commit().id, clock.now()), "");
}

}  // namespace
}  // namespace argot::catalog
