#include "tokens/pair_table.h"

#include <algorithm>
#include <bit>

#include "base/assert.h"

namespace argot::tokens {

namespace {

// At most half full, so that a look-up of a pair that is not there ends soon; and so large that the
// filter, a word for eight places, has one.
unsigned slot_bits(std::size_t pairs_max) {
  return std::clamp(static_cast<unsigned>(std::bit_width(2 * pairs_max)), 8U, 40U);
}

}  // namespace

PairTable::PairTable(std::size_t pairs_max)
    : shift_(64U - slot_bits(pairs_max)),
      filter_shift_(shift_ + 3),
      mask_((std::size_t{1} << (64U - shift_)) - 1),
      filter_(std::size_t{1} << (64U - filter_shift_)),
      slots_(mask_ + 1) {}

void PairTable::insert(TokenPair pair, Token merged) {
  ASSERT(merged != 0 && merged <= token_mask);
  const std::uint64_t key = key_of(pair);
  const std::uint64_t mixed = mix(key);
  filter_[mixed >> filter_shift_] |= std::uint64_t{1} << (mixed & 63U);
  std::size_t at = mixed >> shift_;
  while (slots_[at] != 0) at = (at + 1) & mask_;
  slots_[at] = (key << token_bits) | merged;
}

}  // namespace argot::tokens
