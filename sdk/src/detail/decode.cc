#include "detail/decode.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "json/reader.h"
#include "json/writer.h"

namespace argot::openai {
inline namespace v0 {
namespace detail {
namespace {

// A page of 10,000 files whose names are all escapes has 25 MiB and 100,000 values.
constexpr json::Bounds bounds = {.bytes_max = std::size_t{64} << 20U, .values_max = 1'000'000};

// Up to here every integer is a double of its own.
constexpr double exactDoubleMax = 9'007'199'254'740'992.0;

std::string compact(const json::Value& value) {
  std::string out;
  json::Writer writer(out);
  value.write_to(writer);
  return out;
}

std::string_view typeName(json::Kind kind) {
  switch (kind) {
    case json::Kind::null:
      return "null";
    case json::Kind::boolean:
      return "boolean";
    case json::Kind::number:
      return "number";
    case json::Kind::string:
      return "string";
    case json::Kind::array:
      return "array";
    case json::Kind::object:
      return "object";
  }
  std::unreachable();
}

ValidationIssue wrongType(std::string path, std::string_view expected, std::string_view received) {
  std::string message = "Required";
  if (received != "undefined") {
    message = "Expected " + std::string(expected) + ", received " + std::string(received);
  }
  return {.path = std::move(path),
          .message = std::move(message),
          .code = "invalid_type",
          .expected = std::string(expected),
          .received = std::string(received)};
}

// Takes known fields out of an object and notes what does not fit; extra() is the rest.
class Fields {
 public:
  // Borrows both. A value that is no object has no fields, and one issue.
  Fields(const json::Value& value, std::string path, Issues& issues)
      : value_(value), path_(std::move(path)), issues_(issues) {
    constexpr std::size_t usual = 12;
    known_.reserve(usual);
    isObject_ = value.kind() == json::Kind::object;
    if (!isObject_) issues_.push_back(wrongType(path_, "object", typeName(value.kind())));
  }

  std::string pathOf(std::string_view key) const {
    return path_.empty() ? std::string(key) : path_ + "." + std::string(key);
  }

  // Null counts as absent.
  std::optional<std::string> optionalString(std::string_view key) {
    return string(key, present(key));
  }
  std::optional<std::int64_t> optionalInteger(std::string_view key) {
    return integer(key, present(key));
  }
  std::optional<bool> optionalBoolean(std::string_view key) { return boolean(key, present(key)); }
  // Null where there is none.
  const json::Value* optionalValue(std::string_view key) { return present(key); }

  std::string requiredString(std::string_view key) {
    return string(key, required(key, "string")).value_or("");
  }
  std::int64_t requiredInteger(std::string_view key) {
    return integer(key, required(key, "number")).value_or(0);
  }
  bool requiredBoolean(std::string_view key) {
    return boolean(key, required(key, "boolean")).value_or(false);
  }
  std::span<const json::Value> requiredArray(std::string_view key) {
    const json::Value* const found = required(key, "array");
    if (found == nullptr || !hasKind(key, *found, json::Kind::array)) return {};
    return found->items();
  }

  // Nothing but `wanted` may stand there, if anything does.
  void literal(std::string_view key, std::string_view wanted) {
    const json::Value* const found = present(key);
    if (found == nullptr) return;
    const std::string* const text = found->string();
    if (text != nullptr && *text == wanted) return;
    issues_.push_back({.path = pathOf(key),
                       .message = "Invalid literal value, expected \"" + std::string(wanted) + "\"",
                       .code = "invalid_literal",
                       .expected = std::string(wanted),
                       .received = text != nullptr ? *text : compact(*found)});
  }

  // All members whose names nobody asked for.
  ExtraFields extra() const {
    ExtraFields rest;
    if (found_ == value_.members().size()) return rest;
    for (const json::Member& member : value_.members()) {
      if (std::ranges::find(known_, member.key) != known_.end()) continue;
      rest.emplace_back(member.key, compact(member.value));
    }
    return rest;
  }

 private:
  const json::Value* find(std::string_view key) {
    known_.push_back(key);
    const json::Value* const found = value_.find(key);
    if (found != nullptr) ++found_;
    return found;
  }

  const json::Value* present(std::string_view key) {
    const json::Value* const found = find(key);
    return found == nullptr || found->is_null() ? nullptr : found;
  }

  const json::Value* required(std::string_view key, std::string_view expected) {
    const json::Value* const found = find(key);
    if (found != nullptr && !found->is_null()) return found;
    if (isObject_) {
      issues_.push_back(wrongType(pathOf(key), expected, found == nullptr ? "undefined" : "null"));
    }
    return nullptr;
  }

  bool hasKind(std::string_view key, const json::Value& value, json::Kind kind) {
    if (value.kind() == kind) return true;
    issues_.push_back(wrongType(pathOf(key), typeName(kind), typeName(value.kind())));
    return false;
  }

  std::optional<std::string> string(std::string_view key, const json::Value* value) {
    if (value == nullptr || !hasKind(key, *value, json::Kind::string)) return std::nullopt;
    return *value->string();
  }

  std::optional<bool> boolean(std::string_view key, const json::Value* value) {
    if (value == nullptr || !hasKind(key, *value, json::Kind::boolean)) return std::nullopt;
    return value->boolean();
  }

  // 8.0 is an integer as well: there are writers that know no others.
  std::optional<std::int64_t> integer(std::string_view key, const json::Value* value) {
    if (value == nullptr || !hasKind(key, *value, json::Kind::number)) return std::nullopt;
    if (const auto exact = value->signed_integer()) return exact;
    const double number = *value->number();
    if (std::trunc(number) != number) {
      issues_.push_back(wrongType(pathOf(key), "integer", "float"));
      return std::nullopt;
    }
    if (std::abs(number) <= exactDoubleMax) return static_cast<std::int64_t>(number);
    issues_.push_back({.path = pathOf(key),
                       .message = "Number does not fit an integer of 64 bits",
                       .code = number > 0 ? "too_big" : "too_small",
                       .expected = "integer of 64 bits",
                       .received = compact(*value)});
    return std::nullopt;
  }

  const json::Value& value_;
  std::string path_;
  Issues& issues_;
  bool isObject_ = false;
  std::vector<std::string_view> known_;  // each asked for once
  std::size_t found_ = 0;                // of them
};

OpenAIFile readFile(const json::Value& value, std::string path, Issues& issues) {
  Fields fields(value, std::move(path), issues);
  OpenAIFile file;
  file.id = fields.requiredString("id");
  file.bytes = fields.requiredInteger("bytes");
  file.createdAt = fields.requiredInteger("created_at");
  file.expiresAt = fields.optionalInteger("expires_at");
  file.filename = fields.requiredString("filename");
  fields.literal("object", "file");
  file.purpose = fields.requiredString("purpose");
  if (auto status = fields.optionalString("status")) file.status = *std::move(status);
  file.statusDetails = fields.optionalString("status_details");
  file.extra = fields.extra();
  return file;
}

ListFilesResponse readList(const json::Value& value, std::string path, Issues& issues) {
  Fields fields(value, std::move(path), issues);
  ListFilesResponse page;
  const std::span<const json::Value> items = fields.requiredArray("data");
  page.data.reserve(items.size());
  for (std::size_t i = 0; i < items.size(); ++i) {
    page.data.push_back(readFile(items[i], fields.pathOf("data." + std::to_string(i)), issues));
  }
  fields.literal("object", "list");
  page.hasMore = fields.optionalBoolean("has_more").value_or(false);
  page.firstId = fields.optionalString("first_id");
  page.lastId = fields.optionalString("last_id");
  page.extra = fields.extra();
  return page;
}

DeleteFileResponse readDeleted(const json::Value& value, std::string path, Issues& issues) {
  Fields fields(value, std::move(path), issues);
  DeleteFileResponse deleted;
  deleted.id = fields.requiredString("id");
  fields.literal("object", "file");
  deleted.deleted = fields.requiredBoolean("deleted");
  deleted.extra = fields.extra();
  return deleted;
}

Upload readUpload(const json::Value& value, std::string path, Issues& issues) {
  Fields fields(value, std::move(path), issues);
  Upload upload;
  upload.id = fields.requiredString("id");
  fields.literal("object", "upload");
  upload.bytes = fields.requiredInteger("bytes");
  upload.createdAt = fields.requiredInteger("created_at");
  upload.filename = fields.requiredString("filename");
  upload.purpose = fields.requiredString("purpose");
  upload.status = fields.requiredString("status");
  upload.expiresAt = fields.optionalInteger("expires_at").value_or(0);
  if (const json::Value* const file = fields.optionalValue("file")) {
    upload.file = readFile(*file, fields.pathOf("file"), issues);
  }
  upload.extra = fields.extra();
  return upload;
}

UploadPart readUploadPart(const json::Value& value, std::string path, Issues& issues) {
  Fields fields(value, std::move(path), issues);
  UploadPart part;
  part.id = fields.requiredString("id");
  fields.literal("object", "upload.part");
  part.createdAt = fields.requiredInteger("created_at");
  part.uploadId = fields.requiredString("upload_id");
  part.extra = fields.extra();
  return part;
}

UploadCheckpoint readCheckpoint(const json::Value& value, std::string path, Issues& issues) {
  Fields fields(value, std::move(path), issues);
  UploadCheckpoint checkpoint;
  checkpoint.uploadId = fields.requiredString("upload_id");
  checkpoint.expiresAt = fields.requiredInteger("expires_at");
  checkpoint.bytes = fields.requiredInteger("bytes");
  checkpoint.partBytes = fields.requiredInteger("part_bytes");
  const std::span<const json::Value> ids = fields.requiredArray("part_ids");
  for (std::size_t i = 0; i < ids.size(); ++i) {
    if (const std::string* const id = ids[i].string()) {
      checkpoint.partIds.push_back(*id);
    } else {
      issues.push_back(wrongType(fields.pathOf("part_ids." + std::to_string(i)), "string",
                                 typeName(ids[i].kind())));
    }
  }
  checkpoint.stamp = fields.requiredString("stamp");
  return checkpoint;
}

template <class T>
std::expected<T, Issues> decode(std::string_view text,
                                T (*read)(const json::Value&, std::string, Issues&)) {
  const argot::Result<json::Value> value = json::parse(text, bounds);
  if (!value) {
    return std::unexpected(
        Issues{{.path = {}, .message = value.error().detail, .code = "invalid_json"}});
  }
  Issues issues;
  T decoded = read(*value, {}, issues);
  if (!issues.empty()) return std::unexpected(std::move(issues));
  return decoded;
}

// Some servers send their status as the code: a number.
std::optional<std::string> textOf(const json::Value* value) {
  if (value == nullptr) return std::nullopt;
  if (const std::string* const text = value->string()) return *text;
  if (const auto number = value->signed_integer()) return std::to_string(*number);
  return std::nullopt;
}

}  // namespace

std::expected<OpenAIFile, Issues> decodeFile(std::string_view text) {
  return decode<OpenAIFile>(text, readFile);
}

std::expected<ListFilesResponse, Issues> decodeFileList(std::string_view text) {
  return decode<ListFilesResponse>(text, readList);
}

std::expected<DeleteFileResponse, Issues> decodeDeleted(std::string_view text) {
  return decode<DeleteFileResponse>(text, readDeleted);
}

std::expected<Upload, Issues> decodeUpload(std::string_view text) {
  return decode<Upload>(text, readUpload);
}

std::expected<UploadPart, Issues> decodeUploadPart(std::string_view text) {
  return decode<UploadPart>(text, readUploadPart);
}

std::expected<UploadCheckpoint, Issues> decodeCheckpoint(std::string_view text) {
  return decode<UploadCheckpoint>(text, readCheckpoint);
}

std::optional<ErrorResponse> decodeErrorResponse(std::string_view text) {
  const argot::Result<json::Value> value = json::parse(text, bounds);
  const json::Value* const error = value ? value->find("error") : nullptr;
  const json::Value* const message = error == nullptr ? nullptr : error->find("message");
  if (message == nullptr || message->string() == nullptr) return std::nullopt;
  return ErrorResponse{.message = *message->string(),
                       .type = textOf(error->find("type")).value_or(""),
                       .param = textOf(error->find("param")),
                       .code = textOf(error->find("code"))};
}

}  // namespace detail
}  // namespace v0
}  // namespace argot::openai
