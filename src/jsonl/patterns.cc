#include "jsonl/patterns.h"

#include <bit>
#include <cstdint>
#include <cstring>
#include <utility>

#include "base/bytes.h"
#include "json/string_scan.h"
#include "json/tokens.h"
#include "json/utf8_checker.h"

namespace argot::jsonl {
namespace {

constexpr std::size_t text_bytes_max = 32_KiB;
constexpr std::size_t text_padding_bytes = sizeof(std::uint64_t);
constexpr std::size_t nodes_max = 512;
constexpr std::size_t facts_max = 128;
// Both names of a record: each pattern has its own, whatever text it shares with others.
constexpr std::size_t names_bytes_max = 128;
// Each is compared in turn.
constexpr std::size_t alternatives_max = 8;
// A file whose records are all different pays for its patterns and has nothing of them: after so
// many misses in a row, one record of as many is learnt.
constexpr std::size_t misses_max = 32;

// What fills a gap at the start of `padded_rest`; nothing if it does not follow the grammar.
std::optional<std::string_view> take_gap(std::string_view padded_rest, Gap::Kind kind,
                                         bool& is_ascii) {
  if (kind == Gap::Kind::number) {
    const std::size_t bytes = json::number_bytes(padded_rest);
    return bytes > 0 ? std::optional(padded_rest.substr(0, bytes)) : std::nullopt;
  }
  const char* const quote = json::find_string_end(padded_rest.data(), is_ascii);
  if (quote == nullptr) return std::nullopt;
  const std::string_view text(padded_rest.data(), quote);
  if (text.empty() && kind == Gap::Kind::filled_string) return std::nullopt;
  return text;
}

std::uint64_t word_at(const char* bytes) {
  std::uint64_t word = 0;
  std::memcpy(&word, bytes, sizeof(word));
  return word;
}

// Whether `padded_text` begins with `padded_beginning`, which is not empty; behind both a word can
// be read. Most are short, and memcmp() takes longer to find out how long than to compare.
bool begins_with(std::string_view padded_text, std::string_view padded_beginning) {
  constexpr std::size_t word_bytes = sizeof(std::uint64_t);
  const std::size_t bytes = padded_beginning.size();
  if (padded_text.size() < bytes) return false;
  const auto difference_at = [&](std::size_t at) {
    return word_at(padded_text.data() + at) ^ word_at(padded_beginning.data() + at);
  };
  std::size_t at = 0;
  for (; at + word_bytes < bytes; at += word_bytes) {
    // At once: the beginning may be far longer than the record.
    if (difference_at(at) != 0) return false;
  }
  // Of the last word what belongs to the texts.
  const std::size_t excess_bits = 8 * (at + word_bytes - bytes);
  const std::uint64_t last = difference_at(at);
  return (std::endian::native == std::endian::little ? last << excess_bits : last >> excess_bits) ==
         0;
}

// Whether a record, which is not empty, ends with its line at `padded_end`. Of two CR the first one
// is a part of the record.
bool ends_line(const char* padded_end) {
  if (*padded_end == '\r') return padded_end[1] == '\n';
  return *padded_end == '\n' && padded_end[-1] != '\r';
}

}  // namespace

const Patterns::Match* Patterns::find(std::string_view lines, IdSet* ids) {
  if (nodes_.empty()) return nullptr;
  ++misses_in_a_row_;
  std::string_view rest = lines;
  match_ = {};
  bool is_ascii = true;
  std::uint32_t place = nodes_.front().next;
  while (place != none) {
    const Node& node = nodes_[place];
    if (!begins_with(rest, text_of(node)) ||
        (node.is_end && !ends_line(rest.data() + node.text_bytes))) {
      place = node.alternative;
      continue;
    }
    if (node.is_end) {
      match_.record = {lines.data(), rest.data() + node.text_bytes};
      const bool is_utf8 =
          is_ascii || json::utf8_prefix_bytes(match_.record) == match_.record.size();
      if (!is_utf8) return nullptr;
      misses_in_a_row_ = 0;
      match_.facts = &facts_[node.next];
      return &match_;
    }
    rest.remove_prefix(node.text_bytes);
    const std::optional<std::string_view> filling = take_gap(rest, node.gap, is_ascii);
    if (!filling) return nullptr;
    if (node.gap == Gap::Kind::id) {
      match_.id = *filling;
      if (ids != nullptr) match_.id_digest = ids->expect(*filling);
    }
    rest.remove_prefix(filling->size());
    place = node.next;
  }
  return nullptr;
}

void Patterns::learn(std::string_view record, std::span<const Gap> gaps, Facts facts) {
  if (gaps.size() > gaps_max) return;
  if (facts.url.size() + facts.model.size() > names_bytes_max) return;
  if (misses_in_a_row_ > misses_max && misses_in_a_row_ % misses_max != 0) return;
  if (add(record, gaps, facts)) return;
  forget_all();
  // What does not even fit alone stays unknown.
  if (!add(record, gaps, facts)) forget_all();
}

void Patterns::forget_all() {
  text_.clear();
  nodes_.clear();
  facts_.clear();
}

bool Patterns::add(std::string_view record, std::span<const Gap> gaps, Facts& facts) {
  if (facts_.size() == facts_max) return false;
  if (nodes_.empty()) nodes_.emplace_back();
  std::uint32_t above = 0;
  std::size_t begin = 0;
  for (const Gap& gap : gaps) {
    const auto node =
        ensure_node(above, record.substr(begin, gap.begin - begin), {.gap = gap.kind});
    if (!node) return false;
    above = *node;
    begin = gap.end;
  }
  const std::size_t nodes = nodes_.size();
  const auto end = ensure_node(above, record.substr(begin), {.is_end = true});
  if (!end) return false;
  if (nodes_.size() == nodes) return true;  // known already
  nodes_[*end].next = static_cast<std::uint32_t>(facts_.size());
  facts_.push_back(std::move(facts));
  return true;
}

std::optional<std::uint32_t> Patterns::ensure_node(std::uint32_t above, std::string_view text,
                                                   const Node& like) {
  std::size_t alternatives = 0;
  std::uint32_t* link = &nodes_[above].next;
  for (; *link != none; link = &nodes_[*link].alternative) {
    const Node& known = nodes_[*link];
    if (known.gap == like.gap && known.is_end == like.is_end && text_of(known) == text) {
      return *link;
    }
    ++alternatives;
  }
  // Between two gaps there always is something.
  const bool has_room = !text.empty() && nodes_.size() < nodes_max &&
                        alternatives < alternatives_max &&
                        text_.size() + text.size() <= text_bytes_max;
  if (!has_room) return std::nullopt;
  const auto made = static_cast<std::uint32_t>(nodes_.size());
  *link = made;
  Node node = like;
  node.text_begin = static_cast<std::uint32_t>(text_.size());
  node.text_bytes = static_cast<std::uint32_t>(text.size());
  text_ += text;
  text_.append(text_padding_bytes, '\0');
  nodes_.push_back(node);
  return made;
}

}  // namespace argot::jsonl
