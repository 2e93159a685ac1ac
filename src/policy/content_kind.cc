#include "policy/content_kind.h"

#include <algorithm>
#include <utility>

#include "base/assert.h"

namespace argot::policy {
namespace {

// Readers of PDF look for its signature this far, and nothing else needs more.
constexpr std::size_t head_bytes = 1024;

constexpr std::string_view png_signature = "\x89PNG\r\n\x1A\n";
constexpr std::string_view jpeg_signature = "\xFF\xD8\xFF";
constexpr std::string_view riff_signature = "RIFF";
constexpr std::string_view webp_signature = "WEBP";
constexpr std::size_t webp_offset = 8;
constexpr std::string_view pdf_signature = "%PDF-";

bool is_zip(std::string_view head) {
  // The first file, the end of an empty archive, and the mark of one in several parts.
  return head.starts_with("PK\x03\x04") || head.starts_with("PK\x05\x06") ||
         head.starts_with("PK\x07\x08");
}

bool is_webp(std::string_view head) {
  return head.starts_with(riff_signature) && head.size() >= webp_offset &&
         head.substr(webp_offset).starts_with(webp_signature);
}

}  // namespace

std::string_view described(ContentKind kind) {
  switch (kind) {
    case ContentKind::empty:
      return "nothing";
    case ContentKind::text:
      return "text";
    case ContentKind::png:
      return "a PNG image";
    case ContentKind::jpeg:
      return "a JPEG image";
    case ContentKind::webp:
      return "a WebP image";
    case ContentKind::gif:
      return "a GIF image";
    case ContentKind::animated_gif:
      return "an animated GIF image";
    case ContentKind::pdf:
      return "a PDF document";
    case ContentKind::zip:
      return "a ZIP archive";
    case ContentKind::other:
      return "other data";
  }
  std::unreachable();
}

void Utf16Checker::write(std::string_view chunk) {
  for (const char byte : chunk) {
    if (!is_valid_) return;
    const auto value = static_cast<unsigned char>(byte);
    if (has_odd_byte_) {
      take(odd_byte_, value);
    } else {
      odd_byte_ = value;
    }
    has_odd_byte_ = !has_odd_byte_;
  }
}

void Utf16Checker::take(unsigned char first, unsigned char second) {
  constexpr unsigned mark = 0xFEFFU;
  const unsigned big_endian = (unsigned{first} << 8U) | second;
  const unsigned little_endian = (unsigned{second} << 8U) | first;
  if (units_++ == 0) {
    is_big_endian_ = big_endian == mark;
    is_valid_ = is_big_endian_ || little_endian == mark;
    return;
  }
  const unsigned unit = is_big_endian_ ? big_endian : little_endian;
  const bool is_low = unit >= 0xDC00U && unit <= 0xDFFFU;
  is_valid_ = unit != 0 && is_low == wants_low_;
  wants_low_ = unit >= 0xD800U && unit <= 0xDBFFU;
}

Result<> ContentKindSink::write(Bytes chunk) {
  ASSERT(!is_finished_);
  const std::string_view text = as_text(chunk);
  if (head_.size() < head_bytes) head_ += text.substr(0, head_bytes - head_.size());
  has_nul_ = has_nul_ || text.contains('\0');
  utf8_.write(text);
  utf16_.write(text);
  gif_.write(text);
  return {};
}

Result<> ContentKindSink::finish() {
  ASSERT(!is_finished_);
  is_finished_ = true;
  return {};
}

ContentKind ContentKindSink::kind() const {
  ASSERT(is_finished_);
  if (head_.empty()) return ContentKind::empty;
  if (head_.starts_with(png_signature)) return ContentKind::png;
  if (head_.starts_with(jpeg_signature)) return ContentKind::jpeg;
  if (is_webp(head_)) return ContentKind::webp;
  if (gif_.is_gif()) return gif_.count() > 1 ? ContentKind::animated_gif : ContentKind::gif;
  if (is_zip(head_)) return ContentKind::zip;
  if (head_.starts_with(pdf_signature)) return ContentKind::pdf;
  if ((utf8_.is_utf8() && !has_nul_) || utf16_.is_text()) return ContentKind::text;
  // Other bytes may come before it, but a text that mentions it is none.
  return head_.contains(pdf_signature) ? ContentKind::pdf : ContentKind::other;
}

}  // namespace argot::policy
