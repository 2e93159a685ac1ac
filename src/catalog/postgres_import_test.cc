#include "catalog/postgres_import.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "catalog/postgres_fixture.h"

namespace argot::catalog {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

class PostgresImportTest : public PostgresTest {
 protected:
  std::unique_ptr<PostgresImport> import() { return value_of(PostgresImport::open(uri)); }

  static PortableRow organization(std::int64_t sequence, std::string id) {
    return {sequence,        std::move(id),   "a name",       std::int64_t{1},
            std::int64_t{2}, std::int64_t{3}, std::int64_t{4}};
  }

  static std::vector<PortableRow> rows(PostgresImport& import, Table table) {
    std::vector<PortableRow> found;
    const SeeRow add = [&](const PortableRow& row) -> Result<> {
      found.push_back(row);
      return {};
    };
    EXPECT_TRUE(import.read(table, add));
    return found;
  }
};

TEST_F(PostgresImportTest, RowsComeBackAsTheyWentInByTheirKey) {
  const auto open_import = import();
  const PortableRow second = organization(7, "org-2");
  const PortableRow first = organization(5, "org-1");
  const PortableRow limit = {"org-1", "", std::string("\xff\0name", 6), {}};
  ASSERT_TRUE(open_import->add(Table::organizations, second));
  ASSERT_TRUE(open_import->add(Table::organizations, first));
  ASSERT_TRUE(open_import->add(Table::limits, limit));
  ASSERT_TRUE(open_import->flush());
  EXPECT_THAT(rows(*open_import, Table::organizations), ElementsAre(first, second));
  EXPECT_THAT(rows(*open_import, Table::limits), ElementsAre(limit));
  EXPECT_THAT(rows(*open_import, Table::files), ElementsAre());
  EXPECT_THAT(value_of(open_import->organizations(1)), ElementsAre("org-1"));
}

TEST_F(PostgresImportTest, MoreRowsThanOneAnswerHoldsComeInTheirOrder) {
  const auto open_import = import();
  std::vector<PortableRow> garbage;
  for (std::int64_t sequence = 1; sequence <= 600; ++sequence) {
    garbage.push_back({sequence, BlobId::mint(random).text()});
    ASSERT_TRUE(open_import->add(Table::garbage, garbage.back()));
  }
  ASSERT_TRUE(open_import->flush());
  EXPECT_EQ(rows(*open_import, Table::garbage), garbage);
}

TEST_F(PostgresImportTest, ScrubHasOneRowBeforeAndAfter) {
  const auto open_import = import();
  const PortableRow scrub = {std::int64_t{1}, std::int64_t{77}, {}};
  ASSERT_TRUE(open_import->add(Table::scrub, scrub));
  ASSERT_TRUE(open_import->flush());
  EXPECT_THAT(rows(*open_import, Table::scrub), ElementsAre(scrub));
}

TEST_F(PostgresImportTest, ARowThatRefersToNothingIsRefusedAndNothingStays) {
  {
    const auto open_import = import();
    ASSERT_TRUE(open_import->add(Table::organizations, organization(1, "org-1")));
    const PortableRow stray = {std::int64_t{1}, "proj_1",        "org-other",    "name",
                               std::int64_t{0}, std::int64_t{0}, std::int64_t{0}};
    ASSERT_TRUE(open_import->add(Table::projects, stray));
    EXPECT_FALSE(open_import->flush());
  }
  EXPECT_TRUE(value_of(open()->organizations()).empty());
}

TEST_F(PostgresImportTest, OnlyACommitKeepsAnything) {
  {
    const auto open_import = import();
    ASSERT_TRUE(open_import->add(Table::organizations, organization(1, "org-1")));
    ASSERT_TRUE(open_import->flush());
  }
  EXPECT_TRUE(value_of(open()->organizations()).empty());
  {
    const auto open_import = import();
    ASSERT_TRUE(open_import->add(Table::organizations, organization(41, "org-1")));
    ASSERT_TRUE(open_import->commit());
  }
  const auto postgres = open();
  EXPECT_THAT(value_of(postgres->organizations()), ElementsAre("org-1"));
  // The numbers go on behind it.
  const Project next = value_of(postgres->create_organization("next"));
  EXPECT_THAT(value_of(postgres->organizations()), ElementsAre("org-1", next.organization_id));
}

TEST_F(PostgresImportTest, AServerThatIsNotThereIsNamedWithoutItsPassword) {
  const auto opened = PostgresImport::open("postgres://argot:s3cret@127.0.0.1:1/argot");
  ASSERT_EQ(code_of(opened), "cannot_start");
  EXPECT_THAT(opened.error().detail, HasSubstr("127.0.0.1:1/argot"));
  EXPECT_THAT(opened.error().detail, Not(HasSubstr("s3cret")));
}

}  // namespace
}  // namespace argot::catalog
