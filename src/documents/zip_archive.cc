#include "documents/zip_archive.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zip.h>

#include <array>
#include <utility>

#include "base/limits.h"
#include "base/unique_fd.h"

namespace argot::documents {
namespace {

Verdict malformed(std::string detail) {
  return {.outcome = Outcome::malformed, .detail = std::move(detail)};
}

Verdict too_large(std::string detail) {
  return {.outcome = Outcome::too_large, .detail = std::move(detail)};
}

Verdict verdict_of(int code) {
  if (code == ZIP_ER_MEMORY) return too_large("the archive needs too much memory");
  if (code == ZIP_ER_NOPASSWD || code == ZIP_ER_ENCRNOTSUPP || code == ZIP_ER_WRONGPASSWD) {
    return {.outcome = Outcome::encrypted, .detail = "the archive is encrypted"};
  }
  return malformed("the archive is broken");
}

struct FileCloser {
  void operator()(zip_file_t* file) const { zip_fclose(file); }
};

}  // namespace

std::string zip_version() { return zip_libzip_version(); }

ZipArchive::ZipArchive() = default;
ZipArchive::~ZipArchive() = default;

void ZipArchive::Closer::operator()(zip* archive) const { zip_discard(archive); }

Verdict ZipArchive::open(int descriptor) {
  struct stat status{};
  UniqueFd own(::dup(descriptor));
  if (!own || ::fstat(own.get(), &status) != 0) return malformed("the file cannot be read");
  // Before libzip makes a list of them, which takes memory for each.
  int code = 0;
  archive_.reset(zip_fdopen(own.get(), 0, &code));
  if (archive_ == nullptr) return verdict_of(code);
  own.release();  // It is libzip's now.
  return look_at_entries(static_cast<std::uint64_t>(status.st_size));
}

Verdict ZipArchive::look_at_entries(std::uint64_t file_bytes) {
  const zip_int64_t count = zip_get_num_entries(archive_.get(), 0);
  if (count < 0) return malformed("the archive is broken");
  if (std::cmp_greater(count, limits::document_entries_max)) {
    return too_large("the archive has more than " + std::to_string(limits::document_entries_max) +
                     " entries");
  }
  std::uint64_t compressed_bytes = 0;
  for (zip_uint64_t index = 0; std::cmp_less(index, count); ++index) {
    zip_stat_t entry;
    zip_stat_init(&entry);
    constexpr zip_uint64_t needed =
        ZIP_STAT_NAME | ZIP_STAT_COMP_SIZE | ZIP_STAT_COMP_METHOD | ZIP_STAT_ENCRYPTION_METHOD;
    if (zip_stat_index(archive_.get(), index, ZIP_FL_ENC_RAW, &entry) != 0 ||
        (entry.valid & needed) != needed) {
      return malformed("an entry of the archive is broken");
    }
    if (entry.encryption_method != ZIP_EM_NONE) {
      return {.outcome = Outcome::encrypted, .detail = "the archive is encrypted"};
    }
    // Each size fits into the file, and so the sum of two of them into 64 bits.
    if (entry.comp_size > file_bytes || entry.comp_size > file_bytes - compressed_bytes) {
      return malformed("the entries of the archive overlap");
    }
    compressed_bytes += entry.comp_size;
    if (entry.comp_method == ZIP_CM_STORE || entry.comp_method == ZIP_CM_DEFLATE) {
      parts_.push_back({.name = entry.name, .index = index});
    }
  }
  return {};
}

Verdict ZipArchive::read(const ZipPart& part, const std::function<bool(Bytes)>& take) {
  const std::unique_ptr<zip_file_t, FileCloser> file(
      zip_fopen_index(archive_.get(), part.index, 0));
  if (file == nullptr) return verdict_of(zip_error_code_zip(zip_get_error(archive_.get())));
  std::array<std::byte, 32'768> piece{};
  std::uint64_t part_bytes = 0;
  for (;;) {
    const zip_int64_t size = zip_fread(file.get(), piece.data(), piece.size());
    if (size < 0) return verdict_of(zip_error_code_zip(zip_file_get_error(file.get())));
    if (size == 0) return {};
    part_bytes += static_cast<std::uint64_t>(size);
    inflated_bytes_ += static_cast<std::uint64_t>(size);
    if (part_bytes > limits::document_part_bytes_max) {
      return too_large("a part of the document inflates to more than " +
                       std::to_string(limits::document_part_bytes_max) + " bytes");
    }
    if (inflated_bytes_ > limits::document_parts_bytes_max) {
      return too_large("the parts of the document inflate to more than " +
                       std::to_string(limits::document_parts_bytes_max) + " bytes");
    }
    if (!take(Bytes(piece).first(static_cast<std::size_t>(size)))) return {};
  }
}

}  // namespace argot::documents
