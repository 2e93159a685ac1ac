// The blobs that uploads in progress are about to put into the catalogue. Between sealing a blob
// and committing its row it looks like an orphan; being listed here is what saves it from the
// sweeper.
#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <unordered_set>
#include <utility>

#include "base/ids.h"
#include "base/result.h"
#include "blob/blob_store.h"

namespace argot::files {

// Thread-safe; must outlive its entries.
class LiveBlobs {
 public:
  // Whether an outcome that is unknown stays so for as long as the process lives. Where processes
  // share a catalogue it does not; there whoever sweeps knows nothing of what others have listed,
  // and condemns what no row names before he removes it (ADR 22), and so it needs no listing.
  enum class Unknown : std::uint8_t { stays_listed, is_for_the_sweeper };

  explicit LiveBlobs(Unknown unknown = Unknown::stays_listed) : unknown_(unknown) {}

  // Keeps one blob listed for as long as it exists.
  class Entry {
   public:
    Entry(LiveBlobs& list, BlobId id) : list_(&list), id_(std::move(id)) {}
    Entry(Entry&& other) noexcept
        : list_(std::exchange(other.list_, nullptr)), id_(std::move(other.id_)) {}
    Entry& operator=(Entry&&) = delete;
    Entry(const Entry&) = delete;
    Entry& operator=(const Entry&) = delete;
    ~Entry() {
      if (list_ != nullptr) list_->forget(id_);
    }

    // After a commit that did not take the blob. Where nobody can know that, it stays; and where
    // only the next start knows, it is listed for as long as there is a list: until then the
    // sweeper sees no row, even if there is one. Else no row names it, and it goes.
    template <typename Row>
    void give_up(const Result<Row>& committed, blob::BlobStore& blobs) {
      if (!committed && committed.error().code == ErrorCode::outcome_unknown) {
        if (list_->unknown_ == Unknown::stays_listed) list_ = nullptr;
        return;
      }
      // Should that fail, the sweeper finds it as an orphan.
      [[maybe_unused]] const Result<> removed = blobs.remove(id_);
    }

   private:
    LiveBlobs* list_;
    BlobId id_;
  };

  Entry add(const BlobId& id) {
    const std::scoped_lock lock(mutex_);
    ids_.insert(id.text());
    return {*this, id};
  }

  bool contains(const BlobId& id) const {
    const std::scoped_lock lock(mutex_);
    return ids_.contains(id.text());
  }

 private:
  void forget(const BlobId& id) {
    const std::scoped_lock lock(mutex_);
    ids_.erase(id.text());
  }

  const Unknown unknown_;
  mutable std::mutex mutex_;
  std::unordered_set<std::string> ids_;
};

}  // namespace argot::files
