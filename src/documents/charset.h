// Which charset a page of HTML is in, and the way from there to UTF-8.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>

#include "base/sink.h"

namespace argot::documents {

// The converters of the C library, opened ahead of time: each is a file that is loaded, and the
// sandbox lets nothing be loaded. UTF-8 needs none. Not thread-safe.
class Charsets {
 public:
  Charsets();
  Charsets(const Charsets&) = delete;
  Charsets& operator=(const Charsets&) = delete;
  ~Charsets();

  // A null pointer where there is no converter: for UTF-8, and for what the system lacks.
  void* converter(std::string_view charset) const;

 private:
  std::map<std::string, void*, std::less<>> converters_;  // iconv_t is a void*
};

struct CharsetChoice {
  std::string_view charset;    // as Charsets knows it; "UTF-8" where nothing else is said
  std::size_t mark_bytes = 0;  // of the byte order mark that the page begins with
};

// As browsers do: by the byte order mark, by a <meta> among the first bytes, or UTF-8. They take
// more on trust than the page says: "iso-8859-1" is windows-1252, and UTF-16 needs its mark.
CharsetChoice charset_of(std::string_view head);

// How many bytes charset_of() looks at.
inline constexpr std::size_t charset_head_bytes = 4'096;

// Converts to UTF-8. What the charset has no character for becomes U+FFFD. Not thread-safe.
class CharsetDecoder final : public Sink {
 public:
  // Both must outlive the CharsetDecoder; `out` is written to, and never finished.
  CharsetDecoder(void* converter, Sink& out);

  Result<> write(Bytes chunk) override;
  Result<> finish() override;

 private:
  Sink& out_;
  void* converter_;
  std::string waiting_;  // bytes of a character that is not complete
};

}  // namespace argot::documents
