#include "tokens/text_decoder.h"

#include "base/text.h"

namespace argot::tokens {
namespace {

// What is decoded before it is passed on.
constexpr std::size_t decoded_bytes_max = 64_KiB;

constexpr char32_t broken = 0xFFFD;

bool is_first_half(std::uint16_t unit) { return unit >= 0xD800 && unit < 0xDC00; }
bool is_second_half(std::uint16_t unit) { return unit >= 0xDC00 && unit < 0xE000; }

}  // namespace

// The first two bytes tell. The mark itself is text, as it is in UTF-8.
Result<> TextDecoder::begin(Bytes& chunk) {
  if (!half_) {
    half_ = chunk.front();
    chunk = chunk.subspan(1);
  }
  if (chunk.empty()) return {};
  const auto first = std::to_integer<unsigned>(*half_);
  const auto second = std::to_integer<unsigned>(chunk.front());
  if (first == 0xFF && second == 0xFE) {
    form_ = Form::utf16_little;
  } else if (first == 0xFE && second == 0xFF) {
    form_ = Form::utf16_big;
  } else {
    form_ = Form::utf8;
    const std::byte byte = *half_;
    half_.reset();
    return utf8_.write(Bytes(&byte, 1));
  }
  return {};
}

Result<> TextDecoder::write(Bytes chunk) {
  if (form_ == Form::unknown && !chunk.empty()) TRY_DO(begin(chunk));
  if (chunk.empty() || form_ == Form::unknown) return {};
  return form_ == Form::utf8 ? utf8_.write(chunk) : decode(chunk);
}

Result<> TextDecoder::decode(Bytes chunk) {
  for (const std::byte byte : chunk) {
    if (!half_) {
      half_ = byte;
      continue;
    }
    const auto first = std::to_integer<unsigned>(*half_);
    const auto second = std::to_integer<unsigned>(byte);
    half_.reset();
    take_unit(static_cast<std::uint16_t>(form_ == Form::utf16_little ? second << 8U | first
                                                                     : first << 8U | second));
    if (decoded_.size() >= decoded_bytes_max) TRY_DO(pass_on());
  }
  return pass_on();
}

void TextDecoder::take_unit(std::uint16_t unit) {
  if (surrogate_) {
    const std::uint16_t first = *surrogate_;
    surrogate_.reset();
    if (is_second_half(unit)) {
      return append_utf8(decoded_, 0x10000U + ((first & 0x3FFU) << 10U) + (unit & 0x3FFU));
    }
    append_utf8(decoded_, broken);
  }
  if (is_first_half(unit)) {
    surrogate_ = unit;
  } else {
    append_utf8(decoded_, is_second_half(unit) ? broken : unit);
  }
}

Result<> TextDecoder::pass_on() {
  TRY_DO(utf8_.write(as_bytes(decoded_)));
  decoded_.clear();
  return {};
}

Result<> TextDecoder::finish() {
  const bool is_utf16 = form_ == Form::utf16_little || form_ == Form::utf16_big;
  if (is_utf16 && (half_ || surrogate_)) {
    append_utf8(decoded_, broken);
    TRY_DO(pass_on());
  } else if (half_) {
    // A file of one byte.
    const std::byte byte = *half_;
    TRY_DO(utf8_.write(Bytes(&byte, 1)));
  }
  return utf8_.finish();
}

}  // namespace argot::tokens
