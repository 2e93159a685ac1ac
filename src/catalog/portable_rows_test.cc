#include "catalog/portable_rows.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <string_view>

namespace argot::catalog {
namespace {

digest::Sha256Value hash_of(const std::vector<PortableRow>& rows) {
  TableHash hash;
  for (const PortableRow& row : rows) hash.add(row);
  const TableDigest digest = hash.finish();
  EXPECT_EQ(digest.rows, rows.size());
  return digest.sha256;
}

TEST(PortableRows, NoTwoTablesThatDifferLookAlike) {
  const PortableValue nothing;
  const PortableValue zero = std::int64_t{0};
  const PortableValue empty = std::string();
  const std::vector<std::vector<PortableRow>> all = {
      {},
      {{}},
      {{nothing}},
      {{zero}},
      {{empty}},
      {{nothing, nothing}},
      {{nothing}, {nothing}},
      {{"ab", "c"}},
      {{"a", "bc"}},
      {{"a"}, {"bc"}},
      {{"bc"}, {"a"}},
      {{std::int64_t{-1}}},
      {{std::int64_t{1}}},
      {{std::string("\0", 1)}},
  };
  for (std::size_t left = 0; left < all.size(); ++left) {
    EXPECT_EQ(hash_of(all[left]), hash_of(all[left]));
    for (std::size_t right = left + 1; right < all.size(); ++right) {
      EXPECT_NE(hash_of(all[left]), hash_of(all[right])) << left << " and " << right;
    }
  }
}

TEST(PortableRows, EachTableIsThereOnceAndHasAKindForEachColumn) {
  std::set<std::string> names;
  for (const Table table : all_tables) {
    with_table(table, [&](const auto& described) {
      names.insert(described.name.text);
      const std::string_view columns = described.columns.text;
      const auto commas = static_cast<std::size_t>(std::ranges::count(columns, ','));
      EXPECT_EQ(commas + 1, described.kinds.size()) << described.name.text;
    });
  }
  EXPECT_EQ(names.size(), all_tables.size());
}

}  // namespace
}  // namespace argot::catalog
