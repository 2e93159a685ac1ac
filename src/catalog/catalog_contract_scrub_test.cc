#include <gmock/gmock.h>

#include "catalog/catalog_contract.h"

namespace argot::catalog {
namespace {

std::vector<std::string> ids_of(const std::vector<StoredFile>& stored) {
  std::vector<std::string> ids;
  for (const StoredFile& each : stored) ids.push_back(each.content.file.id);
  return ids;
}

TEST_P(CatalogContract, StoredFilesAreThoseOfEverybodyInTheOrderOfTheirCommits) {
  const Project other = value_of(catalog->create_organization("Other"));
  std::vector<std::string> ids;
  for (int index = 0; index < 5; ++index) {
    NewFile file = new_file(7);
    if (index % 2 == 1) file.scope = scope_of(other);
    ids.push_back(value_of(catalog->commit_file(file)).id);
  }
  std::vector<std::string> seen;
  std::int64_t last = 0;
  for (;;) {
    const std::vector<StoredFile> some = value_of(catalog->stored_files(last, 2));
    if (some.empty()) break;
    EXPECT_LE(some.size(), 2U);
    EXPECT_GT(some.front().sequence, last);
    last = some.back().sequence;
    for (const std::string& id : ids_of(some)) seen.push_back(id);
    ASSERT_LE(seen.size(), ids.size());
  }
  EXPECT_EQ(seen, ids);
}

TEST_P(CatalogContract, AStoredFileHasWhatItsContentIsCheckedBy) {
  const NewFile file = new_file(7);
  const File committed = value_of(catalog->commit_file(file));
  const std::vector<StoredFile> stored = value_of(catalog->stored_files(0, 10));
  ASSERT_EQ(stored.size(), 1U);
  EXPECT_EQ(stored[0].content.file.id, committed.id);
  EXPECT_EQ(stored[0].content.file.sha256, file.sha256);
  EXPECT_EQ(stored[0].content.file.blob, file.blob);
  EXPECT_EQ(stored[0].content.checksums.blocks, file.checksums.blocks);
  ASSERT_TRUE(value_of(catalog->delete_file(organization_scope(), committed.id, clock.now())));
  EXPECT_TRUE(value_of(catalog->stored_files(0, 10)).empty());
}

TEST_P(CatalogContract, TheScrubbersPlaceIsKept) {
  const ScrubState first = value_of(catalog->scrub_state());
  EXPECT_EQ(first.began_at, WallTime());
  EXPECT_EQ(first.last_sequence, std::nullopt);
  for (const std::optional<std::int64_t> sequence : {std::optional<std::int64_t>(3), {}}) {
    ASSERT_TRUE(catalog->set_scrub_state({.began_at = clock.now(), .last_sequence = sequence}));
    const ScrubState kept = value_of(catalog->scrub_state());
    EXPECT_EQ(kept.began_at, clock.now());
    EXPECT_EQ(kept.last_sequence, sequence);
  }
}

}  // namespace
}  // namespace argot::catalog
