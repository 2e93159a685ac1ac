#include "jsonl/id_set.h"

#include <cstring>
#include <utility>

#include "base/bytes.h"

namespace argot::jsonl {
namespace {

constexpr std::size_t first_slots = 256;

}  // namespace

IdSet::Digest IdSet::expect(std::string_view id) {
  hash_.update(as_bytes(id));
  const auto value = hash_.finish();
  Digest digest{};
  std::memcpy(&digest, value.bytes.data(), sizeof digest);
  if (!slots_.empty()) __builtin_prefetch(&slots_[first_place(digest)]);
  return digest;
}

bool IdSet::insert(const Digest& digest) {
  // At most three quarters full, so that a free slot is near.
  if (4 * (count_ + 1) > 3 * slots_.size()) grow();
  Digest& slot = slot_of(digest);
  if (slot == digest) return false;
  slot = digest;
  ++count_;
  return true;
}

IdSet::Digest& IdSet::slot_of(const Digest& digest) {
  const std::size_t mask = slots_.size() - 1;
  std::size_t place = first_place(digest);
  while (!slots_[place].is_zero() && slots_[place] != digest) place = (place + 1) & mask;
  return slots_[place];
}

void IdSet::grow() {
  const std::vector<Digest> old =
      std::exchange(slots_, std::vector<Digest>(slots_.empty() ? first_slots : 2 * slots_.size()));
  for (const Digest& digest : old) {
    if (!digest.is_zero()) slot_of(digest) = digest;
  }
}

}  // namespace argot::jsonl
