// Which ids have come already, in 21 to 43 bytes for each however long it is.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "digest/sha256.h"

namespace argot::jsonl {

// Two ids count as equal where the first 128 bits of their SHA-256 are: nobody can make that happen
// with different ids. Not thread-safe.
class IdSet {
 public:
  struct Digest {
    std::uint64_t first = 0;
    std::uint64_t second = 0;

    bool operator==(const Digest&) const = default;
    bool is_zero() const { return (first | second) == 0; }
  };

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

  digest::Sha256 hash_;
  std::vector<Digest> slots_;  // all zeros: free
  std::size_t count_ = 0;
};

}  // namespace argot::jsonl
