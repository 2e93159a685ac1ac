// Objects as tables: which members one has, which it must have, and who walks each.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "jsonl/walk.h"

namespace argot::jsonl {

// A member of an object that `Checker` knows.
template <typename Checker>
struct Member {
  std::string_view key;
  // Walks the value, and reports what is wrong with it.
  void (Checker::*check)(const json::Item& value);
  bool is_required = false;
};

// Walks an object by its table. Calls unknown(key) for a key that is not in it, whose value is
// walked over, and missing(key) for each required member that did not come, unless the line broke.
// Returns which members came, as bits in the order of the table.
template <typename Checker, std::size_t size, typename Unknown, typename Missing>
std::uint32_t check_members(Checker& checker, Walk& walk, const json::Item& object,
                            const std::array<Member<Checker>, size>& table, const Unknown& unknown,
                            const Missing& missing) {
  static_assert(size <= 32);
  std::uint32_t seen = 0;
  walk.members(object,
               [&](std::string_view key, std::string_view written, const json::Item& value) {
                 for (std::size_t i = 0; i < size; ++i) {
                   if (table[i].key != key) continue;
                   seen |= std::uint32_t{1} << i;
                   (checker.*table[i].check)(value);
                   return;
                 }
                 unknown(key, written);
                 walk.any(value);
               });
  if (walk.is_broken()) return seen;
  for (std::size_t i = 0; i < size; ++i) {
    const bool came = (seen >> i & 1U) != 0;
    if (table[i].is_required && !came) missing(table[i].key);
  }
  return seen;
}

}  // namespace argot::jsonl
