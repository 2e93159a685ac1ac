// Which ids have come already, in 20 to 40 bytes for each however long it is.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "digest/siphash.h"

namespace argot::jsonl {

// Two ids count as equal where the 128 bits of their hash are: with different ids nobody can make
// that happen who does not know the key, which each set makes up for itself. Not thread-safe.
class IdSet {
 public:
  using Digest = digest::SipHashValue;

  IdSet();

  // Whether it comes for the first time.
  bool insert(std::string_view id) { return insert(expect(id)); }

  // In two steps, with something else to do between them: memory is slow, and where an id belongs
  // is nowhere near the last one.
  Digest expect(std::string_view id);
  bool insert(const Digest& digest);

 private:
  std::size_t first_place(const Digest& digest) const {
    return static_cast<std::size_t>(digest.first) & (slots_.size() - 1);
  }
  // Where the digest stands, or would stand.
  Digest& slot_of(const Digest& digest);
  void grow();

  digest::SipHashKey key_;
  std::vector<Digest> slots_;  // all zeros: free
  std::size_t count_ = 0;
};

}  // namespace argot::jsonl
