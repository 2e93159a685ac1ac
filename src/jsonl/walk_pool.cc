#include "jsonl/walk_pool.h"

namespace argot::jsonl {

std::unique_ptr<WalkMemory> WalkPool::take() {
  const std::scoped_lock lock(mutex_);
  if (idle_.empty()) return std::make_unique<WalkMemory>();
  std::unique_ptr<WalkMemory> memory = std::move(idle_.back());
  idle_.pop_back();
  return memory;
}

void WalkPool::take_back(std::unique_ptr<WalkMemory> memory) {
  const std::scoped_lock lock(mutex_);
  idle_.push_back(std::move(memory));
}

}  // namespace argot::jsonl
