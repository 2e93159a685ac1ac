#include <array>
#include <atomic>
#include <latch>
#include <limits>
#include <map>
#include <random>
#include <thread>

#include "catalog/catalog_contract.h"

namespace argot::catalog {
namespace {

TEST_P(CatalogContract, TheOrganizationsLimitIsExact) {
  constexpr std::uint64_t limit = 1'000;
  NewFile file = new_file(400);
  file.organization_bytes_max = limit;
  ASSERT_TRUE(catalog->commit_file(file));

  for (const std::uint64_t bytes : {599U, 600U}) {
    NewFile fitting = new_file(bytes);
    fitting.organization_bytes_max = limit;
    const File committed = value_of(catalog->commit_file(fitting));
    EXPECT_EQ(usage(), (Usage{.bytes = 400 + bytes, .files = 2}));
    ASSERT_TRUE(value_of(catalog->delete_file(organization_scope(), committed.id, clock.now())));
  }
  NewFile excessive = new_file(601);
  excessive.organization_bytes_max = limit;
  EXPECT_EQ(code_of(catalog->commit_file(excessive)), "organization_quota_exceeded");
  EXPECT_EQ(usage(), (Usage{.bytes = 400, .files = 1}));
  EXPECT_FALSE(value_of(catalog->is_known(excessive.blob)));
}

TEST_P(CatalogContract, TheProjectsLimitIsExactAndItsOwn) {
  const Project second = value_of(catalog->create_project(project.organization_id, "second"));
  NewFile file = new_file(10);
  file.project_bytes_max = 10;
  ASSERT_TRUE(catalog->commit_file(file));
  NewFile excessive = new_file(1);
  excessive.project_bytes_max = 10;
  EXPECT_EQ(code_of(catalog->commit_file(excessive)), "project_quota_exceeded");
  EXPECT_EQ(usage(), (Usage{.bytes = 10, .files = 1}));

  NewFile elsewhere = make_file(random, second, 10);
  elsewhere.project_bytes_max = 10;
  EXPECT_TRUE(catalog->commit_file(elsewhere));
  EXPECT_EQ(value_of(catalog->project_usage(project.id)), (Usage{.bytes = 10, .files = 1}));
  EXPECT_EQ(value_of(catalog->project_usage(second.id)), (Usage{.bytes = 10, .files = 1}));
  EXPECT_EQ(usage(), (Usage{.bytes = 20, .files = 2}));
}

TEST_P(CatalogContract, TheTotalIsThatOfAllOrganizations) {
  EXPECT_EQ(value_of(catalog->total_usage()), (Usage{}));
  ASSERT_TRUE(catalog->commit_file(new_file(10)));
  const Project other = value_of(catalog->create_organization("other"));
  const File second = value_of(catalog->commit_file(make_file(random, other, 5)));
  EXPECT_EQ(value_of(catalog->total_usage()), (Usage{.bytes = 15, .files = 2}));
  const Scope scope{.organization_id = other.organization_id, .project_id = std::nullopt};
  ASSERT_TRUE(value_of(catalog->delete_file(scope, second.id, clock.now())));
  EXPECT_EQ(value_of(catalog->total_usage()), (Usage{.bytes = 10, .files = 1}));
}

TEST_P(CatalogContract, ARefusalNamesTheLimitAsPeopleWriteIt) {
  NewFile file = new_file(200);
  file.organization_bytes_max = 107'374'182'400;
  file.project_bytes_max = 100;
  const Result<File> of_project = catalog->commit_file(file);
  EXPECT_EQ(code_of(of_project), "project_quota_exceeded");
  EXPECT_EQ(of_project.error().detail, "100 bytes");
  file.bytes = 107'374'182'401;
  const Result<File> of_organization = catalog->commit_file(file);
  EXPECT_EQ(code_of(of_organization), "organization_quota_exceeded");
  EXPECT_EQ(of_organization.error().detail, "100 GB");
}

TEST_P(CatalogContract, SizesThatOverflowAreRefused) {
  constexpr std::uint64_t largest = std::numeric_limits<std::int64_t>::max();
  commit(10);
  NewFile file = new_file(largest - 5);
  file.organization_bytes_max = largest;
  EXPECT_EQ(code_of(catalog->commit_file(file)), "organization_quota_exceeded");
  EXPECT_EQ(usage(), (Usage{.bytes = 10, .files = 1}));
  NewFile small = new_file(1);
  small.organization_bytes_max = std::numeric_limits<std::uint64_t>::max();
  EXPECT_TRUE(catalog->commit_file(small));
}

TEST_P(CatalogContract, WithoutALimitEverythingFits) {
  NewFile file = new_file(std::uint64_t{1} << 61U);
  file.organization_bytes_max = std::nullopt;
  ASSERT_TRUE(catalog->commit_file(file));
  NewFile more = new_file(std::uint64_t{1} << 61U);
  more.organization_bytes_max = std::nullopt;
  ASSERT_TRUE(catalog->commit_file(more));
  EXPECT_EQ(usage(), (Usage{.bytes = std::uint64_t{1} << 62U, .files = 2}));
  // What is there counts once there is a limit again.
  EXPECT_EQ(code_of(catalog->commit_file(new_file(1))), "organization_quota_exceeded");
}

TEST_P(CatalogContract, AFileOfNoBytesFitsAlways) {
  NewFile file = new_file(0);
  file.organization_bytes_max = 0;
  file.project_bytes_max = 0;
  EXPECT_TRUE(catalog->commit_file(file));
}

TEST_P(CatalogContract, ALimitLoweredBelowWhatIsUsedRefusesAllButDeletes) {
  const File file = commit(100);
  NewFile more = new_file(0);
  more.organization_bytes_max = 50;
  EXPECT_EQ(code_of(catalog->commit_file(more)), "organization_quota_exceeded");
  EXPECT_TRUE(value_of(catalog->delete_file(organization_scope(), file.id, clock.now())));
  EXPECT_TRUE(catalog->commit_file(more));
}

TEST_P(CatalogContract, OfManyRacingForRoomForOneExactlyOneSucceeds) {
  constexpr int racers = 200;
  constexpr std::uint64_t bytes = 512;
  NewFile before = new_file(bytes - 1);
  before.organization_bytes_max = 2 * bytes;
  ASSERT_TRUE(catalog->commit_file(before));

  std::atomic<int> won = 0;
  std::atomic<int> refused = 0;
  std::latch start(racers);
  std::vector<std::thread> threads;
  for (int racer = 0; racer < racers; ++racer) {
    NewFile file = new_file(bytes);
    file.organization_bytes_max = 2 * bytes;
    threads.emplace_back([&, file] {
      start.arrive_and_wait();
      const std::string code = code_of(catalog->commit_file(file));
      if (code == "no error") ++won;
      if (code == "organization_quota_exceeded") ++refused;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(won, 1);
  EXPECT_EQ(refused, racers - 1);
  EXPECT_EQ(usage(), (Usage{.bytes = 2 * bytes - 1, .files = 2}));
}

TEST_P(CatalogContract, WhatIsUsedIsTheSumOfWhatIsThereAfterMixedWork) {
  constexpr int workers = 8;
  constexpr int steps = 150;
  const std::array projects{project,
                            value_of(catalog->create_project(project.organization_id, "second"))};
  std::vector<std::thread> threads;
  for (int worker = 0; worker < workers; ++worker) {
    threads.emplace_back([&, worker] {
      std::mt19937 choice(static_cast<unsigned>(worker));
      std::vector<std::string> mine;
      for (int step = 0; step < steps; ++step) {
        const auto what = choice() % 10;
        if (what < 5 || mine.empty()) {
          NewFile file = make_file(random, projects[choice() % 2], choice() % 1'000);
          file.organization_bytes_max = 100'000;
          if (what == 0) file.expires_after_seconds = choice() % 50;
          const Result<File> committed = catalog->commit_file(file);
          if (committed && !file.expires_after_seconds) mine.push_back(committed->id);
        } else if (what < 8) {
          EXPECT_TRUE(
              value_of(catalog->delete_file(organization_scope(), mine.back(), clock.now())));
          mine.pop_back();
        } else if (what == 8) {
          EXPECT_TRUE(catalog->delete_expired(clock.now(), 5));
        } else {
          EXPECT_TRUE(is_there(organization_scope(), mine.back()));
        }
        clock.advance(std::chrono::milliseconds(20));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  while (value_of(catalog->delete_expired(clock.now(), 100)) > 0) continue;

  FileQuery all = query(Order::ascending, 10'000);
  Usage sum;
  std::map<std::string, Usage> sums;
  for (const ListedFile& file : value_of(catalog->list_files(all)).files) {
    const auto whole = value_of(catalog->find_file(all.scope, file.id, clock.now()));
    ASSERT_TRUE(whole.has_value());
    for (Usage* each : {&sum, &sums[*whole->scope.project_id]}) {
      each->bytes += file.bytes;
      ++each->files;
    }
  }
  EXPECT_GT(sum.files, 0U);
  EXPECT_EQ(usage(), sum);
  for (const Project& each : projects) {
    EXPECT_EQ(value_of(catalog->project_usage(each.id)), sums[each.id]);
  }
}

}  // namespace
}  // namespace argot::catalog
