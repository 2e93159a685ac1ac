#include "documents/utf8_repair.h"

#include <algorithm>
#include <cstring>

#include "base/utf8.h"
#include "documents/characters.h"

namespace argot::documents {
namespace {

// The first bytes of `text` as one character: all of it (`is_whole`), its beginning up to the end
// of `text` (`is_open`), or bytes that no good one begins with.
struct Character {
  std::size_t size = 0;
  bool is_whole = false;
  bool is_open = false;
};

Character character_of(std::string_view text) {
  const Utf8Lead lead = utf8_lead(static_cast<unsigned char>(text.front()));
  if (lead.bytes == 0) return {.size = 1};
  for (std::size_t i = 1; i < lead.bytes; ++i) {
    if (i == text.size()) return {.size = i, .is_open = true};
    const auto byte = static_cast<unsigned char>(text[i]);
    const unsigned char low = i == 1 ? lead.second_min : 0x80;
    const unsigned char high = i == 1 ? lead.second_max : 0xBF;
    if (byte < low || byte > high) return {.size = i};
  }
  return {.size = lead.bytes, .is_whole = true};
}

}  // namespace

std::size_t Utf8Repair::good_prefix(std::string_view text) const {
  constexpr std::uint64_t high_bits = 0x8080808080808080U;
  constexpr std::uint64_t ones = 0x0101010101010101U;
  std::size_t at = 0;
  while (at < text.size()) {
    // Eight bytes of ASCII at a time, NUL excepted: most text is that.
    while (text.size() - at >= sizeof(std::uint64_t)) {
      std::uint64_t word = 0;
      std::memcpy(&word, text.data() + at, sizeof word);
      if (((word | (word - ones)) & high_bits) != 0) break;
      at += sizeof word;
    }
    if (at == text.size()) break;
    if (text[at] == '\0' && nul_ == Nul::replace) break;
    const Character next = character_of(text.substr(at));
    if (!next.is_whole) break;
    at += next.size;
  }
  return at;
}

Result<> Utf8Repair::write(Bytes chunk) {
  std::string_view rest = as_text(chunk);
  while (carried_size_ > 0 && !rest.empty()) {
    // One byte more at a time, so that what is carried never holds a second character.
    carried_[carried_size_] = rest.front();
    const std::string_view carried(carried_.data(), carried_size_ + 1);
    const Character character = character_of(carried);
    if (!character.is_whole && !character.is_open) {
      carried_size_ = 0;  // The byte belongs to what comes next.
      TRY_DO(out_.write(as_bytes(replacement)));
      break;
    }
    rest.remove_prefix(1);
    carried_size_ = character.is_whole ? 0 : carried.size();
    if (character.is_whole) TRY_DO(out_.write(as_bytes(carried)));
  }
  while (!rest.empty()) {
    const std::size_t good = good_prefix(rest);
    if (good > 0) TRY_DO(out_.write(as_bytes(rest.substr(0, good))));
    rest.remove_prefix(good);
    if (rest.empty()) break;
    const Character bad = character_of(rest);
    if (bad.is_open) {
      std::copy_n(rest.data(), rest.size(), carried_.data());
      carried_size_ = rest.size();
      break;
    }
    TRY_DO(out_.write(as_bytes(replacement)));
    rest.remove_prefix(bad.size);
  }
  return {};
}

Result<> Utf8Repair::finish() {
  if (carried_size_ == 0) return {};
  carried_size_ = 0;
  return out_.write(as_bytes(replacement));
}

}  // namespace argot::documents
