#include "tokens/long_run.h"

#include <utility>

namespace argot::tokens {
namespace {

const unsigned char* begin_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

CodePoint read(std::string_view text) {
  if (text.empty()) return {};
  return read_code_point(begin_of(text), begin_of(text) + text.size());
}

bool is_sign(CodePoint found) {
  return (found.classes & (letter_class | number_class | space_class)) == 0;
}

}  // namespace

LongRun::LongRun(const Vocabulary& vocabulary, std::string_view text)
    : vocabulary_(vocabulary), whole_(vocabulary), since_cut_(vocabulary) {
  whole_.reset();
  since_cut_.reset();
  const CodePoint first = read(text);
  phase_ = first_phase(first, read(text.substr(first.bytes)));
  const bool is_word = phase_ == Phase::capitals || phase_ == Phase::letters;
  const unsigned word = phase_ == Phase::letters ? letter_class : upper_class | lower_class;
  const bool is_blank_before_signs = phase_ == Phase::signs && !is_sign(first);
  if ((is_word && (first.classes & word) == 0) || is_blank_before_signs) {
    prefix_bytes_ = first.bytes;
  }
}

// In the order of the alternatives; runs of digits are short, so it is none.
LongRun::Phase LongRun::first_phase(CodePoint first, CodePoint second) const {
  const bool is_o200k = vocabulary_.encoding() == Encoding::o200k_base;
  const unsigned word = is_o200k ? upper_class | lower_class : letter_class;
  const bool is_prefix = (first.classes & newline_class) == 0;
  if ((first.classes & word) != 0 || (is_prefix && (second.classes & word) != 0)) {
    return is_o200k ? Phase::capitals : Phase::letters;
  }
  if (is_sign(first) || (is_prefix && is_sign(second))) return Phase::signs;
  return Phase::blanks;
}

std::size_t LongRun::take(std::string_view text, TextEnd end) {
  std::string_view rest = text;
  while (!is_done_ && !rest.empty()) {
    const CodePoint found = read(rest);
    const bool is_cut_off = (found.classes & cut_class) != 0;
    if (is_cut_off && end == TextEnd::more_follows) break;
    if (prefix_bytes_ != 0) {
      prefix_bytes_ = 0;
      whole_.add((found.classes & broken_class) != 0 ? replacement : rest.substr(0, found.bytes));
    } else if (continues(found, static_cast<unsigned char>(rest.front()))) {
      add(found, rest.substr(0, found.bytes));
    } else if (end == TextEnd::more_follows && rest.size() < undecided_bytes_max) {
      break;
    } else {
      rest.remove_prefix(take_contraction(rest));
      finish(TextEnd::more_follows);
      break;
    }
    rest.remove_prefix(found.bytes);
  }
  if (!is_done_ && rest.empty() && end == TextEnd::is_here) finish(end);
  return text.size() - rest.size();
}

// Goes on to the next phase where that is what the code point says.
bool LongRun::continues(CodePoint found, unsigned char byte) {
  const bool is_line_end = (found.classes & newline_class) != 0 ||
                           (byte == '/' && vocabulary_.encoding() == Encoding::o200k_base);
  switch (phase_) {
    case Phase::capitals:
      if ((found.classes & upper_class) != 0) return true;
      if ((found.classes & lower_class) == 0) return false;
      phase_ = Phase::small_letters;
      tokens_at_cut_.reset();
      return true;
    case Phase::small_letters:
      return (found.classes & lower_class) != 0;
    case Phase::letters:
      return (found.classes & letter_class) != 0;
    case Phase::signs:
      if (is_sign(found)) return true;
      if (is_line_end) phase_ = Phase::sign_ends;
      return is_line_end;
    case Phase::sign_ends:
      return is_line_end;
    case Phase::blanks:
      return (found.classes & space_class) != 0;
  }
  std::unreachable();
}

void LongRun::add(CodePoint found, std::string_view bytes) {
  if ((found.classes & broken_class) != 0) bytes = replacement;
  whole_.add(bytes);
  if (tokens_at_cut_) since_cut_.add(bytes);
  const bool is_blank = phase_ == Phase::blanks;
  if (is_blank) last_blank_ = bytes;
  const unsigned cutting = is_blank ? newline_class : lower_class;
  if ((is_blank || phase_ == Phase::capitals) && (found.classes & cutting) != 0) cut();
}

void LongRun::cut() {
  tokens_at_cut_ = whole_.count();
  since_cut_.reset();
}

// What ends a word may be an apostrophe and one or two letters more.
std::size_t LongRun::take_contraction(std::string_view rest) {
  if (vocabulary_.encoding() != Encoding::o200k_base) return 0;
  if (phase_ != Phase::capitals && phase_ != Phase::small_letters) return 0;
  const std::size_t bytes = contraction_bytes(rest);
  const std::string_view contraction = rest.substr(0, bytes);
  whole_.add(contraction);
  if (tokens_at_cut_) since_cut_.add(contraction);
  if (tokens_at_cut_ && since_cut_.length() == bytes) tokens_at_cut_.reset();
  return bytes;
}

void LongRun::finish(TextEnd end) {
  is_done_ = true;
  if (phase_ == Phase::blanks) {
    end_blanks(end);
  } else {
    tokens_ = tokens_at_cut_ ? *tokens_at_cut_ + since_cut_.count() : whole_.count();
  }
}

void LongRun::end_blanks(TextEnd end) {
  const bool takes_all = end == TextEnd::is_here && vocabulary_.encoding() == Encoding::cl100k_base;
  LongPiece& last = tokens_at_cut_ && !takes_all ? since_cut_ : whole_;
  tokens_ = &last == &since_cut_ ? *tokens_at_cut_ : 0;
  if (last.length() == 0) return;
  if (end == TextEnd::is_here) {
    tokens_ += last.count();
    return;
  }
  // The last blank goes with what follows it.
  left_over_ = last_blank_;
  tokens_ += last.count(last_blank_.size());
}

}  // namespace argot::tokens
