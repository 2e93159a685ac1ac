// What the checkers of all formats share: values of one kind, values out of a list, and the words
// for what is missing.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>

#include "jsonl/patterns.h"
#include "jsonl/shape.h"
#include "jsonl/walk.h"

namespace argot::jsonl {

// "'a', 'b', and 'c'", as upstream lists what it supports.
std::string listed(std::span<const std::string_view> values);

// For one record. Not thread-safe.
class Checks {
 public:
  explicit Checks(Walk& walk) : walk_(walk) {}

 protected:
  Walk& walk() { return walk_; }

  // Each walks a value of that kind, and reports any other.
  void any(const json::Item& item) { walk_.any(item); }
  void string(const json::Item& item) { walk_.expect(item, json::Kind::string); }
  // The same for a string that nobody looks into.
  void free_string(const json::Item& item) {
    if (walk_.expect(item, json::Kind::string)) walk_.leave_gap(item, Gap::Kind::string);
  }
  void boolean(const json::Item& item) { walk_.expect(item, json::Kind::boolean); }
  void object(const json::Item& item);
  void boolean_or_null(const json::Item& item);

  // A string that is one of `values`.
  void one_of(const json::Item& item, std::span<const std::string_view> values);
  // Reports `item` as none of `values`.
  void unsupported(const json::Item& item, std::span<const std::string_view> values);

  // The name of a function: 1 to 64 of A-Z, a-z, 0-9, underscore and hyphen.
  void function_name(const json::Item& item);

  // "Missing required parameter: ...", at the object that lacks it.
  void missing(const json::Item& object, std::string_view key);

  // Walks an object by its table. Calls unknown(key, written) for a key that is not in it, whose
  // value is walked over, and missing(key) for each required member that did not come, unless the
  // line broke.
  template <typename Checker, std::size_t size, typename Unknown, typename Missing>
  void check_members(Checker& checker, const json::Item& object,
                     const std::array<Member<Checker>, size>& table, const Unknown& unknown,
                     const Missing& missing) {
    static_assert(size <= 32);
    std::uint32_t seen = 0;
    walk_.members(object,
                  [&](const json::Key& key, std::string_view written, const json::Item& value) {
                    for (std::size_t i = 0; i < size; ++i) {
                      if (table[i].key != key) continue;
                      seen |= std::uint32_t{1} << i;
                      (checker.*table[i].check)(value);
                      return;
                    }
                    unknown(key.text(), written);
                    walk_.any(value);
                  });
    if (walk_.is_broken()) return;
    for (std::size_t i = 0; i < size; ++i) {
      const bool came = (seen >> i & 1U) != 0;
      if (table[i].is_required && !came) missing(table[i].key.text());
    }
  }

  // Walks an object by its table; other members may be there, and are only walked over.
  template <typename Checker, std::size_t size>
  void open_object(Checker& checker, const json::Item& item,
                   const std::array<Member<Checker>, size>& table) {
    if (!walk_.expect(item, json::Kind::object)) return;
    check_members(
        checker, item, table, [](std::string_view, std::string_view) {},
        [&](std::string_view key) { missing(item, key); });
  }

 private:
  Walk& walk_;
};

}  // namespace argot::jsonl
