#include "blob/part_memory.h"

#include <utility>

namespace argot::blob {

PartMemory::Buffer PartMemory::take() {
  std::unique_ptr<std::byte[]> bytes;
  {
    const std::scoped_lock lock(mutex_);
    if (taken_ == buffers_max_) return {};
    ++taken_;
    if (!free_.empty()) {
      bytes = std::move(free_.back());
      free_.pop_back();
    }
  }
  // Pages that are never written take no memory: small content needs no more than it has bytes.
  if (!bytes) bytes = std::make_unique_for_overwrite<std::byte[]>(buffer_bytes_);
  return {bytes.release(), GiveBack(*this)};
}

void PartMemory::take_back(std::byte* bytes) {
  std::unique_ptr<std::byte[]> owned(bytes);
  const std::scoped_lock lock(mutex_);
  --taken_;
  free_.push_back(std::move(owned));
}

}  // namespace argot::blob
