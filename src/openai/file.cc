#include "openai/file.h"

#include <array>
#include <utility>

#include "base/limits.h"
#include "json/reader.h"
#include "openai/fields.h"
#include "openai/file_json.h"

namespace argot::openai {
namespace {

// A page holds up to limits::page_size_max files: nine values each, and a name that may be all
// escapes, six bytes for one.
constexpr json::Bounds page_bounds = {
    .bytes_max = limits::page_size_max * (6 * limits::filename_bytes_max + 1_KiB),
    .values_max = limits::page_size_max * 16,
};

void write(json::Writer& writer, const FilePage& page) {
  writer.begin_object();
  writer.key("object").string("list");
  writer.key("data").begin_array();
  for (const File& file : page.data) write(writer, file);
  writer.end_array();
  writer.key("has_more").boolean(page.has_more);
  writer.key("first_id").string(page.first_id());
  writer.key("last_id").string(page.last_id());
  writer.end_object();
}

void write(json::Writer& writer, const DeletedFile& deleted) {
  writer.begin_object();
  writer.key("object").string("file");
  writer.key("deleted").boolean(deleted.deleted);
  writer.key("id").string(deleted.id);
  writer.end_object();
}

// Enough for most, so that the text is seldom moved while it grows.
constexpr std::size_t usual_file_bytes = 384;
std::size_t usual_bytes(const File& /*file*/) { return usual_file_bytes; }
std::size_t usual_bytes(const DeletedFile& /*file*/) { return usual_file_bytes; }
std::size_t usual_bytes(const FilePage& page) { return usual_file_bytes * (page.data.size() + 1); }

template <typename Object>
std::string encode_object(const Object& object, json::Form form) {
  std::string out;
  out.reserve(usual_bytes(object));
  json::Writer writer(out, form);
  write(writer, object);
  if (form == json::Form::pretty) out += '\n';
  return out;
}

Result<FileStatus> decode_status(const Fields& fields) {
  TRY(const std::string text, fields.string("status"));
  for (const FileStatus status : {FileStatus::uploaded, FileStatus::processed, FileStatus::error}) {
    if (text == text_of(status)) return status;
  }
  return fields.wrong("status", "'uploaded', 'processed' or 'error'");
}

}  // namespace

void write(json::Writer& writer, const File& file) {
  writer.begin_object();
  writer.key("object").string("file");
  writer.key("id").string(file.id);
  writer.key("purpose").string(file.purpose);
  writer.key("filename").string(file.filename);
  writer.key("bytes").integer(file.bytes);
  writer.key("created_at").integer(file.created_at);
  if (file.expires_at) writer.key("expires_at").integer(*file.expires_at);
  writer.key("status").string(text_of(file.status));
  if (file.status_details) writer.key("status_details").string(*file.status_details);
  writer.end_object();
}

Result<File> read_file(const json::Value& value) {
  TRY(const Fields fields, Fields::of(value, "file"));
  File file;
  TRY(file.id, fields.string("id"));
  TRY(file.bytes, fields.unsigned_integer("bytes"));
  TRY(file.created_at, fields.signed_integer("created_at"));
  TRY(file.expires_at, fields.optional_integer("expires_at"));
  TRY(file.filename, fields.string("filename"));
  TRY(file.purpose, fields.string("purpose"));
  TRY(file.status, decode_status(fields));
  TRY(file.status_details, fields.optional_string("status_details"));
  return file;
}

std::string_view text_of(FileStatus status) {
  switch (status) {
    case FileStatus::uploaded:
      return "uploaded";
    case FileStatus::processed:
      return "processed";
    case FileStatus::error:
      return "error";
  }
  std::unreachable();
}

std::string_view FilePage::first_id() const {
  return data.empty() ? std::string_view() : std::string_view(data.front().id);
}

std::string_view FilePage::last_id() const {
  return data.empty() ? std::string_view() : std::string_view(data.back().id);
}

std::string encode(const File& file, json::Form form) { return encode_object(file, form); }
std::string encode(const FilePage& page, json::Form form) { return encode_object(page, form); }
std::string encode(const DeletedFile& deleted, json::Form form) {
  return encode_object(deleted, form);
}

Result<File> decode_file(std::string_view text) {
  TRY(const json::Value value, json::parse(text));
  return read_file(value);
}

Result<FilePage> decode_file_page(std::string_view text) {
  TRY(const json::Value value, json::parse(text, page_bounds));
  TRY(const Fields fields, Fields::of(value, "list"));
  const json::Value* const data = fields.find("data");
  if (data == nullptr || data->kind() != json::Kind::array) return fields.wrong("data", "an array");
  FilePage page;
  page.data.reserve(data->items().size());
  for (const json::Value& item : data->items()) {
    TRY(File file, read_file(item));
    page.data.push_back(std::move(file));
  }
  TRY(const std::optional<bool> has_more, fields.optional_boolean("has_more"));
  page.has_more = has_more.value_or(false);
  return page;
}

Result<DeletedFile> decode_deleted_file(std::string_view text) {
  TRY(const json::Value value, json::parse(text));
  TRY(const Fields fields, Fields::of(value, "file"));
  DeletedFile deleted;
  TRY(deleted.id, fields.string("id"));
  TRY(const std::optional<bool> flag, fields.optional_boolean("deleted"));
  if (!flag) return fields.wrong("deleted", "a boolean");
  deleted.deleted = *flag;
  return deleted;
}

}  // namespace argot::openai
