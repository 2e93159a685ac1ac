#include "files/inspections.h"

#include <algorithm>
#include <cstddef>
#include <vector>

#include "base/bytes.h"

namespace argot::files {
namespace {

constexpr std::size_t inspected_bytes = 256_KiB;

}  // namespace

policy::ObserverOptions Inspections::with_counters(policy::ObserverOptions options) {
  options.counters = &counters_;
  return options;
}

std::unique_ptr<policy::FileObserver> Inspections::observe(const policy::ObserverOptions& options) {
  return std::make_unique<policy::FileObserver>(shared_, with_counters(options));
}

Result<std::unique_ptr<policy::FileObserver>> Inspections::observe_again(
    const std::function<Result<>(Sink&)>& feed, const policy::ObserverOptions& options) {
  // Held while the disk is read: it is what bounds the memory of long lines.
  const std::scoped_lock one_at_a_time(again_mutex_);
  auto observer = std::make_unique<policy::FileObserver>(again_, with_counters(options));
  TRY_DO(feed(*observer));
  return observer;
}

Result<std::unique_ptr<policy::FileObserver>> Inspections::observe_again(
    blob::StagedBlob& staged, std::uint64_t bytes, const policy::ObserverOptions& options) {
  const auto feed = [&](Sink& observer) -> Result<> {
    std::vector<std::byte> buffer(
        static_cast<std::size_t>(std::min<std::uint64_t>(bytes, inspected_bytes)));
    for (std::uint64_t offset = 0; offset < bytes;) {
      const auto size =
          static_cast<std::size_t>(std::min<std::uint64_t>(buffer.size(), bytes - offset));
      const MutableBytes piece = MutableBytes(buffer).first(size);
      TRY_DO(staged.read(offset, piece));
      TRY_DO(observer.write(piece));
      offset += size;
    }
    return observer.finish();
  };
  return observe_again(feed, options);
}

}  // namespace argot::files
