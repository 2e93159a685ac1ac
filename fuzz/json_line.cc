// One line through the reader of lines, and what says where a line is broken: both must agree with
// the checker of streams, and with another library on where the fault is and what the values are.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <variant>

#include "base/assert.h"
#include "base/limits.h"
#include "json/fault.h"
#include "json/line_reader.h"
#include "json/object_checker.h"
#include "json/string_scan.h"
#include "json/tokens.h"
#include "tests/support/reference_json.h"

namespace argot::json {
namespace {

using testing::ReferenceFault;
using testing::ReferenceKind;
using testing::ReferenceMember;
using testing::ReferenceValue;

Kind kind_of(ReferenceKind kind) {
  switch (kind) {
    case ReferenceKind::object:
      return Kind::object;
    case ReferenceKind::array:
      return Kind::array;
    case ReferenceKind::string:
      return Kind::string;
    case ReferenceKind::number:
      return Kind::number;
    case ReferenceKind::boolean:
      return Kind::boolean;
    case ReferenceKind::null:
      return Kind::null;
  }
  return Kind::null;
}

std::string meaning_of(const ItemKey& key) {
  return key.has_escapes ? unescaped(key.written) : std::string(key.written);
}

// Walks all of a value. Where `reference` is given, it must be the same one.
class TwinWalk {
 public:
  explicit TwinWalk(LineReader& reader) : reader_(reader) {}

  void value(const Item& item, const ReferenceValue* reference) {
    const auto kind = item.kind();
    if (!kind || !item.is_well_formed()) return reader_.break_off();
    if (reference != nullptr) {
      ASSERT(*kind == kind_of(reference->kind));
      ASSERT(reader_.offset_of(item.token()) == reference->offset);
    }
    if (*kind == Kind::object) return object(item, reference);
    if (*kind == Kind::array) return array(item, reference);
    if (reference == nullptr || *kind == Kind::null) return;
    const bool is_string = *kind == Kind::string;
    ASSERT((is_string ? unescaped(item.between_quotes()) : std::string(item.token())) ==
           reference->text);
  }

 private:
  void object(const Item& item, const ReferenceValue* reference) {
    std::size_t place = 0;
    const auto see = [&](const ItemKey& key, const Item& member) {
      if (key.has_escapes && !has_good_escapes(key.written)) return reader_.break_off();
      const ReferenceMember* twin = nullptr;
      if (reference != nullptr) {
        ASSERT(place < reference->members.size());
        twin = &reference->members[place];
        ASSERT(meaning_of(key) == twin->key);
        ASSERT(reader_.offset_of(key.written) == twin->key_offset);
      }
      ++place;
      value(member, twin == nullptr ? nullptr : &twin->value);
    };
    const auto lead = [&](const Item* role) {
      if (reference == nullptr) return;
      const ReferenceMember* twin = nullptr;
      for (const ReferenceMember& member : reference->members) {
        // What is led by is found as it is written.
        if (member.key == "role" && twin == nullptr) twin = &member;
      }
      if (role != nullptr) {
        ASSERT(twin != nullptr);
      }
    };
    reader_.each_member_led(item, "role", lead, see);
    if (reference != nullptr) {
      ASSERT(place == reference->members.size());
    }
  }

  void array(const Item& item, const ReferenceValue* reference) {
    std::size_t place = 0;
    reader_.each_item(item, [&](const Item& inner) {
      const ReferenceMember* twin = nullptr;
      if (reference != nullptr) {
        ASSERT(place < reference->members.size());
        twin = &reference->members[place];
      }
      ++place;
      value(inner, twin == nullptr ? nullptr : &twin->value);
    });
    if (reference != nullptr) {
      ASSERT(place == reference->members.size());
    }
  }

  LineReader& reader_;
};

void check_fault(std::string_view line, const ReferenceFault* reference) {
  const auto fault = find_fault(line, Root::any_value);
  ASSERT(fault.has_value() == (reference != nullptr));
  if (!fault) return;
  ASSERT(fault->offset == reference->offset);
  ASSERT(fault->offset <= line.size());
  ASSERT((fault->kind == FaultKind::utf8) == (reference->kind == ReferenceFault::Kind::utf8));
  ASSERT((fault->kind == FaultKind::depth) == (reference->kind == ReferenceFault::Kind::depth));
}

void check_reader(std::string_view line, const ReferenceValue* reference) {
  // One for all lines, as it is used.
  static LineReader reader;
  reader.open(line);
  TwinWalk walk(reader);
  if (const auto root = reader.root()) walk.value(*root, reference);
  if (!reader.is_broken()) reader.close();
  const bool is_object = reference != nullptr && reference->kind == ReferenceKind::object;
  ASSERT(reader.is_broken() != is_object);
  ASSERT(is_object == is_json_object(line));
}

}  // namespace
}  // namespace argot::json

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace json = argot::json;
  // Behind a line there is white space, and then anything may be readable: here the line, again.
  constexpr std::size_t padding = json::LineReader::padding_bytes;
  const auto memory = std::make_unique<char[]>(size + padding);
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  input.copy(memory.get(), size);
  memory[size] = '\n';
  for (std::size_t i = 1; i < padding && size > 0; ++i) memory[size + i] = input[i % size];
  const std::string_view line(memory.get(), size);

  const auto parsed = argot::testing::reference_parse(line, argot::limits::jsonl_depth_max);
  const auto* const fault = std::get_if<argot::testing::ReferenceFault>(&parsed);
  json::check_fault(line, fault);
  // The reader leaves it to its caller how deep a line may be.
  if (fault != nullptr && fault->kind == argot::testing::ReferenceFault::Kind::depth) return 0;
  const std::size_t first = line.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos || line[first] != '{') return 0;
  json::check_reader(line, std::get_if<argot::testing::ReferenceValue>(&parsed));
  return 0;
}
