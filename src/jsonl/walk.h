// One walk over one record: knows the path to where it is, reports problems with their place, and
// checks what holds in every record, whatever its format: grammar, depth, and each key once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/limits.h"
#include "json/key.h"
#include "json/line_reader.h"
#include "jsonl/patterns.h"
#include "jsonl/problem_log.h"

namespace argot::jsonl {

// Where a record stands in its file.
struct Place {
  std::uint64_t line = 1;    // from 1, empty lines counted
  std::uint64_t record = 1;  // from 1, empty lines not counted
  std::uint64_t offset = 0;  // of its first byte
  std::uint64_t column = 1;  // of its first byte: more than 1 behind a byte order mark
};

// What walks need that lives longer than one record. Its memory grows with the longest line.
class WalkMemory {
 public:
  json::LineReader reader;
  std::vector<Gap> gaps;  // of the record that was walked last

 private:
  friend class Walk;

  // A key within an object, which is told from others by where its keys begin.
  using KeyInObject = std::pair<std::size_t, std::string_view>;

  std::vector<json::Key> keys_;  // of the objects that are open, outermost first
  // The keys of those objects that have many, for which comparing with each would take too long.
  // Not by their hashes: whoever writes the line could make all of them equal.
  std::set<KeyInObject> many_keys_;
  std::deque<std::string> unescaped_;
};

// Not thread-safe.
class Walk {
 public:
  Walk(WalkMemory& memory, ProblemLog& log, const Place& place, std::string_view line);

  const Place& place() const { return place_; }
  std::string_view line() const { return line_; }
  bool is_broken() const { return reader_.is_broken(); }
  std::optional<json::Item> root() { return reader_.root(); }
  // After the root was walked: what follows it may break the record.
  void finish() {
    if (!is_broken()) reader_.close();
  }

  // Walks all of a value and checks what holds everywhere.
  void any(const json::Item& item);

  // Says of a well-formed string or number that nothing depends on what it holds, but for what
  // `kind` tells. In the order of the record.
  void leave_gap(const json::Item& scalar, Gap::Kind kind);

  // Calls see(const json::Key& key, std::string_view written, const json::Item& value) for each
  // member of an object, where `written` is the key as it stands in the line; see() must walk the
  // value. A member that comes again is reported and walked over.
  template <typename See>
  void members(const json::Item& object, const See& see) {
    members_led(object, {}, [](const json::Item*) {}, see);
  }

  // The same, and before it lead() with the member of that name, or a null pointer: to be looked
  // at, not walked.
  template <typename Lead, typename See>
  void members_led(const json::Item& object, std::string_view leading, const Lead& lead,
                   const See& see);

  // Calls see(std::size_t index, const json::Item& value) for each item of an array.
  template <typename See>
  void items(const json::Item& array, const See& see);

  // What a string means. Valid until the end of this walk.
  std::string_view text(const json::Item& string);

  // Reports a problem at `part` of the line, an item's token or a key, and says where in the record
  // that is: where the walk is, or below it at `below`, the rest of a JSON pointer.
  template <typename Say>
  void error(std::string_view code, std::string_view part, std::string_view below, const Say& say) {
    if (is_broken()) return;
    log_.add(Severity::error, code, [&] { return problem(code, part, below, say()); });
  }
  template <typename Say>
  void error(std::string_view code, std::string_view part, const Say& say) {
    error(code, part, {}, say);
  }

  // "messages[0].content": how messages name where the walk is, or a member of it.
  std::string name(std::string_view member = {}) const;

  // Whether the value is of that kind. If not, it is walked over and reported; a scalar that is,
  // was checked.
  bool expect(const json::Item& item, json::Kind kind);

  // Whether anything was wrong so far that find_fault() does not see, and ends the walk.
  bool has_too_many_keys() const { return has_too_many_keys_; }

 private:
  // One step of the path to where the walk is. Lives on the stack of whoever walks on from there.
  struct Step {
    std::string_view key;
    std::size_t index = 0;
    bool is_index = false;
    const Step* outer = nullptr;
  };

  class Inside {
   public:
    Inside(Walk& walk, std::string_view key) : walk_(walk), step_{.key = key, .outer = walk.step_} {
      enter();
    }
    Inside(Walk& walk, std::size_t index)
        : walk_(walk), step_{.index = index, .is_index = true, .outer = walk.step_} {
      enter();
    }
    Inside(const Inside&) = delete;
    Inside& operator=(const Inside&) = delete;
    ~Inside() {
      walk_.step_ = step_.outer;
      --walk_.depth_;
    }

   private:
    void enter() {
      walk_.step_ = &step_;
      ++walk_.depth_;
    }

    Walk& walk_;
    Step step_;
  };

  // From the outermost to where the walk is.
  std::vector<const Step*> path() const;
  Problem problem(std::string_view code, std::string_view part, std::string_view below,
                  std::string message) const;
  std::string pointer(std::string_view below) const;

  json::Key meaning_of(const json::ItemKey& key) {
    static_assert(json::LineReader::padding_bytes >= json::Key::padding_bytes);
    return key.has_escapes ? json::Key(unescaped(key)) : json::Key::padded(key.written);
  }
  std::string_view unescaped(const json::ItemKey& key);

  // Up to so many keys are compared one by one.
  static constexpr std::size_t few_keys = 16;

  // Whether it comes for the first time among the keys from `first` on; reports it if not.
  bool is_new_key(const json::Key& key, std::string_view written, std::size_t first) {
    if (!is_new_among_few(key, first)) return look_for_key(key, written, first);
    memory_.keys_.push_back(key);
    return true;
  }
  // The usual case, and all of it that is worth being inlined.
  bool is_new_among_few(const json::Key& key, std::size_t first) const;
  bool look_for_key(const json::Key& key, std::string_view written, std::size_t first);
  bool is_new_among_many(std::string_view key, std::size_t first);
  void forget_keys(std::size_t first) {
    std::vector<json::Key>& keys = memory_.keys_;
    if (keys.size() - first >= few_keys) forget_many_keys(first);
    keys.erase(keys.begin() + static_cast<std::ptrdiff_t>(first), keys.end());
  }
  void forget_many_keys(std::size_t first);
  bool is_too_deep();
  void report_type(const json::Item& item, json::Kind kind);

  WalkMemory& memory_;
  json::LineReader& reader_;
  ProblemLog& log_;
  Place place_;
  std::string_view line_;
  bool has_too_many_keys_ = false;
  const Step* step_ = nullptr;
  std::size_t depth_ = 0;  // how many steps there are
};

inline bool Walk::expect(const json::Item& item, json::Kind kind) {
  const bool is_good =
      kind == json::Kind::string ? item.is_string() : item.kind() == kind && item.is_well_formed();
  if (is_good) return true;
  report_type(item, kind);
  return false;
}

inline bool Walk::is_new_among_few(const json::Key& key, std::size_t first) const {
  const std::vector<json::Key>& keys = memory_.keys_;
  if (is_broken() || keys.size() - first >= few_keys || keys.size() >= limits::record_keys_max) {
    return false;
  }
  const json::Key* const end = keys.data() + keys.size();
  for (const json::Key* known = keys.data() + first; known != end; ++known) {
    if (*known == key) return false;
  }
  return true;
}

inline void Walk::leave_gap(const json::Item& scalar, Gap::Kind kind) {
  if (memory_.gaps.size() > Patterns::gaps_max) return;  // it will not be learnt
  const std::string_view part =
      kind == Gap::Kind::number ? scalar.token() : scalar.between_quotes();
  const std::size_t begin = reader_.offset_of(part);
  memory_.gaps.push_back({.begin = begin, .end = begin + part.size(), .kind = kind});
}

template <typename Lead, typename See>
void Walk::members_led(const json::Item& object, std::string_view leading, const Lead& lead,
                       const See& see) {
  if (is_too_deep()) return;
  const std::size_t first = memory_.keys_.size();
  reader_.each_member_led(object, leading, lead,
                          [&](const json::ItemKey& key, const json::Item& value) {
                            const json::Key meaning = meaning_of(key);
                            const Inside inside(*this, meaning.text());
                            if (is_new_key(meaning, key.written, first)) {
                              see(meaning, key.written, value);
                            } else {
                              any(value);
                            }
                          });
  forget_keys(first);
}

template <typename See>
void Walk::items(const json::Item& array, const See& see) {
  if (is_too_deep()) return;
  std::size_t index = 0;
  reader_.each_item(array, [&](const json::Item& value) {
    const Inside inside(*this, index);
    see(index, value);
    ++index;
  });
}

}  // namespace argot::jsonl
