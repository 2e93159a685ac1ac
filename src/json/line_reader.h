// Reads one JSON object that lies in memory whole, in order and on demand: what is not asked for is
// not looked at. For the lines of files; simdjson finds the tokens.
//
// Who visits every value, and asks every scalar whether it is_well_formed(), has checked as much as
// ObjectChecker does. Whatever breaks the grammar sets is_broken() and ends every walk; fault.h
// says what is wrong, and where.
#pragma once

#include <simdjson.h>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "json/line_item.h"

namespace argot::json {

// Not thread-safe. Memory: some six bytes for each byte of the longest line so far.
class LineReader {
 public:
  // How many bytes behind a line must be readable. The first of them must be white space, as it is
  // behind lines of files: a broken line might seem to go on there. The others do not matter.
  static constexpr std::size_t padding_bytes = simdjson::SIMDJSON_PADDING;

  // Begins with a line whose first byte behind white space is '{'.
  void open(std::string_view line);

  // The object; nothing if the line is broken already. Again after rewind().
  std::optional<Item> root();
  void rewind() { document_.rewind(); }

  // After a whole walk: breaks off if anything but white space follows the object.
  void close();

  // Whether any string of the line is written otherwise than it means.
  bool has_escapes() const { return has_escapes_; }

  bool is_broken() const { return is_broken_; }
  void break_off() { is_broken_ = true; }

  // Where a part of the line begins, in bytes from the start of the line.
  std::size_t offset_of(std::string_view part) const {
    return static_cast<std::size_t>(part.data() - line_.data());
  }

  // What is called is passed by reference, here and below: a copy of what a lambda has just
  // captured stalls the processor.

  // Calls see(const ItemKey&, const Item&) for each member.
  template <typename See>
  void each_member(const Item& object, const See& see) {
    each_member_led(object, {}, [](const Item*) {}, see);
  }

  // Calls lead(const Item*) with the first member whose key means `leading`, or with a null
  // pointer, before see() for each member. Only the token of the leading item may be looked at. The
  // look ahead costs little where the leading member comes first. An empty `leading` is never
  // found.
  template <typename Lead, typename See>
  void each_member_led(const Item& object, std::string_view leading, const Lead& lead,
                       const See& see);

  // Calls see(const Item&) for each item.
  template <typename See>
  void each_item(const Item& array, const See& see);

 private:
  ItemKey key_of(const simdjson::ondemand::field& member, const Item& value) const;

  // The item of the first member with that key, only its token to be looked at; the walk over the
  // members must start anew.
  std::optional<Item> look_ahead(simdjson::ondemand::object& members, std::string_view key);

  simdjson::ondemand::parser parser_;
  simdjson::ondemand::document document_;
  simdjson::ondemand::value root_;
  std::string_view line_;
  bool has_escapes_ = false;
  bool is_broken_ = false;
};

inline ItemKey LineReader::key_of(const simdjson::ondemand::field& member,
                                  const Item& value) const {
  const char* const begin = member.key().raw();
  // Before the value there are only white space and the colon, and then the quote. Most values are
  // nearer to it than the other end of the key is.
  const char* end = value.token().data() - 1;
  while (*end != '"') --end;
  const std::string_view written(begin, end);
  return {.written = written, .has_escapes = has_escapes_ && written.contains('\\')};
}

template <typename Lead, typename See>
void LineReader::each_member_led(const Item& object, std::string_view leading, const Lead& lead,
                                 const See& see) {
  simdjson::ondemand::object members;
  if (object.value_->get_object().get(members) != simdjson::SUCCESS) return break_off();
  bool has_led = leading.empty();
  bool starts_anew = false;
  do {
    starts_anew = false;
    for (auto next : members) {
      if (next.error() != simdjson::SUCCESS) return break_off();
      // Not copied out: a copy right after it was written stalls the processor.
      simdjson::ondemand::field&& member = std::move(next).value_unsafe();
      const Item item(member.value());
      const ItemKey key = key_of(member, item);
      if (!has_led) {
        has_led = true;
        starts_anew = !key.is(leading);
        if (starts_anew) {
          const auto found = look_ahead(members, leading);
          if (is_broken_) return;
          lead(found ? &*found : nullptr);
          break;
        }
        lead(&item);
      }
      see(key, item);
      if (is_broken_) return;
    }
  } while (starts_anew);
  if (!has_led) lead(nullptr);  // there are no members
}

template <typename See>
void LineReader::each_item(const Item& array, const See& see) {
  simdjson::ondemand::array items;
  if (array.value_->get_array().get(items) != simdjson::SUCCESS) return break_off();
  for (auto next : items) {
    if (next.error() != simdjson::SUCCESS) return break_off();
    // Chooses the overload that does not copy.
    // NOLINTNEXTLINE(performance-move-const-arg)
    simdjson::ondemand::value&& value = std::move(next).value_unsafe();
    const Item item(value);
    see(item);
    if (is_broken_) return;
  }
}

}  // namespace argot::json
