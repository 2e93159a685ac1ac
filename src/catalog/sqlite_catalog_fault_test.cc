// A disk that fails: syncs, writes and space, at the moment that a test chooses.
#include <gtest/gtest.h>
#include <sqlite3.h>
#include <sys/mount.h>
#include <sys/resource.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <set>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "catalog/catalog_contract.h"
#include "catalog/sqlite_catalog.h"

namespace argot::catalog {
namespace {

// What goes wrong, and what has happened. The log is the file whose name ends in "-wal".
struct Faults {
  std::atomic<int> log_sync_status = SQLITE_OK;
  std::atomic<int> log_write_status = SQLITE_OK;
  std::atomic<int> log_write_errno = 0;
  std::atomic<int> database_sync_status = SQLITE_OK;
  std::atomic<bool> database_sync_fails_once = false;
  std::atomic<int> log_syncs = 0;
};

Faults faults;

// A file system for SQLite that hands everything to the usual one, but for the faults. The file
// behind it lies right after it in the memory that SQLite gives.
struct FaultyFile {
  sqlite3_file base;
  bool is_log;
};

sqlite3_file* behind(sqlite3_file* file) {
  return reinterpret_cast<sqlite3_file*>(reinterpret_cast<FaultyFile*>(file) + 1);
}

bool is_log(sqlite3_file* file) { return reinterpret_cast<FaultyFile*>(file)->is_log; }

int faulty_write(sqlite3_file* file, const void* bytes, int size, sqlite3_int64 offset) {
  if (is_log(file) && faults.log_write_status != SQLITE_OK) {
    errno = faults.log_write_errno;
    return faults.log_write_status;
  }
  return behind(file)->pMethods->xWrite(behind(file), bytes, size, offset);
}

int faulty_sync(sqlite3_file* file, int flags) {
  const int status = is_log(file) ? faults.log_sync_status : faults.database_sync_status;
  if (status != SQLITE_OK) {
    // As disks do: what could not be written is forgotten, and the next sync succeeds.
    if (faults.database_sync_fails_once) faults.database_sync_status = SQLITE_OK;
    return status;
  }
  if (is_log(file)) ++faults.log_syncs;
  return behind(file)->pMethods->xSync(behind(file), flags);
}

sqlite3_io_methods faulty_methods() {
  sqlite3_io_methods all{};
  all.iVersion = 2;
  all.xWrite = faulty_write;
  all.xSync = faulty_sync;
  all.xClose = [](sqlite3_file* f) { return behind(f)->pMethods->xClose(behind(f)); };
  all.xRead = [](sqlite3_file* f, void* out, int size, sqlite3_int64 offset) {
    return behind(f)->pMethods->xRead(behind(f), out, size, offset);
  };
  all.xTruncate = [](sqlite3_file* f, sqlite3_int64 size) {
    return behind(f)->pMethods->xTruncate(behind(f), size);
  };
  all.xFileSize = [](sqlite3_file* f, sqlite3_int64* size) {
    return behind(f)->pMethods->xFileSize(behind(f), size);
  };
  all.xLock = [](sqlite3_file* f, int lock) { return behind(f)->pMethods->xLock(behind(f), lock); };
  all.xUnlock = [](sqlite3_file* f, int lock) {
    return behind(f)->pMethods->xUnlock(behind(f), lock);
  };
  all.xCheckReservedLock = [](sqlite3_file* f, int* out) {
    return behind(f)->pMethods->xCheckReservedLock(behind(f), out);
  };
  all.xFileControl = [](sqlite3_file* f, int what, void* argument) {
    return behind(f)->pMethods->xFileControl(behind(f), what, argument);
  };
  all.xSectorSize = [](sqlite3_file* f) { return behind(f)->pMethods->xSectorSize(behind(f)); };
  all.xDeviceCharacteristics = [](sqlite3_file* f) {
    return behind(f)->pMethods->xDeviceCharacteristics(behind(f));
  };
  all.xShmMap = [](sqlite3_file* f, int page, int size, int extend, void volatile** out) {
    return behind(f)->pMethods->xShmMap(behind(f), page, size, extend, out);
  };
  all.xShmLock = [](sqlite3_file* f, int offset, int count, int flags) {
    return behind(f)->pMethods->xShmLock(behind(f), offset, count, flags);
  };
  all.xShmBarrier = [](sqlite3_file* f) { behind(f)->pMethods->xShmBarrier(behind(f)); };
  all.xShmUnmap = [](sqlite3_file* f, int remove) {
    return behind(f)->pMethods->xShmUnmap(behind(f), remove);
  };
  return all;
}

int faulty_open(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* out) {
  static const sqlite3_io_methods methods = faulty_methods();
  auto* const usual = static_cast<sqlite3_vfs*>(vfs->pAppData);
  const int status = usual->xOpen(usual, name, behind(file), flags, out);
  // SQLite closes what has methods, even after a failure.
  file->pMethods = behind(file)->pMethods == nullptr ? nullptr : &methods;
  reinterpret_cast<FaultyFile*>(file)->is_log = (flags & SQLITE_OPEN_WAL) != 0;
  return status;
}

class SqliteCatalogFault : public ::testing::Test {
 protected:
  void SetUp() override {
    usual_ = sqlite3_vfs_find(nullptr);
    faulty_ = *usual_;
    faulty_.zName = "faulty";
    faulty_.pAppData = usual_;
    faulty_.szOsFile = static_cast<int>(sizeof(FaultyFile)) + usual_->szOsFile;
    faulty_.xOpen = faulty_open;
    ASSERT_EQ(sqlite3_vfs_register(&faulty_, 1), SQLITE_OK);
    clear_faults();
    catalog = open(folder / "catalog.db");
    project = value_of(catalog->create_organization("Acme"));
  }

  void TearDown() override {
    clear_faults();
    catalog.reset();
    sqlite3_vfs_unregister(&faulty_);
    sqlite3_vfs_register(usual_, 1);
  }

  static void clear_faults() {
    faults.log_sync_status = SQLITE_OK;
    faults.log_write_status = SQLITE_OK;
    faults.log_write_errno = 0;
    faults.database_sync_status = SQLITE_OK;
    faults.database_sync_fails_once = false;
  }

  std::unique_ptr<SqliteCatalog> open(const std::string& path) {
    return value_of(SqliteCatalog::open({.path = path,
                                         .clock = clock,
                                         .random = random,
                                         .log = log,
                                         .on_outcome_unknown =
                                             [this](const Error& error) {
                                               EXPECT_EQ(error.code, ErrorCode::outcome_unknown);
                                               EXPECT_FALSE(error.detail.empty());
                                               ++alarms;
                                             },
                                         .busy_timeout = std::chrono::milliseconds(100),
                                         .integrity_check = IntegrityCheck::always}));
  }

  Result<File> commit(std::uint64_t bytes = 1) {
    return catalog->commit_file(make_file(random, project, bytes));
  }

  // Files of the organisation, which must add up to what is said to be used.
  std::set<std::string> consistent_ids(SqliteCatalog& from) {
    Usage sum;
    std::set<std::string> ids;
    const FileQuery all{.scope = {.organization_id = project.organization_id},
                        .limit = 100'000,
                        .now = clock.now()};
    for (const ListedFile& file : value_of(from.list_files(all)).files) {
      sum.bytes += file.bytes;
      ++sum.files;
      ids.insert(file.id);
    }
    EXPECT_EQ(value_of(from.organization_usage(project.organization_id)), sum);
    EXPECT_EQ(value_of(from.project_usage(project.id)), sum);
    return ids;
  }

  // How long the log is; 0 where there is none.
  std::uintmax_t log_bytes() const {
    std::error_code missing;
    const auto bytes = std::filesystem::file_size(folder / "catalog.db-wal", missing);
    return missing ? 0 : bytes;
  }

  // As after a restart on a disk that works again.
  std::set<std::string> ids_after_restart() {
    catalog.reset();
    clear_faults();
    catalog = open(folder / "catalog.db");
    return consistent_ids(*catalog);
  }

  testing::TempFolder folder;
  testing::FakeClock clock;
  testing::SeededRandom random;
  SilentLog log;
  std::atomic<int> alarms = 0;
  std::unique_ptr<SqliteCatalog> catalog;
  Project project;

 private:
  sqlite3_vfs* usual_ = nullptr;
  sqlite3_vfs faulty_{};
};

TEST_F(SqliteCatalogFault, EveryAcknowledgedCommitHasBeenSynced) {
  for (int index = 0; index < 10; ++index) {
    const int before = faults.log_syncs;
    const File file = value_of(commit());
    EXPECT_GT(faults.log_syncs, before);
    const int between = faults.log_syncs;
    EXPECT_TRUE(value_of(catalog->delete_file(file.scope, file.id, clock.now())));
    EXPECT_GT(faults.log_syncs, between);
  }
}

TEST_F(SqliteCatalogFault, AFailedSyncMakesTheOutcomeUnknownAndEndsAllChanges) {
  const File before = value_of(commit());
  faults.log_sync_status = SQLITE_IOERR_FSYNC;
  EXPECT_EQ(code_of(commit()), "outcome_unknown");
  // The disk works again, but nobody knows what it has lost.
  clear_faults();
  EXPECT_EQ(code_of(commit()), "unavailable");
  EXPECT_EQ(code_of(catalog->delete_file(before.scope, before.id, clock.now())), "unavailable");
  EXPECT_EQ(code_of(catalog->create_organization("x")), "unavailable");
  EXPECT_EQ(code_of(catalog->revoke_key("x", clock.now())), "unavailable");
  EXPECT_EQ(code_of(catalog->check()), "unavailable");
  EXPECT_TRUE(value_of(catalog->find_file(before.scope, before.id, clock.now())));
  EXPECT_FALSE(catalog->close());
  EXPECT_GT(log_bytes(), 0U);
  EXPECT_EQ(alarms, 1);
}

TEST_F(SqliteCatalogFault, AfterAFailedSyncARestartFindsAllThatWasAcknowledged) {
  const File before = value_of(commit(7));
  faults.log_sync_status = SQLITE_IOERR_FSYNC;
  EXPECT_EQ(code_of(commit(5)), "outcome_unknown");
  const std::set<std::string> ids = ids_after_restart();
  EXPECT_TRUE(ids.contains(before.id));
  EXPECT_LE(ids.size(), 2U);
  EXPECT_TRUE(commit());
}

TEST_F(SqliteCatalogFault, AFailedSyncConcernsTheWholeGroupAndAlarmsOnce) {
  faults.log_sync_status = SQLITE_IOERR_FSYNC;
  std::vector<std::thread> threads;
  std::atomic<int> refused = 0;
  for (int thread = 0; thread < 16; ++thread) {
    threads.emplace_back([&] {
      const std::string code = code_of(commit());
      if (code == "outcome_unknown" || code == "unavailable") ++refused;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(refused, 16);
  EXPECT_FALSE(catalog->close());
  EXPECT_EQ(alarms, 1);
}

TEST_F(SqliteCatalogFault, AFailedWriteAtCommitIsUnknownToo) {
  faults.log_write_errno = EIO;
  faults.log_write_status = SQLITE_IOERR_WRITE;
  EXPECT_EQ(code_of(commit()), "outcome_unknown");
  EXPECT_EQ(ids_after_restart().size(), 0U);
  EXPECT_EQ(alarms, 1);
}

TEST_F(SqliteCatalogFault, ADiskThatTakesNoMoreIsAFullDisk) {
  const File before = value_of(commit());
  for (const int number : {EDQUOT, EFBIG, EROFS}) {
    faults.log_write_errno = number;
    faults.log_write_status = SQLITE_IOERR_WRITE;
    EXPECT_EQ(code_of(commit()), "insufficient_storage") << number;
    clear_faults();
  }
  const File after = value_of(commit());
  EXPECT_EQ(ids_after_restart(), (std::set<std::string>{before.id, after.id}));
  EXPECT_EQ(alarms, 0);
}

// Where nothing can be written, syncs fail as well, and one that fails would end everything.
TEST_F(SqliteCatalogFault, AReadOnlyDiskRefusesChangesAndIsNotSynced) {
  const File before = value_of(commit());
  faults.log_write_errno = EROFS;
  faults.log_write_status = SQLITE_IOERR_WRITE;
  faults.log_sync_status = SQLITE_IOERR_FSYNC;
  faults.database_sync_status = SQLITE_IOERR_FSYNC;
  for (int count = 0; count < 3; ++count) {
    EXPECT_EQ(code_of(commit()), "insufficient_storage");
    const auto deleted = catalog->delete_file(before.scope, before.id, clock.now());
    EXPECT_EQ(code_of(deleted), "insufficient_storage");
  }
  EXPECT_EQ(consistent_ids(*catalog), std::set<std::string>{before.id});
  EXPECT_TRUE(catalog->check());
  clear_faults();
  const File after = value_of(commit());
  EXPECT_EQ(ids_after_restart(), (std::set<std::string>{before.id, after.id}));
  EXPECT_EQ(alarms, 0);
}

// No file gets longer than that while it exists: RLIMIT_FSIZE.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(std::uintmax_t bytes) {
    EXPECT_EQ(::getrlimit(RLIMIT_FSIZE, &usual_), 0);
    std::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{.rlim_cur = bytes, .rlim_max = usual_.rlim_max};
    EXPECT_EQ(::setrlimit(RLIMIT_FSIZE, &limit), 0);
  }
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;
  ~FileSizeLimit() {
    EXPECT_EQ(::setrlimit(RLIMIT_FSIZE, &usual_), 0);
    std::signal(SIGXFSZ, SIG_DFL);
  }

 private:
  rlimit usual_{};
};

TEST_F(SqliteCatalogFault, ARealFileSizeLimitIsAFullDisk) {
  const File before = value_of(commit());
  NewFile large = make_file(random, project);
  large.checksums.blocks.resize(200'000);  // more than the log holds, wherever it begins
  {
    const FileSizeLimit limit(log_bytes() + 100);
    EXPECT_EQ(code_of(catalog->commit_file(large)), "insufficient_storage");
  }
  const File after = value_of(commit());
  EXPECT_EQ(ids_after_restart(), (std::set<std::string>{before.id, after.id}));
  EXPECT_EQ(alarms, 0);
}

TEST_F(SqliteCatalogFault, ALogThatCannotGrowBeginsAnew) {
  std::set<std::string> acknowledged{value_of(commit()).id};
  {
    const FileSizeLimit limit(log_bytes() + 100);
    for (int index = 0; index < 5; ++index) acknowledged.insert(value_of(commit()).id);
  }
  EXPECT_EQ(ids_after_restart(), acknowledged);
  EXPECT_EQ(alarms, 0);
}

TEST_F(SqliteCatalogFault, AFullDiskRefusesChangesAndRecovers) {
  const File before = value_of(commit());
  faults.log_write_status = SQLITE_FULL;
  EXPECT_EQ(code_of(commit()), "insufficient_storage");
  EXPECT_EQ(code_of(catalog->create_organization("x")), "insufficient_storage");
  EXPECT_EQ(consistent_ids(*catalog), std::set<std::string>{before.id});
  EXPECT_TRUE(catalog->check());
  clear_faults();
  const File after = value_of(commit());
  EXPECT_EQ(consistent_ids(*catalog), (std::set<std::string>{before.id, after.id}));
  EXPECT_EQ(ids_after_restart(), (std::set<std::string>{before.id, after.id}));
  EXPECT_EQ(alarms, 0);
}

TEST_F(SqliteCatalogFault, AFailedSyncWhileTheLogIsMovedEndsAllChanges) {
  faults.database_sync_status = SQLITE_IOERR_FSYNC;
  std::set<std::string> acknowledged;
  for (int index = 0; index < 2'000 && alarms == 0; ++index) {
    const Result<File> file = commit();
    if (file) acknowledged.insert(file->id);
  }
  EXPECT_EQ(alarms, 1);
  EXPECT_EQ(code_of(commit()), "unavailable");
  EXPECT_EQ(ids_after_restart(), acknowledged);
}

TEST_F(SqliteCatalogFault, AFailedSyncWhileClosingKeepsTheLog) {
  const File file = value_of(commit());
  faults.database_sync_fails_once = true;
  faults.database_sync_status = SQLITE_IOERR_FSYNC;
  EXPECT_FALSE(catalog->close());
  EXPECT_GT(log_bytes(), 0U);
  EXPECT_EQ(ids_after_restart(), std::set<std::string>{file.id});
}

// A file system of its own, as large as a test says; unmounted when it goes.
class SmallFileSystem {
 public:
  explicit SmallFileSystem(std::string folder, const std::string& options)
      : folder_(std::move(folder)) {
    std::filesystem::create_directory(folder_);
    is_mounted_ = ::mount("tmpfs", folder_.c_str(), "tmpfs", 0, options.c_str()) == 0;
  }
  SmallFileSystem(const SmallFileSystem&) = delete;
  SmallFileSystem& operator=(const SmallFileSystem&) = delete;
  ~SmallFileSystem() {
    if (is_mounted_) ::umount(folder_.c_str());
  }

  bool is_mounted() const { return is_mounted_; }

 private:
  std::string folder_;
  bool is_mounted_;
};

TEST_F(SqliteCatalogFault, AReallyFullDiskRefusesChangesAndRecovers) {
  const std::string small = folder / "small";
  const SmallFileSystem disk(small, "size=1M");
  if (!disk.is_mounted()) GTEST_SKIP() << "cannot mount a tmpfs here: " << std::strerror(errno);
  const std::string path = small + "/catalog.db";
  std::set<std::string> acknowledged;
  std::string code;
  {
    const std::unique_ptr<SqliteCatalog> full = open(path);
    project = value_of(full->create_organization("Acme"));
    for (int index = 0; index < 10'000 && code.empty(); ++index) {
      const Result<File> file = full->commit_file(make_file(random, project));
      if (file) acknowledged.insert(file->id);
      if (!file) code = code_of(file);
    }
    EXPECT_EQ(code, "insufficient_storage");
    EXPECT_EQ(consistent_ids(*full), acknowledged);
    EXPECT_EQ(code_of(full->commit_file(make_file(random, project))), "insufficient_storage");
  }
  ASSERT_EQ(::mount("tmpfs", small.c_str(), "tmpfs", MS_REMOUNT, "size=8M"), 0);
  const std::unique_ptr<SqliteCatalog> roomy = open(path);
  EXPECT_EQ(consistent_ids(*roomy), acknowledged);
  EXPECT_TRUE(roomy->commit_file(make_file(random, project)));
  EXPECT_EQ(alarms, 0);
}

TEST_F(SqliteCatalogFault, ADiskWithoutRoomStopsTheStart) {
  const std::string small = folder / "small";
  const SmallFileSystem disk(small, "size=16k");
  if (!disk.is_mounted()) GTEST_SKIP() << "cannot mount a tmpfs here: " << std::strerror(errno);
  const Result<std::unique_ptr<SqliteCatalog>> opened = SqliteCatalog::open(
      {.path = small + "/catalog.db", .clock = clock, .random = random, .log = log});
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, ErrorCode::cannot_start);
  EXPECT_NE(opened.error().detail.find("disk"), std::string::npos) << opened.error().detail;
}

}  // namespace
}  // namespace argot::catalog
