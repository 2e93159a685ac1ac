// Documents for tests, and files that hold them.
#pragma once

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <string>
#include <string_view>
#include <vector>

#include "base/unique_fd.h"
#include "documents/test_zip.h"

namespace argot::documents {

// A regular file without a name, at its beginning.
inline UniqueFd file_with(std::string_view bytes) {
  UniqueFd file(::memfd_create("document", MFD_CLOEXEC));
  while (!bytes.empty()) {
    const ssize_t size = ::write(file.get(), bytes.data(), bytes.size());
    if (size <= 0) {
      ADD_FAILURE() << "the file cannot be written";
      break;
    }
    bytes.remove_prefix(static_cast<std::size_t>(size));
  }
  ::lseek(file.get(), 0, SEEK_SET);
  return file;
}

inline std::string word_xml(std::string_view body) {
  return "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"
         "<w:document xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\">"
         "<w:body>" +
         std::string(body) + "</w:body></w:document>";
}

inline std::string paragraph_xml(std::string_view text) {
  return "<w:p><w:r><w:t xml:space=\"preserve\">" + std::string(text) + "</w:t></w:r></w:p>";
}

inline std::string small_docx(std::string_view text = "Hello") {
  return zip_of({deflated("[Content_Types].xml", "<Types/>"),
                 deflated("word/document.xml", word_xml(paragraph_xml(text)))});
}

inline std::string sheet_xml(std::string_view rows) {
  return "<worksheet><sheetData>" + std::string(rows) + "</sheetData></worksheet>";
}

// A PDF of the objects 1, 2, ... with a right table of places. Object 1 is the catalogue.
inline std::string pdf_of(const std::vector<std::string>& objects, std::string_view trailer = "") {
  std::string out = "%PDF-1.4\n";
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < objects.size(); ++i) {
    places.push_back(out.size());
    out += std::to_string(i + 1) + " 0 obj\n" + objects[i] + "\nendobj\n";
  }
  const std::size_t table = out.size();
  const std::string count = std::to_string(objects.size() + 1);
  out += "xref\n0 " + count + "\n0000000000 65535 f \n";
  for (const std::size_t place : places) {
    const std::string digits = std::to_string(place);
    out += std::string(10 - digits.size(), '0') + digits + " 00000 n \n";
  }
  out += "trailer\n<< /Size " + count + " /Root 1 0 R " + std::string(trailer) +
         " >>\nstartxref\n" + std::to_string(table) + "\n%%EOF\n";
  return out;
}

// One page that shows what the content stream draws.
inline std::string pdf_page(std::string_view content, std::string_view filter = "",
                            std::string_view trailer = "") {
  return pdf_of({"<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
                 "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R"
                 " /Resources << /Font << /F1 5 0 R >> >> >>",
                 "<< /Length " + std::to_string(content.size()) + " " + std::string(filter) +
                     " >>\nstream\n" + std::string(content) + "\nendstream",
                 "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"},
                trailer);
}

inline std::string pdf_text(std::string_view text) {
  return pdf_page("BT /F1 24 Tf 72 720 Td (" + std::string(text) + ") Tj ET");
}

}  // namespace argot::documents
