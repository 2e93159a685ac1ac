// The two objects that a DiskStore hands out: content that arrives, and content that is read.
#pragma once

#include <cstdint>
#include <memory>

#include "base/ids.h"
#include "base/unique_fd.h"
#include "blob/blob_store.h"
#include "blob/directory.h"
#include "blob/file_ops.h"
#include "digest/sha256.h"

namespace argot::blob {

// Where a staged blob is, and where it goes. All must outlive it.
struct StagePlace {
  FileOps& operations;
  const Directory& temporary;
  Directory& shard;
};

class DiskStagedBlob final : public StagedBlob {
 public:
  // Creates the file under its id in tmp/.
  static Result<std::unique_ptr<DiskStagedBlob>> open(const StagePlace& place, BlobId id);
  ~DiskStagedBlob() override;

  Result<> write(Bytes chunk) override;
  Result<> finish() override;
  const BlobId& id() const override { return id_; }
  Result<> read(std::uint64_t offset, MutableBytes out) override;
  const digest::Sha256Value& sha256() const override { return sha256_.value(); }
  Result<> seal() override;

 private:
  enum class State { writing, finished, sealed, failed };

  DiskStagedBlob(const StagePlace& place, BlobId id, UniqueFd file);
  Result<> write_behind();
  // Gives the descriptor and the temporary name up; nothing is written or synced after it.
  std::unexpected<Error> abandon(Error error);

  const StagePlace place_;
  const BlobId id_;
  UniqueFd file_;
  State state_ = State::writing;
  bool has_temporary_name_ = true;
  std::uint64_t written_ = 0;
  std::uint64_t written_behind_ = 0;
  digest::Sha256Sink sha256_;
};

class DiskReader final : public BlobReader {
 public:
  // Opens `id` in `shard`. What is no regular file is content_corrupt. `operations` must outlive
  // it.
  static Result<std::unique_ptr<DiskReader>> open(FileOps& operations, const Directory& shard,
                                                  const BlobId& id);

  std::uint64_t size() const override { return size_; }
  int descriptor() const override { return file_.get(); }
  Result<> read(std::uint64_t offset, MutableBytes out) override;
  void drop_cached(std::uint64_t offset, std::uint64_t bytes) override;

 private:
  DiskReader(FileOps& operations, UniqueFd file, std::uint64_t size);

  FileOps& operations_;
  const UniqueFd file_;
  const std::uint64_t size_;
};

}  // namespace argot::blob
