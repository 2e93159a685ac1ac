#include "tokens/piece.h"

#include "tokens/code_points.h"

namespace argot::tokens {
namespace {

// The patterns, from the reference implementation (tiktoken_ext/openai_public.py); P stands for
// [^\r\n\p{L}\p{N}], U for [\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}], W for [\p{Ll}\p{Lm}\p{Lo}\p{M}] and C
// for
// (?i:'s|'t|'re|'ve|'m|'ll|'d):
//
//   o200k_base   P?U*W+C? | P?U+W*C? | \p{N}{1,3} | ?[^\s\p{L}\p{N}]+[\r\n/]* |
//                \s*[\r\n]+ | \s+(?!\S) | \s+
//   cl100k_base  C | P?\p{L}+ | \p{N}{1,3} | ?[^\s\p{L}\p{N}]+[\r\n]* |
//                \s+$ | \s*[\r\n] | \s+(?!\S) | \s
//
// Without a regular-expression engine: each alternative is a loop over a class of code points.
class Scanner {
 public:
  Scanner(std::string_view text, TextEnd end)
      : begin_(reinterpret_cast<const unsigned char*>(text.data())),
        end_(begin_ + text.size()),
        is_end_(end == TextEnd::is_here) {}

  Piece o200k_base();
  Piece cl100k_base();

 private:
  using At = const unsigned char*;

  // No code point at the end of the text: no class, and no bytes. There, and where the text breaks
  // off in a code point, what follows decides.
  CodePoint read(At at) {
    if (at == end_) {
      is_open_ = !is_end_;
      return {};
    }
    const CodePoint found = read_code_point(at, end_);
    if ((found.classes & cut_class) != 0) is_open_ = is_open_ || !is_end_;
    return found;
  }
  static bool is_sign(CodePoint found) {
    return found.bytes != 0 && (found.classes & (letter_class | number_class | space_class)) == 0;
  }

  At skip(At at, unsigned classes) {
    for (;;) {
      const CodePoint found = read(at);
      if ((found.classes & classes) == 0) return at;
      at += found.bytes;
    }
  }

  At word(At from);
  At capitals(At from);
  At contraction(At from);
  At digits(At from);
  At signs(At from, unsigned char also);
  At blanks(At from, bool takes_all_at_the_end);
  unsigned char byte_at(At at);

  Piece until(At at) const {
    if (is_open_) return {};
    return {.bytes = static_cast<std::size_t>(at - begin_), .is_broken = is_broken_};
  }

  At begin_;
  At end_;
  bool is_end_;
  bool is_open_ = false;
  bool is_broken_ = false;
};

// U*W+, as far as it matches; null where it does not. U* takes all it can, and where no W follows,
// gives back to the last one that is also a W.
Scanner::At Scanner::word(At from) {
  At shared_end = nullptr;
  for (At at = from;;) {
    const CodePoint found = read(at);
    if ((found.classes & upper_class) == 0) {
      if ((found.classes & lower_class) != 0) return skip(at, lower_class);
      return shared_end;
    }
    at += found.bytes;
    if ((found.classes & lower_class) != 0) shared_end = at;
  }
}

// U+, after which no W can follow where word() found none; null where there is no U.
Scanner::At Scanner::capitals(At from) {
  const At at = skip(from, upper_class);
  return at == from ? nullptr : at;
}

unsigned char Scanner::byte_at(At at) {
  if (at < end_) return *at;
  is_open_ = is_open_ || !is_end_;
  return 0;
}

Scanner::At Scanner::contraction(At from) {
  if (byte_at(from) != '\'') return from;
  is_open_ = is_open_ || (!is_end_ && end_ - from < 3);
  return from + contraction_bytes(
                    {reinterpret_cast<const char*>(from), static_cast<std::size_t>(end_ - from)});
}

Scanner::At Scanner::digits(At from) {
  At at = from;
  for (int count = 0; count < 3; ++count) {
    const CodePoint found = read(at);
    if ((found.classes & number_class) == 0) break;
    at += found.bytes;
  }
  return at;
}

// [^\s\p{L}\p{N}]+ and then the newlines after it, with `also` among them.
Scanner::At Scanner::signs(At from, unsigned char also) {
  At at = from;
  for (;;) {
    const CodePoint found = read(at);
    if (!is_sign(found)) break;
    if ((found.classes & broken_class) != 0) is_broken_ = true;
    at += found.bytes;
  }
  for (;;) {
    const unsigned char byte = byte_at(at);
    if (byte != '\n' && byte != '\r' && (byte != also || also == 0)) return at;
    ++at;
  }
}

// A run of blanks ends after its last newline; else it leaves its last blank to what follows.
Scanner::At Scanner::blanks(At from, bool takes_all_at_the_end) {
  At at = from;
  At last = from;
  At newline_end = nullptr;
  for (;;) {
    const CodePoint found = read(at);
    if ((found.classes & space_class) == 0) break;
    last = at;
    at += found.bytes;
    if ((found.classes & newline_class) != 0) newline_end = at;
  }
  if (at == end_ && takes_all_at_the_end) return at;
  if (newline_end != nullptr) return newline_end;
  return at == end_ || last == from ? at : last;
}

Piece Scanner::o200k_base() {
  const CodePoint first = read(begin_);
  const At second = begin_ + first.bytes;
  const bool is_prefix = (first.classes & (letter_class | number_class | newline_class)) == 0;
  if (is_prefix && (first.classes & broken_class) != 0) is_broken_ = true;
  // A prefix that is a mark may begin the word instead.
  for (const auto match : {&Scanner::word, &Scanner::capitals}) {
    if (is_prefix) {
      if (const At end = (this->*match)(second)) return until(contraction(end));
    }
    if ((first.classes & (upper_class | lower_class)) != 0) {
      if (const At end = (this->*match)(begin_)) return until(contraction(end));
    }
  }
  if ((first.classes & number_class) != 0) return until(digits(begin_));
  if (is_sign(first)) return until(signs(begin_, '/'));
  if (*begin_ == ' ' && is_sign(read(second))) return until(signs(second, '/'));
  return until(blanks(begin_, false));
}

Piece Scanner::cl100k_base() {
  if (const At end = contraction(begin_); end != begin_) return until(end);
  const CodePoint first = read(begin_);
  const At second = begin_ + first.bytes;
  if ((first.classes & letter_class) != 0) return until(skip(begin_, letter_class));
  if ((first.classes & number_class) != 0) return until(digits(begin_));
  if ((first.classes & broken_class) != 0) is_broken_ = true;
  if ((first.classes & newline_class) == 0) {
    if (const At end = skip(second, letter_class); end != second) return until(end);
  }
  if (is_sign(first)) return until(signs(begin_, 0));
  if (*begin_ == ' ' && is_sign(read(second))) return until(signs(second, 0));
  return until(blanks(begin_, true));
}

}  // namespace

// Without regard to case: U+017F, the long s, counts as an s (Unicode's simple case folding).
std::size_t contraction_bytes(std::string_view text) {
  if (text.size() < 2 || text[0] != '\'') return 0;
  const auto lowered = [&](std::size_t at) {
    return at < text.size() ? static_cast<unsigned char>(text[at]) | 0x20U : 0U;
  };
  switch (lowered(1)) {
    case 's':
    case 't':
    case 'm':
    case 'd':
      return 2;
    case 'r':
    case 'v':
      return lowered(2) == 'e' ? 3 : 0;
    case 'l':
      return lowered(2) == 'l' ? 3 : 0;
    default:
      return text.substr(1, 2) == "\u017F" ? 3 : 0;
  }
}

Piece first_piece(Encoding encoding, std::string_view text, TextEnd end) {
  Scanner scanner(text, end);
  return encoding == Encoding::o200k_base ? scanner.o200k_base() : scanner.cl100k_base();
}

}  // namespace argot::tokens
