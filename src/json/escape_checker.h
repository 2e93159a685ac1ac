// Checks the escapes of a string 64 bytes at a time: each question about a byte is a bit in a mask,
// the first byte the lowest, and the grammar is arithmetic on the masks. No branch depends on where
// the escapes are, which no processor can foresee.
#pragma once

#include <cstdint>

namespace argot::json {

// What the bytes of a block may be in an escape.
struct EscapeMasks {
  std::uint64_t letters = 0;     // that may follow a backslash, but for `u`
  std::uint64_t units = 0;       // `u`
  std::uint64_t digits = 0;      // hexadecimal ones
  std::uint64_t surrogates = 0;  // `d`, `D`: the first digit of a surrogate, if a right one follows
  std::uint64_t high_digits = 0;  // the right ones of a high surrogate: 8 to b
  std::uint64_t low_digits = 0;   // of a low one: c to f
};

// Takes one block after the other. For each: open(), then check().
class EscapeChecker {
 public:
  // Whether a block without a backslash has to be taken nevertheless.
  bool is_open() const { return is_escaped_ != 0 || units_ >> 60U != 0 || highs_ >> 58U != 0; }

  // Which bytes a backslash stands before that begins an escape.
  std::uint64_t open(std::uint64_t backslashes) {
    const std::uint64_t escapes = escapes_among(backslashes & ~is_escaped_);
    const std::uint64_t escaped = escapes << 1U | is_escaped_;
    is_escaped_ = escapes >> 63U;
    return escaped;
  }

  // `seen` are the first bytes of the block, up to and with what ends the string, or all of them.
  void check(std::uint64_t escaped, const EscapeMasks& found, std::uint64_t seen) {
    escaped &= seen;
    const std::uint64_t units = escaped & found.units;
    const std::uint64_t first = behind<1>(units, units_);
    const std::uint64_t digits =
        first | behind<2>(units, units_) | behind<3>(units, units_) | behind<4>(units, units_);
    const std::uint64_t surrogates = first & found.surrogates & seen;
    const std::uint64_t second = behind<1>(surrogates, surrogates_) & seen;
    const std::uint64_t highs = second & found.high_digits;
    // The second digits of one surrogate and of the next are six bytes apart.
    const std::uint64_t due = behind<6>(highs, highs_);
    faults_ |= (escaped & ~(found.letters | found.units)) | (digits & ~found.digits & seen) |
               ((due ^ (second & found.low_digits)) & seen);
    left_over_ = ((due | digits) & ~seen) | highs >> 58U;
    units_ = units;
    surrogates_ = surrogates;
    highs_ = highs;
  }

  // Whether all escapes were good so far, but for the rest of one that may still come.
  bool is_good() const { return faults_ == 0; }
  // Whether all were that were seen, and nothing is missing.
  bool is_complete() const { return faults_ == 0 && left_over_ == 0; }

 private:
  // Those backslashes that begin an escape: of each run every other one, from its first. Adding to
  // the first of a run carries through all of it.
  static std::uint64_t escapes_among(std::uint64_t backslashes) {
    constexpr std::uint64_t even = 0x5555'5555'5555'5555U;
    const std::uint64_t firsts = backslashes & ~(backslashes << 1U);
    const std::uint64_t even_runs = backslashes & ~(backslashes + (firsts & even));
    return (even_runs & even) | (backslashes & ~even_runs & ~even);
  }

  template <unsigned bytes>
  static std::uint64_t behind(std::uint64_t now, std::uint64_t before) {
    return now << bytes | before >> (64U - bytes);
  }

  std::uint64_t faults_ = 0;
  std::uint64_t left_over_ = 0;   // what the last block leaves open
  std::uint64_t is_escaped_ = 0;  // whether the first byte of the next block is
  // Of the last block that was taken; what matters of them is 0 where others were left out since.
  std::uint64_t units_ = 0;
  std::uint64_t surrogates_ = 0;
  std::uint64_t highs_ = 0;
};

}  // namespace argot::json
