// Takes the text out of an Office document. Whatever it is, there must be an outcome, and what is
// written must be UTF-8.
//
// Input: a byte that chooses the kind and, in its highest bit, whether what follows is the whole
// archive, or the main part of one that is made around it.

#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/assert.h"
#include "base/bytes.h"
#include "base/text.h"
#include "base/unique_fd.h"
#include "documents/office_reader.h"
#include "documents/test_zip.h"

namespace argot::documents {
namespace {

// As much text as an input is worth.
constexpr std::size_t text_bytes_max = 4_MiB;

class BoundedText final : public Sink {
 public:
  Result<> write(Bytes chunk) override {
    if (text.size() + chunk.size() > text_bytes_max) return fail(ErrorCode::file_too_large);
    text += as_text(chunk);
    return {};
  }
  Result<> finish() override { return {}; }

  std::string text;
};

std::string archive_around(Kind kind, std::string_view part) {
  const std::string main(part);
  switch (kind) {
    case Kind::pptx:
      return zip_of(
          {stored("ppt/presentation.xml", "<p/>"), stored("ppt/slides/slide1.xml", main)});
    case Kind::xlsx:
      return zip_of({stored("xl/workbook.xml", "<w/>"), stored("xl/sharedStrings.xml", main),
                     stored("xl/worksheets/sheet1.xml", main)});
    default:
      return zip_of({stored("word/document.xml", main)});
  }
}

void check(Kind kind, std::string_view archive) {
  const UniqueFd file(::memfd_create("fuzz", MFD_CLOEXEC));
  ASSERT(::write(file.get(), archive.data(), archive.size()) ==
         static_cast<ssize_t>(archive.size()));
  BoundedText text;
  const auto verdict = read_office(file.get(), kind, text);
  if (!verdict) {
    ASSERT(verdict.error().code == ErrorCode::file_too_large);
    return;
  }
  ASSERT(verdict->is_good() == verdict->detail.empty());
  ASSERT(!verdict->is_good() || is_utf8(text.text));
}

}  // namespace
}  // namespace argot::documents

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using argot::documents::Kind;
  if (size == 0) return 0;
  const std::string_view rest(reinterpret_cast<const char*>(data) + 1, size - 1);
  constexpr Kind kinds[] = {Kind::docx, Kind::pptx, Kind::xlsx};
  const Kind kind = kinds[(data[0] & 0x7FU) % 3];
  if ((data[0] & 0x80U) != 0) {
    argot::documents::check(kind, rest);
  } else {
    argot::documents::check(kind, argot::documents::archive_around(kind, rest));
  }
  return 0;
}
