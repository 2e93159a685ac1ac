#include <gmock/gmock.h>

#include <algorithm>
#include <atomic>
#include <set>
#include <thread>

#include "catalog/catalog_contract.h"

namespace argot::catalog {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST_P(CatalogContract, ListsGoByIdInBothDirections) {
  std::vector<std::string> ids = commit_several(5);
  EXPECT_EQ(ids_of(value_of(catalog->list_files(query(Order::ascending)))), ids);
  std::ranges::reverse(ids);
  EXPECT_EQ(ids_of(value_of(catalog->list_files(query(Order::descending)))), ids);
}

TEST_P(CatalogContract, FilesOfOneInstantHaveAnOrderTheyKeep) {
  std::vector<std::string> ids;
  for (int index = 0; index < 10; ++index) ids.push_back(commit().id);
  const FilePage page = value_of(catalog->list_files(query()));
  EXPECT_EQ(ids_of(page), ids);
  EXPECT_EQ(page.files.front().created_at, page.files.back().created_at);
  FileQuery rest = query();
  rest.after = ids[3];
  EXPECT_EQ(ids_of(value_of(catalog->list_files(rest))),
            std::vector<std::string>(ids.begin() + 4, ids.end()));
}

TEST_P(CatalogContract, HasMoreIsExactAtTheBoundary) {
  const std::vector<std::string> ids = commit_several(4);
  for (const Order order : {Order::ascending, Order::descending}) {
    for (const auto& purpose :
         {std::optional<std::string>(), std::optional<std::string>("user_data")}) {
      for (const std::uint64_t limit : {1U, 3U, 4U, 5U}) {
        FileQuery page = query(order, limit);
        page.purpose = purpose;
        const FilePage found = value_of(catalog->list_files(page));
        EXPECT_EQ(found.files.size(), std::min<std::size_t>(limit, 4));
        EXPECT_EQ(found.has_more, limit < 4) << limit;
      }
    }
  }
  EXPECT_THAT(value_of(catalog->list_files(query(Order::ascending, 0))).files, IsEmpty());
}

TEST_P(CatalogContract, HasMoreDoesNotCountWhatIsLeftOut) {
  commit_several(2);
  commit_several(1, "batch");
  NewFile expiring = new_file();
  expiring.expires_after_seconds = 3'600;
  ASSERT_TRUE(catalog->commit_file(expiring));
  clock.advance(std::chrono::hours(1));
  FileQuery page = query(Order::ascending, 2);
  page.purpose = "user_data";
  EXPECT_FALSE(value_of(catalog->list_files(page)).has_more);
  page.purpose.reset();
  page.limit = 3;
  EXPECT_FALSE(value_of(catalog->list_files(page)).has_more);
}

TEST_P(CatalogContract, ACursorIsExclusive) {
  const std::vector<std::string> ids = commit_several(3);
  FileQuery page = query();
  page.after = ids[1];
  EXPECT_THAT(ids_of(value_of(catalog->list_files(page))), ElementsAre(ids[2]));
  page.order = Order::descending;
  EXPECT_THAT(ids_of(value_of(catalog->list_files(page))), ElementsAre(ids[0]));
  page.after = ids[0];
  EXPECT_THAT(value_of(catalog->list_files(page)).files, IsEmpty());
}

TEST_P(CatalogContract, ACursorNeedNotExist) {
  const std::vector<std::string> ids = commit_several(4);
  const WallTime between = clock.now();
  clock.advance(std::chrono::seconds(1));
  const std::string last = commit().id;
  FileQuery page = query();

  ASSERT_TRUE(value_of(catalog->delete_file(organization_scope(), ids[1], clock.now())));
  page.after = ids[1];
  EXPECT_THAT(ids_of(value_of(catalog->list_files(page))), ElementsAre(ids[2], ids[3], last));
  page.order = Order::descending;
  EXPECT_THAT(ids_of(value_of(catalog->list_files(page))), ElementsAre(ids[0]));

  page.after = mint_file_id(between, random);  // of nobody
  EXPECT_THAT(ids_of(value_of(catalog->list_files(page))), ElementsAre(ids[3], ids[2], ids[0]));
  page.order = Order::ascending;
  EXPECT_THAT(ids_of(value_of(catalog->list_files(page))), ElementsAre(last));
}

TEST_P(CatalogContract, AForeignCursorPagesLikeAnUnknownOne) {
  commit_several(2);
  const Project other = value_of(catalog->create_organization("Other"));
  const std::string foreign = value_of(catalog->commit_file(make_file(random, other))).id;
  clock.advance(std::chrono::seconds(1));
  const std::string last = commit().id;
  FileQuery page = query();
  page.after = foreign;
  EXPECT_THAT(ids_of(value_of(catalog->list_files(page))), ElementsAre(last));
}

TEST_P(CatalogContract, PurposesFilterExactly) {
  const std::vector<std::string> batches = commit_several(2, "batch");
  commit_several(2, "batch_output");
  const std::vector<std::string> late = commit_several(1, "batch");
  for (const Scope& scope : {organization_scope(), scope_of(project)}) {
    FileQuery page = query();
    page.scope = scope;
    page.purpose = "batch";
    EXPECT_THAT(ids_of(value_of(catalog->list_files(page))),
                ElementsAre(batches[0], batches[1], late[0]));
    page.order = Order::descending;
    EXPECT_THAT(ids_of(value_of(catalog->list_files(page))),
                ElementsAre(late[0], batches[1], batches[0]));
    page.order = Order::ascending;
    page.after = batches[0];
    page.limit = 1;
    const FilePage one = value_of(catalog->list_files(page));
    EXPECT_THAT(ids_of(one), ElementsAre(batches[1]));
    EXPECT_TRUE(one.has_more);
    page.after.reset();
    for (const std::string_view unknown : {"", "Batch", "nothing", "batch "}) {
      page.purpose = unknown;
      EXPECT_THAT(value_of(catalog->list_files(page)).files, IsEmpty()) << unknown;
    }
  }
}

TEST_P(CatalogContract, AProjectsListHoldsItsOwnFilesOnly) {
  const Project second = value_of(catalog->create_project(project.organization_id, "second"));
  const std::vector<std::string> mine = commit_several(2);
  const std::string theirs = value_of(catalog->commit_file(make_file(random, second))).id;
  FileQuery page = query();
  EXPECT_EQ(value_of(catalog->list_files(page)).files.size(), 3U);
  for (const auto& purpose :
       {std::optional<std::string>(), std::optional<std::string>("user_data")}) {
    page.purpose = purpose;
    page.scope = scope_of(project);
    EXPECT_EQ(ids_of(value_of(catalog->list_files(page))), mine);
    page.scope = scope_of(second);
    EXPECT_THAT(ids_of(value_of(catalog->list_files(page))), ElementsAre(theirs));
    page.order = Order::descending;
    EXPECT_THAT(ids_of(value_of(catalog->list_files(page))), ElementsAre(theirs));
    page.order = Order::ascending;
  }
}

TEST_P(CatalogContract, PagingReturnsEachFileOnceWhileOthersArrive) {
  constexpr int files_before = 10'000;
  constexpr std::uint64_t page_size = 100;
  {
    std::vector<std::thread> writers;  // so that commits are shared
    for (int writer = 0; writer < 50; ++writer) {
      writers.emplace_back([&] {
        for (int index = 0; index < files_before / 50; ++index) commit();
      });
    }
    for (std::thread& writer : writers) writer.join();
  }
  const std::vector<std::string> before =
      ids_of(value_of(catalog->list_files(query(Order::ascending, files_before + 1))));
  ASSERT_EQ(before.size(), std::size_t{files_before});
  ASSERT_TRUE(std::ranges::is_sorted(before));

  std::atomic<bool> is_stopping = false;
  std::thread arriving([&] {
    while (!is_stopping) commit();
  });
  for (const Order order : {Order::ascending, Order::descending}) {
    std::vector<std::string> seen;
    FileQuery page = query(order, page_size);
    bool has_more = true;
    // Ascending, the new arrivals are seen as well; they must not keep it from ending.
    while (has_more && seen.size() < files_before) {
      const FilePage found = value_of(catalog->list_files(page));
      for (const ListedFile& file : found.files) seen.push_back(file.id);
      has_more = found.has_more;
      if (!seen.empty()) page.after = seen.back();
    }
    if (order == Order::descending) std::ranges::reverse(seen);
    EXPECT_TRUE(std::ranges::is_sorted(seen));
    EXPECT_EQ(std::set<std::string>(seen.begin(), seen.end()).size(), seen.size());
    if (order == Order::ascending) {
      EXPECT_EQ(seen, before);
    }
  }
  // Descending from the newest of before: exactly those, whatever arrives above.
  std::vector<std::string> seen{before.back()};
  FileQuery page = query(Order::descending, page_size);
  for (bool has_more = true; has_more;) {
    page.after = seen.back();
    const FilePage found = value_of(catalog->list_files(page));
    for (const ListedFile& file : found.files) seen.push_back(file.id);
    has_more = found.has_more;
  }
  is_stopping = true;
  arriving.join();
  std::ranges::reverse(seen);
  EXPECT_EQ(seen, before);
}

}  // namespace
}  // namespace argot::catalog
