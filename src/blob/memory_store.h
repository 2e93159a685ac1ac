// Content in memory, for tests: what a DiskStore does, without a disk and without durability.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/random.h"
#include "blob/blob_store.h"

namespace argot::blob {

// The clock and the random source must outlive the store, and the store what it stages.
class MemoryStore final : public BlobStore {
 public:
  // Writing beyond the capacity is insufficient_storage.
  MemoryStore(const Clock& clock, Random& random, std::uint64_t capacity_bytes = 1_GiB);

  Result<std::unique_ptr<StagedBlob>> stage() override;
  // The reader has a sealed memfd with the content, so that its descriptor() works as a file's
  // does.
  Result<std::unique_ptr<BlobReader>> open(const BlobId& id) override;
  std::optional<std::string> direct_url(const BlobId& id, std::string_view disposition) override;
  Result<> remove(const BlobId& id) override;
  Result<> recover() override;
  Result<> visit(const std::function<Result<>(const BlobEntry&)>& see) override;
  Result<StoreSpace> space() override;

  // From then on it has a direct_url() of everything, which begins so. Before any other call.
  void set_url_prefix(std::string prefix) { url_prefix_ = std::move(prefix); }

 private:
  friend class MemoryStagedBlob;

  struct Content {
    // owners: this map, and an open() that copies it while a remove() takes it out of the map.
    std::shared_ptr<const std::vector<std::byte>> bytes;
    WallTime modified_at;
  };

  bool reserve(std::uint64_t bytes);
  void release(std::uint64_t bytes);
  void insert(const BlobId& id, std::vector<std::byte> bytes);

  std::mutex mutex_;  // Guards contents_ and used_bytes_.
  std::map<BlobId, Content> contents_;
  std::uint64_t used_bytes_ = 0;

  const Clock& clock_;
  Random& random_;
  const std::uint64_t capacity_bytes_;
  std::string url_prefix_;  // "" for none
};

}  // namespace argot::blob
