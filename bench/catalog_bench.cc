// What the catalogue costs: commits against SQLite used plainly, one row a commit, in the same run;
// finding one file; pages of 100 among 100,000.
//
//   build/bench/bench/bench_catalog --benchmark_repetitions=5
//
// The databases go into the system's temporary folder (TMPDIR): a figure is only worth something on
// a real disk.

#include <benchmark/benchmark.h>
#include <sqlite3.h>

#include <array>
#include <atomic>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "base/ids.h"
#include "base/log.h"
#include "base/random.h"
#include "catalog/sqlite_catalog.h"

namespace argot::catalog {
namespace {

constexpr std::uint64_t no_limit = std::uint64_t{1} << 62U;
constexpr int rows = 100'000;

// A catalogue in a folder of its own with one organisation.
class Bench {
 public:
  Bench() : folder_(std::filesystem::temp_directory_path() / mint_hex_id("argot-bench-", random_)) {
    std::filesystem::create_directory(folder_);
    catalog_ =
        SqliteCatalog::open(
            {.path = folder_ / "catalog.db", .clock = clock_, .random = random_, .log = log_})
            .value();
    project_ = catalog_->create_organization("bench").value();
  }
  Bench(const Bench&) = delete;
  Bench& operator=(const Bench&) = delete;
  ~Bench() {
    catalog_.reset();
    std::filesystem::remove_all(folder_);
  }

  std::string commit() {
    NewFile file{.scope = {.organization_id = project_.organization_id, .project_id = project_.id},
                 .purpose = "batch",
                 .filename = "requests.jsonl",
                 .bytes = 1,
                 .checksums = {.blocks = {1}},
                 .blob = BlobId::mint(random_),
                 .organization_bytes_max = no_limit};
    return catalog_->commit_file(file).value().id;
  }

  std::vector<std::string> fill(int count) {
    constexpr int threads_count = 50;
    std::vector<std::string> ids;
    std::mutex mutex;
    std::vector<std::thread> threads;
    for (int thread = 0; thread < threads_count; ++thread) {
      threads.emplace_back([&] {
        for (int index = 0; index < count / threads_count; ++index) {
          std::string id = commit();
          const std::scoped_lock lock(mutex);
          ids.push_back(std::move(id));
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
    return ids;
  }

  SqliteCatalog& catalog() { return *catalog_; }
  Scope scope() const { return {.organization_id = project_.organization_id}; }
  WallTime now() const { return clock_.now(); }
  std::string folder() const { return folder_; }

 private:
  SystemClock clock_;
  SystemRandom random_;
  SilentLog log_;
  std::filesystem::path folder_;
  std::unique_ptr<SqliteCatalog> catalog_;
  Project project_;
};

std::unique_ptr<Bench> shared_bench;

void commits(benchmark::State& state) {
  if (state.thread_index() == 0) shared_bench = std::make_unique<Bench>();
  for (auto round : state) shared_bench->commit();
  state.SetItemsProcessed(state.iterations());
  if (state.thread_index() == 0) {
    const WriterStats stats = shared_bench->catalog().stats();
    state.counters["files_per_commit"] =
        static_cast<double>(stats.operations) / static_cast<double>(stats.commits);
    shared_bench.reset();
  }
}

// The columns that are always set and three of the six indexes, WAL and FULL as well, without
// quotas or any thread.
void plain_sqlite_commits(benchmark::State& state) {
  const Bench bench;
  sqlite3* database = nullptr;
  sqlite3_open((bench.folder() + "/plain.db").c_str(), &database);
  sqlite3_exec(database,
               "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
               "CREATE TABLE files (id TEXT, organization TEXT, project TEXT, purpose TEXT,"
               " filename TEXT, bytes INTEGER, created_at INTEGER, status TEXT, sha256 BLOB,"
               " blob TEXT, checksums BLOB);"
               "CREATE UNIQUE INDEX a ON files (organization, id);"
               "CREATE INDEX b ON files (project, id); CREATE UNIQUE INDEX c ON files (blob);",
               nullptr, nullptr, nullptr);
  sqlite3_stmt* insert = nullptr;
  sqlite3_prepare_v2(database,
                     "INSERT INTO files VALUES (?1, 'org-0123456789abcdef01234567',"
                     " 'proj_0123456789abcdef01234567', 'batch', 'requests.jsonl', 1, 1767225600,"
                     " 'processed', zeroblob(32), ?2, x'01000000')",
                     -1, &insert, nullptr);
  SystemClock clock;
  SystemRandom random;
  for (auto round : state) {
    const std::string id = mint_file_id(clock.now(), random);
    const std::string blob = BlobId::mint(random).text();
    sqlite3_bind_text(insert, 1, id.data(), static_cast<int>(id.size()), SQLITE_TRANSIENT);
    sqlite3_bind_text(insert, 2, blob.data(), static_cast<int>(blob.size()), SQLITE_TRANSIENT);
    if (sqlite3_step(insert) != SQLITE_DONE) state.SkipWithError("the insert failed");
    sqlite3_reset(insert);
  }
  state.SetItemsProcessed(state.iterations());
  sqlite3_finalize(insert);
  sqlite3_close(database);
}

// One catalogue with many rows for all that only reads.
struct Filled {
  Bench bench;
  std::vector<std::string> ids = bench.fill(rows);
};

Filled& filled() {
  static Filled one;
  return one;
}

void find_file(benchmark::State& state) {
  Filled& in = filled();
  std::size_t next = 0;
  for (auto round : state) {
    next = (next + 7'919) % in.ids.size();
    benchmark::DoNotOptimize(
        in.bench.catalog().find_file(in.bench.scope(), in.ids[next], in.bench.now()).value());
  }
  state.SetItemsProcessed(state.iterations());
}

void page_of_100(benchmark::State& state, const std::optional<std::string>& purpose) {
  Filled& in = filled();
  std::size_t next = 0;
  for (auto round : state) {
    next = (next + 7'919) % in.ids.size();
    const FileQuery query{.scope = in.bench.scope(),
                          .purpose = purpose,
                          .after = in.ids[next],
                          .limit = 100,
                          .now = in.bench.now()};
    benchmark::DoNotOptimize(in.bench.catalog().list_files(query).value());
  }
  state.SetItemsProcessed(state.iterations());
}

BENCHMARK(plain_sqlite_commits)->UseRealTime();
BENCHMARK(commits)->Threads(1)->Threads(8)->Threads(32)->UseRealTime();
BENCHMARK(find_file);
BENCHMARK_CAPTURE(page_of_100, all, std::nullopt);
BENCHMARK_CAPTURE(page_of_100, batch, std::optional<std::string>("batch"));

}  // namespace
}  // namespace argot::catalog

BENCHMARK_MAIN();
