#include "blob/disk_store.h"

#include <sys/stat.h>
#include <sys/statvfs.h>

#include <cerrno>
#include <chrono>
#include <optional>
#include <utility>

#include "blob/disk_blob.h"
#include "blob/io_error.h"

namespace argot::blob {
namespace {

WallTime wall_time(const timespec& time) {
  const auto since_1970 =
      std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
  return WallTime(std::chrono::floor<std::chrono::milliseconds>(since_1970));
}

}  // namespace

Result<std::unique_ptr<DiskStore>> DiskStore::open(const DiskStoreOptions& options) {
  std::unique_ptr<DiskStore> store(new DiskStore(options));
  TRY(store->layout_, open_disk_layout(options.root, store->operations_));
  return store;
}

DiskStore::DiskStore(const DiskStoreOptions& options)
    : operations_(options.operations != nullptr ? *options.operations : system_),
      random_(options.random) {}

Result<std::unique_ptr<StagedBlob>> DiskStore::stage() {
  BlobId id = BlobId::mint(random_);
  const StagePlace place{operations_, *layout_.temporary, shard_of(id)};
  TRY(std::unique_ptr<StagedBlob> staged, DiskStagedBlob::open(place, std::move(id)));
  return staged;
}

Result<std::unique_ptr<BlobReader>> DiskStore::open(const BlobId& id) {
  TRY(std::unique_ptr<BlobReader> reader, DiskReader::open(operations_, shard_of(id), id));
  return reader;
}

Result<> DiskStore::remove(const BlobId& id) {
  Directory& shard = shard_of(id);
  const std::uint64_t failures_before = shard.failures();
  const int removed = operations_.unlinkat(shard.entry(id.text()));
  // Synced even where there is no such name: an earlier removal may have failed between the two.
  if (removed < 0 && removed != -ENOENT) return fail(io_error("unlink", -removed));
  return shard.sync(failures_before);
}

Result<> DiskStore::recover() {
  // A listing may pass over entries while others are removed, so it ends with one that finds none.
  for (;;) {
    TRY(const std::size_t removed, empty_temporary());
    if (removed == 0) return {};
  }
}

Result<std::size_t> DiskStore::empty_temporary() {
  Directory& temporary = *layout_.temporary;
  std::size_t count = 0;
  TRY_DO(temporary.list([&](const std::string& name) -> Result<> {
    const int removed = operations_.unlinkat(temporary.entry(name));
    if (removed == 0) ++count;
    // We never make a directory there; whoever did may keep it.
    if (removed == 0 || removed == -ENOENT || removed == -EISDIR) return {};
    return fail(io_error("unlink", -removed));
  }));
  return count;
}

Result<> DiskStore::visit(const std::function<Result<>(const BlobEntry&)>& see) {
  for (std::size_t number = 0; number < shard_count; ++number) {
    Directory& shard = *layout_.shards[number];
    TRY_DO(shard.list([&](const std::string& name) -> Result<> {
      std::optional<BlobId> id = BlobId::parse(name);
      // What open() cannot find is no blob, whatever its name.
      if (!id || shard_number(*id) != number) return {};
      struct stat facts{};
      const int known = operations_.fstatat(shard.entry(name), facts);
      if (known == -ENOENT) return {};  // Removed since it was listed.
      if (known < 0) return fail(io_error("fstatat", -known));
      if (!S_ISREG(facts.st_mode)) return {};
      return see(BlobEntry{.id = *std::move(id),
                           .bytes = static_cast<std::uint64_t>(facts.st_size),
                           .modified_at = wall_time(facts.st_mtim)});
    }));
  }
  return {};
}

Result<StoreSpace> DiskStore::space() {
  struct statvfs facts{};
  const int known = operations_.fstatvfs(layout_.root->descriptor(), facts);
  if (known < 0) return fail(io_error("fstatvfs", -known));
  return StoreSpace{.available_bytes = std::uint64_t{facts.f_bavail} * facts.f_frsize,
                    .total_bytes = std::uint64_t{facts.f_blocks} * facts.f_frsize};
}

}  // namespace argot::blob
