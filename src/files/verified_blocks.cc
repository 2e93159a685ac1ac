#include "files/verified_blocks.h"

namespace argot::files {

bool VerifiedBlocks::contains(const BlobId& blob, std::size_t block) {
  const std::scoped_lock lock(mutex_);
  const Entry* const entry = touch(blob.text());
  return entry != nullptr && block < entry->blocks.size() && entry->blocks[block];
}

void VerifiedBlocks::add(const BlobId& blob, std::size_t block) {
  added_.add();
  const std::scoped_lock lock(mutex_);
  Entry* entry = touch(blob.text());
  if (entry == nullptr) {
    if (entries_.size() == blobs_max_) {
      by_blob_.erase(entries_.back().blob);
      entries_.pop_back();
    }
    entries_.push_front(Entry{.blob = blob.text(), .since = clock_.steady(), .blocks = {}});
    by_blob_.emplace(blob.text(), entries_.begin());
    entry = &entries_.front();
  }
  if (entry->blocks.size() <= block) entry->blocks.resize(block + 1);
  entry->blocks[block] = true;
}

void VerifiedBlocks::forget(const BlobId& blob) {
  const std::scoped_lock lock(mutex_);
  const auto found = by_blob_.find(blob.text());
  if (found == by_blob_.end()) return;
  entries_.erase(found->second);
  by_blob_.erase(found);
}

VerifiedBlocks::Entry* VerifiedBlocks::touch(const std::string& blob) {
  const auto found = by_blob_.find(blob);
  if (found == by_blob_.end()) return nullptr;
  if (clock_.steady() - found->second->since >= max_age_) {
    entries_.erase(found->second);
    by_blob_.erase(found);
    return nullptr;
  }
  entries_.splice(entries_.begin(), entries_, found->second);
  return &entries_.front();
}

}  // namespace argot::files
