// The objects of the Files API as structs, and the way between them and JSON. Only this folder
// knows the names and the order of their fields; the server writes them, the clients read them.
//
// Encoding leaves unset optionals out, gives `form` its shape and, if pretty, ends with a new line.
// Decoding ignores unknown fields and takes null for absent. Its error is invalid_request, whose
// detail names the field, what was expected and what came.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "json/writer.h"

namespace argot::openai {

enum class FileStatus { uploaded, processed, error };

std::string_view text_of(FileStatus status);

struct File {
  std::string id;
  std::uint64_t bytes = 0;
  std::int64_t created_at = 0;  // seconds since 1970
  std::optional<std::int64_t> expires_at;
  std::string filename;
  std::string purpose;
  FileStatus status = FileStatus::processed;
  std::optional<std::string> status_details;

  friend bool operator==(const File&, const File&) = default;
};

// One page of a list.
struct FilePage {
  std::vector<File> data;
  bool has_more = false;

  // The ends of `data`, which the wire names too; empty if there is none.
  std::string_view first_id() const;
  std::string_view last_id() const;

  friend bool operator==(const FilePage&, const FilePage&) = default;
};

struct DeletedFile {
  std::string id;
  bool deleted = true;

  friend bool operator==(const DeletedFile&, const DeletedFile&) = default;
};

std::string encode(const File& file, json::Form form = json::Form::pretty);
std::string encode(const FilePage& page, json::Form form = json::Form::pretty);
std::string encode(const DeletedFile& deleted, json::Form form = json::Form::pretty);

Result<File> decode_file(std::string_view text);
// Old servers say nothing of has_more; then there is no more.
Result<FilePage> decode_file_page(std::string_view text);
Result<DeletedFile> decode_deleted_file(std::string_view text);

}  // namespace argot::openai
