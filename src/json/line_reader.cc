#include "json/line_reader.h"

#include <algorithm>
#include <bit>

#include "base/assert.h"
#include "base/bytes.h"
#include "json/string_scan.h"

namespace argot::json {
namespace {

// What the parser makes room for at first. It grows to powers of two, so that a file whose lines
// get longer and longer does not make it allocate at each.
constexpr std::size_t first_line_bytes = 64_KiB;

}  // namespace

void LineReader::open(std::string_view line) {
  ASSERT(is_white_space(*(line.data() + line.size())));
  line_ = line;
  // simdjson relies on it that an object ends where the text ends.
  std::size_t end = line.size();
  while (end > 0 && is_white_space(line[end - 1])) --end;
  is_broken_ = end == 0 || line[end - 1] != '}';
  if (is_broken_) return;
  // All of them at once: most lines have none, and in others the next one is seldom far. Outside of
  // strings a backslash is no token, whatever follows it.
  const std::size_t backslash = line.find('\\');
  has_escapes_ = backslash != std::string_view::npos;
  is_broken_ = has_escapes_ && !has_good_escapes(line.substr(backslash));
  if (is_broken_) return;
  if (parser_.capacity() < line.size()) {
    const std::size_t bytes = std::max(first_line_bytes, std::bit_ceil(line.size()));
    is_broken_ = parser_.allocate(bytes, simdjson::DEFAULT_MAX_DEPTH) != simdjson::SUCCESS;
  }
  const simdjson::padded_string_view padded(line.data(), line.size(), line.size() + padding_bytes);
  if (!is_broken_) is_broken_ = parser_.iterate(padded).get(document_) != simdjson::SUCCESS;
}

std::optional<Item> LineReader::root() {
  if (is_broken_) return std::nullopt;
  if (document_.get_value().get(root_) == simdjson::SUCCESS) return Item(root_);
  break_off();
  return std::nullopt;
}

void LineReader::close() {
  if (document_.current_location().error() != simdjson::OUT_OF_BOUNDS) break_off();
}

std::optional<Item> LineReader::look_ahead(simdjson::ondemand::object& members,
                                           std::string_view key) {
  std::optional<Item> found;
  if (members.reset().error() != simdjson::SUCCESS) break_off();
  for (auto next : members) {
    if (next.error() != simdjson::SUCCESS) {
      break_off();
      break;
    }
    simdjson::ondemand::field&& member = std::move(next).value_unsafe();
    const Item item(member.value());
    if (!key_of(member, item).is(key)) continue;
    found.emplace(member.value());
    break;
  }
  if (members.reset().error() != simdjson::SUCCESS) break_off();
  return found;
}

}  // namespace argot::json
