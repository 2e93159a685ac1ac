#include "documents/office_reader.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/assert.h"
#include "base/text.h"
#include "documents/paragraph_text.h"
#include "documents/sheet_text.h"
#include "documents/zip_archive.h"

namespace argot::documents {
namespace {

using std::string_view_literals::operator""sv;

Verdict malformed(std::string detail) {
  return {.outcome = Outcome::malformed, .detail = std::move(detail)};
}

// Fills `out` from `offset` on; less only at the end of the file.
std::string_view read_at(int descriptor, std::size_t offset, std::span<char> out) {
  std::size_t filled = 0;
  while (filled < out.size()) {
    const ssize_t size = ::pread(descriptor, out.data() + filled, out.size() - filled,
                                 static_cast<off_t>(offset + filled));
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0) break;
    filled += static_cast<std::size_t>(size);
  }
  return {out.data(), filled};
}

// Before they were archives, Office's files were compound files; encrypted ones still are. The
// names of their streams are in UTF-16.
Verdict verdict_of_compound_file(int descriptor) {
  constexpr auto package = "E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e\0"sv;
  std::vector<char> piece(1U << 20U);
  for (std::size_t offset = 0;;) {
    const std::string_view bytes = read_at(descriptor, offset, piece);
    if (bytes.find(package) != std::string_view::npos) {
      return {.outcome = Outcome::encrypted, .detail = "the document needs a password"};
    }
    if (bytes.size() < piece.size()) break;
    offset += bytes.size() - package.size();
  }
  return {.outcome = Outcome::unsupported, .detail = "the document is in an older Office format"};
}

bool is_compound_file(int descriptor) {
  std::array<char, 8> begin{};
  return read_at(descriptor, 0, begin) == "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1";
}

// The parts called `stem` + a number + ".xml", in the order of their numbers; no number is 0.
std::vector<ZipPart> numbered_parts(const ZipArchive& archive, std::string_view stem) {
  constexpr std::string_view suffix = ".xml";
  std::vector<std::pair<std::uint64_t, const ZipPart*>> found;
  for (const ZipPart& part : archive.parts()) {
    std::string_view name = part.name;
    if (!name.starts_with(stem) || !name.ends_with(suffix)) continue;
    name.remove_prefix(stem.size());
    if (name.size() < suffix.size()) continue;
    name.remove_suffix(suffix.size());
    const auto number = name.empty() ? 0 : parse_decimal(name);
    if (number) found.emplace_back(*number, &part);
  }
  // Equal ones stay in the order of the archive.
  std::ranges::sort(found);
  std::vector<ZipPart> parts;
  parts.reserve(found.size());
  for (const auto& [number, part] : found) parts.push_back(*part);
  return parts;
}

Verdict read_part(ZipArchive& archive, const ZipPart& part, XmlEvents& events,
                  const TextWriter& out) {
  XmlParser parser(events);
  Verdict read =
      archive.read(part, [&](Bytes piece) { return parser.feed(piece) && !out.error(); });
  if (!read.is_good() || out.error()) return read;
  return parser.finish();
}

Verdict read_paragraphs(ZipArchive& archive, const std::vector<ZipPart>& parts, TextWriter& out) {
  for (const ZipPart& part : parts) {
    ParagraphText paragraphs(out);
    Verdict verdict = read_part(archive, part, paragraphs, out);
    if (!verdict.is_good() || out.error()) return verdict;
  }
  return {};
}

Verdict read_word(ZipArchive& archive, TextWriter& out) {
  // Some programs number the document itself.
  auto parts = numbered_parts(archive, "word/document");
  if (parts.empty()) return malformed("there is no Word document in the file");
  for (const char* stem : {"word/footnotes", "word/endnotes", "word/header", "word/footer"}) {
    for (ZipPart& part : numbered_parts(archive, stem)) parts.push_back(std::move(part));
  }
  return read_paragraphs(archive, parts, out);
}

Verdict read_slides(ZipArchive& archive, TextWriter& out) {
  if (numbered_parts(archive, "ppt/presentation").empty()) {
    return malformed("there is no presentation in the file");
  }
  auto parts = numbered_parts(archive, "ppt/slides/slide");
  for (ZipPart& part : numbered_parts(archive, "ppt/notesSlides/notesSlide")) {
    parts.push_back(std::move(part));
  }
  return read_paragraphs(archive, parts, out);
}

Verdict read_sheets(ZipArchive& archive, TextWriter& out) {
  if (numbered_parts(archive, "xl/workbook").empty()) {
    return malformed("there is no workbook in the file");
  }
  SharedStrings strings;
  for (const ZipPart& part : numbered_parts(archive, "xl/sharedStrings")) {
    Verdict verdict = read_part(archive, part, strings, out);
    if (!verdict.is_good()) return verdict;
    if (strings.is_full()) {
      return {.outcome = Outcome::too_large, .detail = "the workbook has too many strings"};
    }
  }
  for (const ZipPart& part : numbered_parts(archive, "xl/worksheets/sheet")) {
    SheetText sheet(strings, out);
    Verdict verdict = read_part(archive, part, sheet, out);
    if (!verdict.is_good() || out.error()) return verdict;
    if (sheet.has_unknown_string()) return malformed("a cell names a string that is not there");
  }
  return {};
}

Verdict read_kind(ZipArchive& archive, Kind kind, TextWriter& out) {
  switch (kind) {
    case Kind::docx:
      return read_word(archive, out);
    case Kind::pptx:
      return read_slides(archive, out);
    case Kind::xlsx:
      return read_sheets(archive, out);
    case Kind::html:
    case Kind::pdf:
      break;
  }
  ASSERT(false);
}

}  // namespace

Result<Verdict> read_office(int descriptor, Kind kind, Sink& text) {
  if (is_compound_file(descriptor)) return verdict_of_compound_file(descriptor);
  ZipArchive archive;
  Verdict verdict = archive.open(descriptor);
  if (!verdict.is_good()) return verdict;
  TextWriter out(text);
  verdict = read_kind(archive, kind, out);
  out.flush();
  if (out.error()) return fail(*out.error());
  return verdict;
}

}  // namespace argot::documents
