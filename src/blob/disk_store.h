// Content on a local disk: a file per blob, with exactly the content's bytes in it. The order of
// the writes is the promise: data, then the name, then the directory (docs/formats/data-folder.md).
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/random.h"
#include "blob/blob_store.h"
#include "blob/disk_layout.h"
#include "blob/file_ops.h"

namespace argot::blob {

struct DiskStoreOptions {
  // Holds tmp/, blobs/ and FORMAT; made if missing, in a parent that has to exist.
  std::string root;
  Random& random;
  // The system's where null.
  FileOps* operations = nullptr;
};

// Holds 259 directories open, so the process needs a limit of open files well above that. Where
// RLIMIT_FSIZE is set, SIGXFSZ has to be ignored for a file that is too long to be an error and not
// the end. One process at a time on one root: the caller holds the lock of the data folder.
class DiskStore final : public BlobStore {
 public:
  // The random source (and the operations, if given) must outlive the store, and the store whatever
  // it hands out. Errors are cannot_start, with one line that says what to mend.
  static Result<std::unique_ptr<DiskStore>> open(const DiskStoreOptions& options);

  Result<std::unique_ptr<StagedBlob>> stage() override;
  Result<std::unique_ptr<BlobReader>> open(const BlobId& id) override;
  Result<> remove(const BlobId& id) override;
  Result<> recover() override;
  Result<> visit(const std::function<Result<>(const BlobEntry&)>& see) override;
  Result<StoreSpace> space() override;

 private:
  explicit DiskStore(const DiskStoreOptions& options);
  Directory& shard_of(const BlobId& id) { return *layout_.shards[shard_number(id)]; }
  Result<std::size_t> empty_temporary();

  SystemFileOps system_;
  FileOps& operations_;
  Random& random_;
  DiskLayout layout_;
};

}  // namespace argot::blob
