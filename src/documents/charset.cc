#include "documents/charset.h"

#include <iconv.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include "base/text.h"
#include "documents/characters.h"

namespace argot::documents {
namespace {

// What a page may say, and the converter that it means (encoding.spec.whatwg.org, 4.2, shortened to
// what pages say).
struct Label {
  std::string_view label;
  std::string_view charset;
};

constexpr auto labels = std::to_array<Label>({
    {.label = "ascii", .charset = "WINDOWS-1252"},
    {.label = "big5", .charset = "BIG5-HKSCS"},
    {.label = "big5-hkscs", .charset = "BIG5-HKSCS"},
    {.label = "cp1251", .charset = "WINDOWS-1251"},
    {.label = "cp1252", .charset = "WINDOWS-1252"},
    {.label = "euc-jp", .charset = "EUC-JP"},
    {.label = "euc-kr", .charset = "CP949"},
    {.label = "gb18030", .charset = "GB18030"},
    {.label = "gb2312", .charset = "GB18030"},
    {.label = "gbk", .charset = "GB18030"},
    {.label = "iso-8859-1", .charset = "WINDOWS-1252"},
    {.label = "iso-8859-15", .charset = "ISO-8859-15"},
    {.label = "iso-8859-2", .charset = "ISO-8859-2"},
    {.label = "iso-8859-5", .charset = "ISO-8859-5"},
    {.label = "iso-8859-7", .charset = "ISO-8859-7"},
    {.label = "iso-8859-9", .charset = "WINDOWS-1254"},
    {.label = "koi8-r", .charset = "KOI8-R"},
    {.label = "koi8-u", .charset = "KOI8-U"},
    {.label = "ks_c_5601-1987", .charset = "CP949"},
    {.label = "latin1", .charset = "WINDOWS-1252"},
    {.label = "shift-jis", .charset = "CP932"},
    {.label = "shift_jis", .charset = "CP932"},
    {.label = "sjis", .charset = "CP932"},
    {.label = "us-ascii", .charset = "WINDOWS-1252"},
    {.label = "windows-1250", .charset = "WINDOWS-1250"},
    {.label = "windows-1251", .charset = "WINDOWS-1251"},
    {.label = "windows-1252", .charset = "WINDOWS-1252"},
    {.label = "windows-1253", .charset = "WINDOWS-1253"},
    {.label = "windows-1254", .charset = "WINDOWS-1254"},
    {.label = "windows-1255", .charset = "WINDOWS-1255"},
    {.label = "windows-1256", .charset = "WINDOWS-1256"},
    {.label = "windows-1257", .charset = "WINDOWS-1257"},
    {.label = "windows-1258", .charset = "WINDOWS-1258"},
    {.label = "windows-31j", .charset = "CP932"},
    {.label = "windows-949", .charset = "CP949"},
});
static_assert(std::ranges::is_sorted(labels, {}, &Label::label));

iconv_t no_converter() {
  // The C library's own constant; it has no other name.
  return reinterpret_cast<iconv_t>(-1);  // NOLINT(performance-no-int-to-ptr)
}

// The charset that a <meta> tag names: charset=X, or content="text/html; charset=X".
std::string_view label_in(std::string_view tag) {
  constexpr std::string_view key = "charset";
  std::size_t at = 0;
  while ((at = tag.find(key, at)) != std::string_view::npos) {
    at += key.size();
    std::size_t from = tag.find_first_not_of(white_space, at);
    if (from == std::string_view::npos || tag[from] != '=') continue;
    from = tag.find_first_not_of(" \t\n\f\r\"'", from + 1);
    if (from == std::string_view::npos) return {};
    return tag.substr(from, tag.find_first_of(" \t\n\f\r\"';>/", from) - from);
  }
  return {};
}

std::string_view charset_named(std::string_view label) {
  const auto* const found = std::ranges::lower_bound(labels, label, {}, &Label::label);
  return found == labels.end() || found->label != label ? "UTF-8" : found->charset;
}

}  // namespace

Charsets::Charsets() {
  const auto add = [&](std::string_view charset) {
    const auto [place, is_new] = converters_.try_emplace(std::string(charset), nullptr);
    if (!is_new) return;
    iconv_t const converter = ::iconv_open("UTF-8", place->first.c_str());
    if (converter != no_converter()) place->second = converter;
  };
  add("UTF-16LE");
  add("UTF-16BE");
  for (const Label& label : labels) add(label.charset);
}

Charsets::~Charsets() {
  for (const auto& [charset, converter] : converters_) {
    if (converter != nullptr) ::iconv_close(converter);
  }
}

void* Charsets::converter(std::string_view charset) const {
  const auto found = converters_.find(charset);
  return found == converters_.end() ? nullptr : found->second;
}

CharsetChoice charset_of(std::string_view head) {
  if (head.starts_with("\xEF\xBB\xBF")) return {.charset = "UTF-8", .mark_bytes = 3};
  if (head.starts_with("\xFF\xFE")) return {.charset = "UTF-16LE", .mark_bytes = 2};
  if (head.starts_with("\xFE\xFF")) return {.charset = "UTF-16BE", .mark_bytes = 2};
  const std::string lowered = to_lower(head.substr(0, charset_head_bytes));
  std::string_view rest = lowered;
  for (std::size_t at = 0; (at = rest.find('<')) != std::string_view::npos;) {
    rest.remove_prefix(at);
    const bool is_comment = rest.starts_with("<!--");
    const std::string_view end = is_comment ? "-->" : ">";
    const std::string_view tag = rest.substr(0, rest.find(end));
    if (rest.starts_with("<meta")) {
      const std::string_view label = label_in(tag);
      if (!label.empty()) return {.charset = charset_named(label)};
    }
    rest.remove_prefix(std::max<std::size_t>(1, tag.size()));
  }
  return {.charset = "UTF-8"};
}

CharsetDecoder::CharsetDecoder(void* converter, Sink& out) : out_(out), converter_(converter) {
  ::iconv(converter_, nullptr, nullptr, nullptr, nullptr);
}

Result<> CharsetDecoder::write(Bytes chunk) {
  waiting_ += as_text(chunk);
  char* from = waiting_.data();
  std::size_t left = waiting_.size();
  std::array<char, 16'384> decoded{};
  while (left > 0) {
    char* to = decoded.data();
    std::size_t room = decoded.size();
    const std::size_t code = ::iconv(converter_, &from, &left, &to, &room);
    const int error = code == static_cast<std::size_t>(-1) ? errno : 0;
    const std::string_view text(decoded.data(), decoded.size() - room);
    if (!text.empty()) TRY_DO(out_.write(as_bytes(text)));
    if (error == EINVAL) break;  // The rest of a character is still to come.
    if (error == EILSEQ) {
      TRY_DO(out_.write(as_bytes(replacement)));
      ++from;
      --left;
    }
  }
  waiting_.erase(0, waiting_.size() - left);
  return {};
}

Result<> CharsetDecoder::finish() {
  return waiting_.empty() ? Result<>() : out_.write(as_bytes(replacement));
}

}  // namespace argot::documents
