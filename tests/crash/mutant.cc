#include "tests/crash/mutant.h"

#include <cerrno>
#include <map>
#include <mutex>
#include <optional>
#include <utility>

#include "base/assert.h"
#include "catalog/queries.h"
#include "catalog/sqlite.h"
#include "tests/crash/fault_shim.h"
#include "tests/support/failing_catalog.h"

namespace argot::crash {
namespace {

// --- Below the store -----------------------------------------------------------------------------

class PassingFileOps : public blob::FileOps {
 public:
  int openat(const blob::EntryName& entry, int flags, mode_t mode) override {
    return system_.openat(entry, flags, mode);
  }
  int mkdirat(const blob::EntryName& entry, mode_t mode) override {
    return system_.mkdirat(entry, mode);
  }
  int renameat2(const blob::EntryName& from, const blob::EntryName& to, unsigned flags) override {
    return system_.renameat2(from, to, flags);
  }
  int unlinkat(const blob::EntryName& entry) override { return system_.unlinkat(entry); }
  int fstatat(const blob::EntryName& entry, struct stat& out) override {
    return system_.fstatat(entry, out);
  }
  int writable(int directory) override { return system_.writable(directory); }
  ssize_t write(int file, Bytes bytes) override { return system_.write(file, bytes); }
  ssize_t pread(int file, MutableBytes out, std::uint64_t offset) override {
    return system_.pread(file, out, offset);
  }
  int sync_file_range(int file, std::uint64_t offset, std::uint64_t bytes) override {
    return system_.sync_file_range(file, offset, bytes);
  }
  int fdatasync(int file) override { return system_.fdatasync(file); }
  int fsync(int file) override { return system_.fsync(file); }
  int fstat(int file, struct stat& out) override { return system_.fstat(file, out); }
  int fstatvfs(int file, struct statvfs& out) override { return system_.fstatvfs(file, out); }
  ssize_t read_directory(int directory, MutableBytes out) override {
    return system_.read_directory(directory, out);
  }

 private:
  blob::SystemFileOps system_;
};

class RetryingFileOps final : public PassingFileOps {
 public:
  int fdatasync(int file) override {
    const int synced = PassingFileOps::fdatasync(file);
    return synced == -EIO ? PassingFileOps::fdatasync(file) : synced;
  }
};

class CarelessFileOps final : public PassingFileOps {
 public:
  ssize_t write(int file, Bytes bytes) override {
    const ssize_t written = PassingFileOps::write(file, bytes);
    return written < 0 ? written : static_cast<ssize_t>(bytes.size());
  }
};

template <typename Ops>
class FileMutant final : public Mutant {
 public:
  blob::FileOps* operations() override { return &operations_; }

 private:
  Ops operations_;
};

// --- The row before the content ------------------------------------------------------------------

class LateStore;

class LateBlob final : public blob::StagedBlob {
 public:
  LateBlob(LateStore& store, std::unique_ptr<blob::StagedBlob> staged);
  ~LateBlob() override;

  Result<> write(Bytes chunk) override { return staged_->write(chunk); }
  Result<> finish() override { return staged_->finish(); }
  const BlobId& id() const override { return staged_->id(); }
  Result<> read(std::uint64_t offset, MutableBytes out) override {
    return staged_->read(offset, out);
  }
  const digest::Sha256Value& sha256() const override { return staged_->sha256(); }
  Result<> seal() override { return {}; }
  Result<> seal_now() { return staged_->seal(); }

 private:
  LateStore& store_;
  std::unique_ptr<blob::StagedBlob> staged_;
};

class LateStore final : public blob::BlobStore {
 public:
  explicit LateStore(std::unique_ptr<blob::BlobStore> store) : store_(std::move(store)) {}

  Result<std::unique_ptr<blob::StagedBlob>> stage() override {
    TRY(std::unique_ptr<blob::StagedBlob> staged, store_->stage());
    return std::make_unique<LateBlob>(*this, std::move(staged));
  }
  Result<std::unique_ptr<blob::BlobReader>> open(const BlobId& id) override {
    return store_->open(id);
  }
  Result<> remove(const BlobId& id) override { return store_->remove(id); }
  Result<> recover() override { return store_->recover(); }
  Result<> visit(const std::function<Result<>(const blob::BlobEntry&)>& see) override {
    return store_->visit(see);
  }
  Result<blob::StoreSpace> space() override { return store_->space(); }

  void add(LateBlob& blob) {
    const std::scoped_lock lock(mutex_);
    staged_.emplace(blob.id(), &blob);
  }
  void forget(const LateBlob& blob) {
    const std::scoped_lock lock(mutex_);
    staged_.erase(blob.id());
  }
  Result<> seal(const BlobId& id) {
    LateBlob* blob = nullptr;
    {
      const std::scoped_lock lock(mutex_);
      blob = staged_.at(id);
    }
    return blob->seal_now();
  }

 private:
  std::unique_ptr<blob::BlobStore> store_;
  std::mutex mutex_;
  std::map<BlobId, LateBlob*> staged_;
};

LateBlob::LateBlob(LateStore& store, std::unique_ptr<blob::StagedBlob> staged)
    : store_(store), staged_(std::move(staged)) {
  store_.add(*this);
}

LateBlob::~LateBlob() { store_.forget(*this); }

// --- Above the catalogue -------------------------------------------------------------------------

class CatalogMutant : public testing::FailingCatalog {
 public:
  explicit CatalogMutant(std::unique_ptr<catalog::Catalog> catalog)
      : FailingCatalog(*catalog), catalog_(std::move(catalog)) {}

 private:
  std::unique_ptr<catalog::Catalog> catalog_;
};

class EarlyRowCatalog final : public CatalogMutant {
 public:
  EarlyRowCatalog(std::unique_ptr<catalog::Catalog> catalog, LateStore& store)
      : CatalogMutant(std::move(catalog)), store_(store) {}

  Result<catalog::File> commit_file(const catalog::NewFile& file) override {
    TRY(catalog::File committed, FailingCatalog::commit_file(file));
    TRY_DO(store_.seal(file.blob));
    return committed;
  }

 private:
  LateStore& store_;
};

class EarlyAnswerCatalog final : public CatalogMutant {
 public:
  using CatalogMutant::CatalogMutant;

  Result<catalog::File> commit_file(const catalog::NewFile& file) override {
    // A quota that is exceeded is still told in time.
    TRY(const catalog::Usage used, organization_usage(file.scope.organization_id));
    if (!file.organization_bytes_max || used.bytes + file.bytes <= *file.organization_bytes_max) {
      const std::string answer = "acknowledged " + file.filename;
      argot_faults_remark(answer.data(), answer.size());
    }
    return FailingCatalog::commit_file(file);
  }
};

class EarlyRemovalCatalog final : public CatalogMutant {
 public:
  EarlyRemovalCatalog(std::unique_ptr<catalog::Catalog> catalog, blob::BlobStore& blobs)
      : CatalogMutant(std::move(catalog)), blobs_(blobs) {}

  Result<bool> delete_file(const catalog::Scope& scope, std::string_view id,
                           WallTime now) override {
    TRY(const std::optional<catalog::File> file, find_file(scope, id, now));
    if (file) TRY_DO(blobs_.remove(file->blob));
    return FailingCatalog::delete_file(scope, id, now);
  }

 private:
  blob::BlobStore& blobs_;
};

class LateQuotaCatalog final : public CatalogMutant {
 public:
  LateQuotaCatalog(std::unique_ptr<catalog::Catalog> catalog, const std::string& path)
      : CatalogMutant(std::move(catalog)) {
    auto opened = catalog::Connection::open(path, catalog::Connection::Access::read_write,
                                            std::chrono::seconds(5));
    ASSERT(opened.has_value());
    connection_ = *std::move(opened);
  }

  Result<bool> delete_file(const catalog::Scope& scope, std::string_view id,
                           WallTime now) override {
    namespace queries = catalog::queries;
    TRY_DO(connection_->run(queries::begin));
    std::int64_t bytes = 0;
    std::string blob;
    {
      catalog::Statement deleted = connection_->use(queries::delete_file);
      deleted.bind(scope.organization_id).bind(scope.project_id).bind(id).bind(unix_seconds(now));
      TRY(const bool is_there, deleted.step());
      ASSERT(is_there);
      bytes = deleted.integer(3);
      blob = deleted.text(4);
      TRY_DO(deleted.run());
    }
    TRY_DO(connection_->use(queries::insert_garbage).bind(blob).run());
    TRY_DO(connection_->use(queries::insert_audit)
               .bind(std::int64_t{0})
               .bind("file.delete")
               .bind(scope.organization_id)
               .bind(id)
               .bind("")
               .run());
    TRY_DO(connection_->run(queries::commit));

    TRY_DO(connection_->run(queries::begin));
    TRY_DO(connection_->use(queries::refund_organization)
               .bind(scope.organization_id)
               .bind(bytes)
               .run());
    TRY_DO(connection_->use(queries::refund_project).bind(scope.project_id).bind(bytes).run());
    TRY_DO(connection_->run(queries::commit));
    return true;
  }

 private:
  std::unique_ptr<catalog::Connection> connection_;
};

class RowMutant final : public Mutant {
 public:
  std::unique_ptr<blob::BlobStore> wrap_store(std::unique_ptr<blob::BlobStore> store) override {
    auto late = std::make_unique<LateStore>(std::move(store));
    store_ = late.get();
    return late;
  }
  std::unique_ptr<catalog::Catalog> wrap_catalog(std::unique_ptr<catalog::Catalog> catalog,
                                                 blob::BlobStore& /*blobs*/) override {
    return std::make_unique<EarlyRowCatalog>(std::move(catalog), *store_);
  }

 private:
  LateStore* store_ = nullptr;
};

class OrderMutant final : public Mutant {
 public:
  OrderMutant(Bug bug, std::string catalog_path) : bug_(bug), path_(std::move(catalog_path)) {}

  std::unique_ptr<catalog::Catalog> wrap_catalog(std::unique_ptr<catalog::Catalog> catalog,
                                                 blob::BlobStore& blobs) override {
    if (bug_ == Bug::answer_before_commit) {
      return std::make_unique<EarlyAnswerCatalog>(std::move(catalog));
    }
    if (bug_ == Bug::removal_before_row) {
      return std::make_unique<EarlyRemovalCatalog>(std::move(catalog), blobs);
    }
    return std::make_unique<LateQuotaCatalog>(std::move(catalog), path_);
  }

 private:
  const Bug bug_;
  const std::string path_;
};

}  // namespace

std::unique_ptr<Mutant> make_mutant(Bug bug, std::string catalog_path) {
  switch (bug) {
    case Bug::none:
      return nullptr;
    case Bug::row_before_content:
      return std::make_unique<RowMutant>();
    case Bug::failed_sync_retried:
      return std::make_unique<FileMutant<RetryingFileOps>>();
    case Bug::short_write_ignored:
      return std::make_unique<FileMutant<CarelessFileOps>>();
    case Bug::answer_before_commit:
    case Bug::removal_before_row:
    case Bug::quota_in_second_commit:
      return std::make_unique<OrderMutant>(bug, std::move(catalog_path));
  }
  std::unreachable();
}

}  // namespace argot::crash
