#include "jsonl/id_set.h"

#include <utility>

#include "base/bytes.h"

namespace argot::jsonl {
namespace {

constexpr std::size_t first_slots = 256;

bool is_free(const IdSet::Digest& slot) { return (slot.first | slot.second) == 0; }

}  // namespace

IdSet::IdSet() {
  SystemRandom random;
  key_ = digest::SipHashKey::made_with(random);
}

IdSet::Digest IdSet::expect(std::string_view id) {
  const Digest digest = digest::siphash128(key_, as_bytes(id));
  if (!slots_.empty()) __builtin_prefetch(&slots_[first_place(digest)]);
  return digest;
}

bool IdSet::insert(const Digest& digest) {
  // At most four fifths full, so that a free slot is near; the ids of the largest batch fit 1 MiB.
  if (5 * (count_ + 1) > 4 * slots_.size()) grow();
  Digest& slot = slot_of(digest);
  if (slot == digest) return false;
  slot = digest;
  ++count_;
  return true;
}

IdSet::Digest& IdSet::slot_of(const Digest& digest) {
  const std::size_t mask = slots_.size() - 1;
  std::size_t place = first_place(digest);
  while (!is_free(slots_[place]) && slots_[place] != digest) place = (place + 1) & mask;
  return slots_[place];
}

void IdSet::grow() {
  const std::vector<Digest> old =
      std::exchange(slots_, std::vector<Digest>(slots_.empty() ? first_slots : 2 * slots_.size()));
  for (const Digest& digest : old) {
    if (!is_free(digest)) slot_of(digest) = digest;
  }
}

}  // namespace argot::jsonl
