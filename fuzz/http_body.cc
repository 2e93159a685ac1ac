// Body framing: any cutting gives the same body, and a body that is framed anew comes back.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/assert.h"
#include "base/bytes.h"
#include "http/body_decoder.h"

namespace {

using argot::http::BodyDecoder;
using argot::http::BodyFraming;

struct Decoded {
  std::string body;
  std::size_t consumed = 0;
  bool is_done = false;

  friend bool operator==(const Decoded&, const Decoded&) = default;
};

// Nothing if it is refused.
std::optional<Decoded> decode(BodyFraming framing, std::string_view raw, std::size_t piece) {
  BodyDecoder decoder(framing);
  Decoded decoded;
  while (decoded.consumed < raw.size() && !decoder.done()) {
    std::string_view chunk = raw.substr(decoded.consumed, piece);
    while (!chunk.empty() && !decoder.done()) {
      const auto step = decoder.step(argot::as_bytes(chunk));
      if (!step) return std::nullopt;
      ASSERT(step->consumed > 0 && step->consumed <= chunk.size());
      ASSERT(step->payload.size() <= step->consumed);
      decoded.body += argot::as_text(step->payload);
      decoded.consumed += step->consumed;
      chunk.remove_prefix(step->consumed);
    }
  }
  decoded.is_done = decoder.done();
  return decoded;
}

std::string hexadecimal(std::size_t number) {
  std::string digits;
  for (; number > 0 || digits.empty(); number /= 16) {
    digits.insert(digits.begin(), "0123456789abcdef"[number % 16]);
  }
  return digits;
}

std::string chunk_again(std::string_view body, std::size_t piece) {
  std::string raw;
  while (!body.empty()) {
    const std::string_view chunk = body.substr(0, piece);
    raw.append(hexadecimal(chunk.size())).append("\r\n").append(chunk).append("\r\n");
    body.remove_prefix(chunk.size());
  }
  return raw + "0\r\n\r\n";
}

}  // namespace

// The first byte says how to cut, and with its lowest bit which framing to take.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::size_t piece = 1 + data[0] / 2;
  const std::string_view raw(reinterpret_cast<const char*>(data) + 1, size - 1);
  const bool is_chunked = data[0] % 2 == 0;
  const BodyFraming framing{
      .kind = is_chunked ? BodyFraming::Kind::chunked : BodyFraming::Kind::length,
      .length = is_chunked ? 0 : piece};
  const auto whole = decode(framing, raw, std::string_view::npos);
  ASSERT(decode(framing, raw, piece) == whole);
  ASSERT(decode(framing, raw, 1) == whole);
  if (!whole) return 0;
  ASSERT(whole->body.size() <= raw.size());
  if (!is_chunked) {
    ASSERT(whole->body == raw.substr(0, piece));
    ASSERT(whole->is_done == (raw.size() >= piece));
    return 0;
  }
  const std::string again = chunk_again(whole->body, piece);
  const Decoded expected{.body = whole->body, .consumed = again.size(), .is_done = true};
  ASSERT(decode({.kind = BodyFraming::Kind::chunked, .length = 0}, again, 3) == expected);
  return 0;
}
