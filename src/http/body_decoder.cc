#include "http/body_decoder.h"

#include <algorithm>
#include <string>
#include <utility>

#include "base/limits.h"
#include "base/text.h"
#include "http/characters.h"
#include "http/malformed.h"

namespace argot::http {

BodyDecoder::BodyDecoder(BodyFraming framing) : state_(State::done) {
  if (framing.kind == BodyFraming::Kind::chunked) state_ = State::size;
  if (framing.kind == BodyFraming::Kind::length && framing.length > 0) {
    state_ = State::counted;
    left_ = framing.length;
  }
}

Result<BodyDecoder::Step> BodyDecoder::step(Bytes raw) {
  std::size_t at = 0;
  while (at < raw.size() && state_ != State::done) {
    if (state_ == State::counted || state_ == State::data) {
      const std::uint64_t size = std::min<std::uint64_t>(left_, raw.size() - at);
      left_ -= size;
      if (left_ == 0) state_ = state_ == State::data ? State::data_cr : State::done;
      const Bytes payload = raw.subspan(at, static_cast<std::size_t>(size));
      return Step{.consumed = at + payload.size(), .payload = payload};
    }
    TRY(state_, after(static_cast<char>(raw[at])));
    ++at;
  }
  return Step{.consumed = at, .payload = {}};
}

Result<BodyDecoder::State> BodyDecoder::after(char c) {
  switch (state_) {
    case State::size:
    case State::size_lf:
      return after_size(c);
    case State::blanks:
    case State::extension:
      return after_extension(c);
    case State::data_cr:
      if (c != '\r') return malformed("a chunk is longer than its size");
      return State::data_lf;
    case State::data_lf:
      if (c != '\n') return malformed("a bare CR after a chunk");
      left_ = 0;
      size_digits_ = 0;
      return State::size;
    case State::trailer_line:
    case State::trailer_name:
    case State::trailer_value:
    case State::trailer_lf:
      return after_trailer(c);
    case State::final_lf:
      if (c != '\n') return malformed("a bare CR after the last chunk");
      return State::done;
    case State::counted:
    case State::data:
    case State::done:
      break;
  }
  std::unreachable();
}

// chunk-size = 1*HEXDIG, and the end of its line. Sixteen digits cannot overflow 64 bits.
Result<BodyDecoder::State> BodyDecoder::after_size(char c) {
  if (state_ == State::size_lf) {
    if (c != '\n') return malformed("a bare CR after a chunk size");
    return left_ > 0 ? State::data : State::trailer_line;
  }
  if (const int digit = hex_value(c); digit >= 0) {
    if (size_digits_ == limits::chunk_size_digits_max) return malformed("a chunk size is too long");
    ++size_digits_;
    left_ = left_ << 4U | static_cast<std::uint64_t>(digit);
    return State::size;
  }
  if (size_digits_ == 0) return malformed("a chunk size has no digits");
  if (c == '\r') return State::size_lf;
  extension_bytes_ = 1;
  in_quotes_ = false;
  is_escaped_ = false;
  if (c == ';') return State::extension;
  if (is_blank(c)) return State::blanks;
  return malformed("a chunk size is not hexadecimal");
}

// chunk-ext = *( BWS ";" BWS chunk-ext-name [ BWS "=" BWS chunk-ext-val ] ). Names and values mean
// nothing to us, so all that matters is where the line ends: not inside quotes, and only in CRLF.
Result<BodyDecoder::State> BodyDecoder::after_extension(char c) {
  if (c == '\r' && state_ == State::extension && !in_quotes_) return State::size_lf;
  if (++extension_bytes_ > limits::chunk_extension_bytes_max) {
    return malformed("a chunk extension is too long");
  }
  if (!is_field_char(c)) return malformed("a control character in a chunk extension");
  if (state_ == State::blanks) {
    if (is_blank(c)) return State::blanks;
    if (c != ';') return malformed("white space after a chunk size");
    return State::extension;
  }
  if (is_escaped_) {
    is_escaped_ = false;
  } else if (c == '"') {
    in_quotes_ = !in_quotes_;
  } else if (c == '\\' && in_quotes_) {
    is_escaped_ = true;
  }
  return State::extension;
}

// trailer-section = *( field-line CRLF ): checked as headers are, then forgotten.
Result<BodyDecoder::State> BodyDecoder::after_trailer(char c) {
  if (state_ == State::trailer_line && c == '\r') return State::final_lf;
  if (++trailer_bytes_ > limits::trailer_bytes_max) return malformed("the trailer is too long");
  switch (state_) {
    case State::trailer_lf:
      if (c != '\n') return malformed("a bare CR in the trailer");
      return State::trailer_line;
    case State::trailer_value:
      if (c == '\r') return State::trailer_lf;
      if (!is_field_char(c)) return malformed("a control character in the trailer");
      return State::trailer_value;
    default:
      if (is_token_char(c)) return State::trailer_name;
      if (c == ':' && state_ == State::trailer_name) return State::trailer_value;
      return malformed("a trailer field has no name");
  }
}

}  // namespace argot::http
