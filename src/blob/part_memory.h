// Memory for content on its way, in buffers of one size, bounded for all who take from it together.
#pragma once

#include <cstddef>
#include <memory>
#include <mutex>
#include <vector>

namespace argot::blob {

// Memory that was written once costs less the second time, so what comes back is kept for the next
// one. Thread-safe. It must outlive its buffers.
class PartMemory {
 public:
  class GiveBack {
   public:
    GiveBack() = default;
    explicit GiveBack(PartMemory& memory) : memory_(&memory) {}
    void operator()(std::byte* bytes) const { memory_->take_back(bytes); }

   private:
    PartMemory* memory_ = nullptr;
  };
  // Of buffer_bytes(), with what its last owner left there. It goes back on its own.
  using Buffer = std::unique_ptr<std::byte[], GiveBack>;

  PartMemory(std::size_t buffer_bytes, std::size_t buffers_max)
      : buffer_bytes_(buffer_bytes), buffers_max_(buffers_max) {}

  std::size_t buffer_bytes() const { return buffer_bytes_; }

  // Null where all are taken; never waits.
  Buffer take();

 private:
  void take_back(std::byte* bytes);

  const std::size_t buffer_bytes_;
  const std::size_t buffers_max_;
  std::mutex mutex_;  // Guards the two below.
  std::vector<std::unique_ptr<std::byte[]>> free_;
  std::size_t taken_ = 0;
};

}  // namespace argot::blob
