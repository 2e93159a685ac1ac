#include "openai/upload.h"

#include <array>
#include <utility>

#include "json/reader.h"
#include "openai/fields.h"
#include "openai/file_json.h"

namespace argot::openai {
namespace {

constexpr std::array<UploadStatus, 4> statuses = {UploadStatus::pending, UploadStatus::completed,
                                                  UploadStatus::cancelled, UploadStatus::expired};

void write(json::Writer& writer, const Upload& upload) {
  writer.begin_object();
  writer.key("id").string(upload.id);
  writer.key("object").string("upload");
  writer.key("bytes").integer(upload.bytes);
  writer.key("created_at").integer(upload.created_at);
  writer.key("filename").string(upload.filename);
  writer.key("purpose").string(upload.purpose);
  writer.key("status").string(text_of(upload.status));
  writer.key("expires_at").integer(upload.expires_at);
  if (upload.file) {
    writer.key("file");
    write(writer, *upload.file);
  }
  writer.end_object();
}

void write(json::Writer& writer, const UploadPart& part) {
  writer.begin_object();
  writer.key("id").string(part.id);
  writer.key("object").string("upload.part");
  writer.key("created_at").integer(part.created_at);
  writer.key("upload_id").string(part.upload_id);
  writer.end_object();
}

template <typename Object>
std::string encode_upload_object(const Object& object, json::Form form) {
  std::string out;
  json::Writer writer(out, form);
  write(writer, object);
  if (form == json::Form::pretty) out += '\n';
  return out;
}

Result<UploadStatus> decode_upload_status(const Fields& fields) {
  TRY(const std::string text, fields.string("status"));
  for (const UploadStatus status : statuses) {
    if (text == text_of(status)) return status;
  }
  return fields.wrong("status", "'pending', 'completed', 'cancelled' or 'expired'");
}

// The error of a field within a field.
std::unexpected<Error> within(std::string_view outer, Error error) {
  error.param = error.param.empty() ? std::string(outer) : std::string(outer) + "." + error.param;
  return std::unexpected(std::move(error));
}

Result<ExpiresAfter> read_expires_after(const json::Value& value) {
  TRY(const Fields fields, Fields::of(value, ""));
  ExpiresAfter expires_after;
  TRY(expires_after.anchor, fields.string("anchor"));
  TRY(expires_after.seconds, fields.unsigned_integer("seconds"));
  return expires_after;
}

}  // namespace

std::string_view text_of(UploadStatus status) {
  switch (status) {
    case UploadStatus::pending:
      return "pending";
    case UploadStatus::completed:
      return "completed";
    case UploadStatus::cancelled:
      return "cancelled";
    case UploadStatus::expired:
      return "expired";
  }
  std::unreachable();
}

std::string encode(const Upload& upload, json::Form form) {
  return encode_upload_object(upload, form);
}
std::string encode(const UploadPart& part, json::Form form) {
  return encode_upload_object(part, form);
}

Result<Upload> decode_upload(std::string_view text) {
  TRY(const json::Value value, json::parse(text));
  TRY(const Fields fields, Fields::of(value, "upload"));
  Upload upload;
  TRY(upload.id, fields.string("id"));
  TRY(upload.bytes, fields.unsigned_integer("bytes"));
  TRY(upload.created_at, fields.signed_integer("created_at"));
  TRY(upload.filename, fields.string("filename"));
  TRY(upload.purpose, fields.string("purpose"));
  TRY(upload.status, decode_upload_status(fields));
  TRY(upload.expires_at, fields.signed_integer("expires_at"));
  if (const json::Value* const file = fields.find("file")) {
    auto read = read_file(*file);
    if (!read) return within("file", std::move(read).error());
    upload.file = *std::move(read);
  }
  return upload;
}

Result<UploadPart> decode_upload_part(std::string_view text) {
  TRY(const json::Value value, json::parse(text));
  TRY(const Fields fields, Fields::of(value, "upload.part"));
  UploadPart part;
  TRY(part.id, fields.string("id"));
  TRY(part.created_at, fields.signed_integer("created_at"));
  TRY(part.upload_id, fields.string("upload_id"));
  return part;
}

Result<CreateUploadRequest> decode_create_upload_request(std::string_view text) {
  TRY(const json::Value value, json::parse(text));
  TRY(const Fields fields, Fields::of(value, "upload"));
  CreateUploadRequest request;
  TRY(request.filename, fields.string("filename"));
  TRY(request.purpose, fields.string("purpose"));
  TRY(request.bytes, fields.unsigned_integer("bytes"));
  TRY(request.mime_type, fields.string("mime_type"));
  if (const json::Value* const expires_after = fields.find("expires_after")) {
    auto read = read_expires_after(*expires_after);
    if (!read) return within("expires_after", std::move(read).error());
    request.expires_after = *std::move(read);
  }
  return request;
}

Result<CompleteUploadRequest> decode_complete_upload_request(std::string_view text) {
  TRY(const json::Value value, json::parse(text));
  TRY(const Fields fields, Fields::of(value, "upload"));
  const json::Value* const ids = fields.find("part_ids");
  if (ids == nullptr || ids->kind() != json::Kind::array) {
    return fields.wrong("part_ids", "an array of strings");
  }
  CompleteUploadRequest request;
  request.part_ids.reserve(ids->items().size());
  for (const json::Value& id : ids->items()) {
    if (id.string() == nullptr) return fields.wrong("part_ids", "an array of strings");
    request.part_ids.push_back(*id.string());
  }
  TRY(request.md5, fields.optional_string("md5"));
  return request;
}

}  // namespace argot::openai
