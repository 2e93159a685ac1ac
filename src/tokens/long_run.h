// A piece of which no end is in sight: counted while it comes, in constant memory.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "tokens/code_points.h"
#include "tokens/long_piece.h"
#include "tokens/piece.h"

namespace argot::tokens {

// Goes over the same code points as first_piece(), once. Where the rule has to look back (a run of
// blanks ends after its last newline, capitals may have to give back), both outcomes are counted
// until the run's end tells which it is. Not thread-safe. Calls match:
//
//   take* until it is done; then tokens() and left_over()
//
class LongRun {
 public:
  // `text` begins with the piece, and has enough of it to tell what it is: two code points.
  LongRun(const Vocabulary& vocabulary, std::string_view text);

  // Takes the next bytes of the text and gives how many it took. It leaves less than
  // undecided_bytes_max of them until more follow, and stops where the run is done.
  static constexpr std::size_t undecided_bytes_max = 8;
  std::size_t take(std::string_view text, TextEnd end);

  bool is_done() const { return is_done_; }
  // Of all that was taken, but for what is left over.
  std::uint64_t tokens() const { return tokens_; }
  // No fewer than these, before it is done.
  std::uint64_t tokens_min() const { return whole_.length() / Vocabulary::token_bytes_max; }
  // What it took and what the next piece begins with: a blank, or nothing.
  std::string_view left_over() const { return left_over_; }

 private:
  // What the run is in; the classes of the code points that continue it.
  enum class Phase : std::uint8_t { capitals, small_letters, letters, signs, sign_ends, blanks };

  Phase first_phase(CodePoint first, CodePoint second) const;
  bool continues(CodePoint found, unsigned char byte);
  void add(CodePoint found, std::string_view bytes);
  void cut();
  void finish(TextEnd end);
  void end_blanks(TextEnd end);
  std::size_t take_contraction(std::string_view rest);

  const Vocabulary& vocabulary_;
  Phase phase_;
  std::size_t prefix_bytes_ = 0;  // still to be taken as they are
  LongPiece whole_;
  // Since the last place where the piece may turn out to have ended, and what it had there.
  LongPiece since_cut_;
  std::optional<std::uint64_t> tokens_at_cut_;
  std::string last_blank_;
  bool is_done_ = false;
  std::uint64_t tokens_ = 0;
  std::string left_over_;
};

}  // namespace argot::tokens
