// Takes a body's framing off: what is left of Content-Length, or the chunked coding (RFC 9112
// section 7.1), without copying a byte.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/bytes.h"
#include "base/result.h"
#include "http/message.h"

namespace argot::http {

// Feed it what the socket gave; it says which bytes are body. One decoder per request.
class BodyDecoder {
 public:
  explicit BodyDecoder(BodyFraming framing);

  // One step over `raw`: `consumed` bytes are done with, of which `payload` (a part of `raw`, maybe
  // empty) is body. Call again with the rest until everything is consumed or done() is true; bytes
  // after the body belong to the next request. Chunk extensions and trailers are checked and
  // dropped. Error: bad_framing; the decoder is of no more use then.
  struct Step {
    std::size_t consumed = 0;
    Bytes payload;
  };
  Result<Step> step(Bytes raw);

  bool done() const { return state_ == State::done; }

 private:
  // Where the next byte stands. The chunked states follow the grammar: size, then blanks that only
  // an extension may follow, the extension, its LF; data, its CR and LF; after the last chunk the
  // lines of the trailer and the empty line.
  enum class State {
    counted,
    size,
    blanks,
    extension,
    size_lf,
    data,
    data_cr,
    data_lf,
    trailer_line,
    trailer_name,
    trailer_value,
    trailer_lf,
    final_lf,
    done
  };

  // The state after the framing byte `c`; each of them takes its part of the grammar.
  Result<State> after(char c);
  Result<State> after_size(char c);
  Result<State> after_extension(char c);
  Result<State> after_trailer(char c);

  State state_;
  std::uint64_t left_ = 0;  // of the body, or of the chunk
  std::size_t size_digits_ = 0;
  std::size_t extension_bytes_ = 0;
  bool in_quotes_ = false;  // of an extension
  bool is_escaped_ = false;
  std::size_t trailer_bytes_ = 0;
};

}  // namespace argot::http
