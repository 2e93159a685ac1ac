// What all uploads share to have their content looked at, and the second look at one whose purpose
// came after its bytes.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>

#include "base/result.h"
#include "base/sink.h"
#include "blob/blob_store.h"
#include "jsonl/inspector.h"
#include "policy/file_observer.h"
#include "tokens/counter.h"

namespace argot::files {

// Thread-safe. Must outlive the observers.
class Inspections {
 public:
  // For the pass over the bytes as they arrive. What tokens are counted with is added.
  std::unique_ptr<policy::FileObserver> observe(const policy::ObserverOptions& options);

  tokens::LazyCounterPools& token_counters() { return counters_; }

  // Reads staged content once more. One at a time, with memory that is never short: what the first
  // pass could not see for want of it, this one sees. Errors: those of StagedBlob::read().
  Result<std::unique_ptr<policy::FileObserver>> observe_again(
      blob::StagedBlob& staged, std::uint64_t bytes, const policy::ObserverOptions& options);

  // The same of content that `feed` writes and finishes, whose errors are passed on.
  Result<std::unique_ptr<policy::FileObserver>> observe_again(
      const std::function<Result<>(Sink&)>& feed, const policy::ObserverOptions& options);

 private:
  policy::ObserverOptions with_counters(policy::ObserverOptions options);

  tokens::LazyCounterPools counters_{tokens::CacheSize::small};
  jsonl::SharedMemory shared_;
  std::mutex again_mutex_;  // guards the reading with again_
  jsonl::SharedMemory again_;
};

}  // namespace argot::files
