// What good records looked like, so that others like them need no walk.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "jsonl/id_set.h"
#include "jsonl/statistics.h"

namespace argot::jsonl {

// A part of a record of which nothing matters but that it is there and follows the grammar.
struct Gap {
  enum class Kind : std::uint8_t {
    string,         // what stands between its quotes
    filled_string,  // the same, and it is not empty
    id,             // the same as `string`; what it holds is asked for
    number,
  };

  std::size_t begin = 0;  // in bytes from the start of the record
  std::size_t end = 0;
  Kind kind = Kind::string;
};

// What a record without problems adds to the statistics.
struct Facts {
  MessageCounts messages;
  std::string url;
  std::string model;
};

// Two records have the same pattern if they differ in gaps only. Whatever can be said of one can
// then be said of the other: they have the same tokens, but for strings and numbers that nobody
// looks into. The patterns are kept as a tree, whose branches are what stands between gaps, so that
// conversations share the turns that they have in common.
//
// Memory: at most 128 KiB, however many patterns there are. Not thread-safe.
class Patterns {
 public:
  // A record with more is not learnt.
  static constexpr std::size_t gaps_max = 256;

  struct Match {
    const Facts* facts = nullptr;
    std::string_view record;  // without the ending of its line
    std::string_view id;      // as it is written; empty if there is none
    IdSet::Digest id_digest;  // of what is written
  };

  // A null pointer if no record that was learnt is like the one that `lines` begin with. Where its
  // line ends is not asked: its line feed must be in `lines` or right behind them, after a CR at
  // most, and json::string_padding_bytes from there on must be readable. Where there are `ids`,
  // they expect that of the record as soon as it is seen. Valid until the next find() or learn().
  const Match* find(std::string_view lines, IdSet* ids = nullptr);

  // A record that has no problem, and its gaps in order; find() must just have found nothing like
  // it. Not every record is taken where few are alike. Where there is no room, all others go.
  void learn(std::string_view record, std::span<const Gap> gaps, Facts facts);

 private:
  // What stands before a gap, or at the end of the record.
  struct Node {
    std::uint32_t text_begin = 0;  // in text_
    std::uint32_t text_bytes = 0;
    Gap::Kind gap = Gap::Kind::string;
    bool is_end = false;
    std::uint32_t next = 0;         // the first node behind the gap; of an end, its facts
    std::uint32_t alternative = 0;  // another node in place of this one
  };
  static constexpr std::uint32_t none = 0;

  std::string_view text_of(const Node& node) const {
    return std::string_view(text_).substr(node.text_begin, node.text_bytes);
  }
  // The node behind the one `above` that has this text and is like that one, made if it is missing;
  // nothing if there is no room.
  std::optional<std::uint32_t> ensure_node(std::uint32_t above, std::string_view text,
                                           const Node& like);
  bool add(std::string_view record, std::span<const Gap> gaps, Facts& facts);
  void forget_all();

  std::string text_;
  std::vector<Node> nodes_;  // the first one stands for the beginning, and only has `next`
  std::vector<Facts> facts_;
  std::size_t misses_in_a_row_ = 0;
  Match match_;  // which would be copied to and fro if it was returned
};

}  // namespace argot::jsonl
