// Checks the escapes of a string 64 bytes at a time: each question about a byte is a bit in a mask,
// the first byte the lowest, and the grammar is arithmetic on the masks. No branch depends on where
// the escapes are, which no processor can foresee.
#pragma once

#include <cstdint>

namespace argot::json {

// What the bytes of a block may be in an escape.
struct EscapeMasks {
  std::uint64_t followers = 0;   // that may follow a backslash
  std::uint64_t units = 0;       // `u`, one of them
  std::uint64_t digits = 0;      // hexadecimal ones
  std::uint64_t surrogates = 0;  // `d`, `D`: the first digit of a surrogate, if a right one follows
  std::uint64_t high_digits = 0;  // the right ones of a high surrogate: 8 to b
  std::uint64_t low_digits = 0;   // of a low one: c to f
};

// Takes one block after the other. For each: open(), then check().
class EscapeChecker {
 public:
  // Whether the next block has to be taken even if it has no backslash.
  bool is_open() const { return (is_escaped_ | units_ >> 60U | highs_ >> 58U) != 0; }

  // Which bytes a backslash stands before that begins an escape.
  std::uint64_t open(std::uint64_t backslashes) {
    const std::uint64_t escapes = escapes_among(backslashes & ~is_escaped_);
    const std::uint64_t escaped = escapes << 1U | is_escaped_;
    is_escaped_ = escapes >> 63U;
    return escaped;
  }

  // Those of the escaped bytes that belong to the string. What follows them counts wherever it is:
  // a quote that ends the string is neither a follower nor a digit.
  void check(std::uint64_t escaped, const EscapeMasks& found) {
    const std::uint64_t units = escaped & found.units;
    const std::uint64_t first = units << 1U | units_ >> 63U;
    const std::uint64_t pairs = units << 1U | units << 2U;
    // Up to four digits of a last unit in the block before.
    std::uint64_t due_digits = units_ >> 60U;
    due_digits |= due_digits >> 1U;
    due_digits |= due_digits >> 2U;
    due_digits |= pairs | pairs << 2U;
    const std::uint64_t surrogates = first & found.surrogates;
    const std::uint64_t second = surrogates << 1U | surrogates_ >> 63U;
    const std::uint64_t highs = second & found.high_digits;
    // The second digits of one surrogate and of the next are six bytes apart.
    const std::uint64_t due_lows = highs << 6U | highs_ >> 58U;
    faults_ |= (escaped & ~found.followers) | (due_digits & ~found.digits) |
               (due_lows ^ (second & found.low_digits));
    units_ = units;
    surrogates_ = surrogates;
    highs_ = highs;
  }

  // Whether all escapes were good so far, but for the rest of one that may still come.
  bool is_good() const { return faults_ == 0; }
  // Whether all were, and no other half of a pair is missing.
  bool is_complete() const { return (faults_ | highs_ >> 58U) == 0; }

 private:
  // Those backslashes that begin an escape: of each run every other one, from its first. Adding to
  // the first of a run carries through all of it.
  static std::uint64_t escapes_among(std::uint64_t backslashes) {
    constexpr std::uint64_t even = 0x5555'5555'5555'5555U;
    const std::uint64_t firsts = backslashes & ~(backslashes << 1U);
    const std::uint64_t even_runs = backslashes & ~(backslashes + (firsts & even));
    return (even_runs & even) | (backslashes & ~even_runs & ~even);
  }

  std::uint64_t faults_ = 0;
  std::uint64_t is_escaped_ = 0;  // whether the first byte of the next block is
  // Of the last block that was taken; what matters of them is 0 where others were left out since.
  std::uint64_t units_ = 0;
  std::uint64_t surrogates_ = 0;
  std::uint64_t highs_ = 0;
};

}  // namespace argot::json
