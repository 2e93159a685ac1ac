// The objects of the Uploads API as structs, and the way between them and JSON; as file.h. What
// clients ask for is here, too: its errors name the field, and where one is nested, both names.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "json/writer.h"
#include "openai/file.h"

namespace argot::openai {

enum class UploadStatus { pending, completed, cancelled, expired };

std::string_view text_of(UploadStatus status);

struct Upload {
  std::string id;
  std::uint64_t bytes = 0;
  std::int64_t created_at = 0;  // seconds since 1970, as is
  std::int64_t expires_at = 0;  // the upload's, not the file's
  std::string filename;
  std::string purpose;
  UploadStatus status = UploadStatus::pending;
  std::optional<File> file;  // of one that is completed

  friend bool operator==(const Upload&, const Upload&) = default;
};

struct UploadPart {
  std::string id;
  std::int64_t created_at = 0;
  std::string upload_id;

  friend bool operator==(const UploadPart&, const UploadPart&) = default;
};

std::string encode(const Upload& upload, json::Form form = json::Form::pretty);
std::string encode(const UploadPart& part, json::Form form = json::Form::pretty);

Result<Upload> decode_upload(std::string_view text);
Result<UploadPart> decode_upload_part(std::string_view text);

// `expires_after`: only the file's creation is an anchor.
struct ExpiresAfter {
  std::string anchor;
  std::uint64_t seconds = 0;
};

struct CreateUploadRequest {
  std::string filename;
  std::string purpose;
  std::uint64_t bytes = 0;
  std::string mime_type;
  std::optional<ExpiresAfter> expires_after;
};

struct CompleteUploadRequest {
  std::vector<std::string> part_ids;
  std::optional<std::string> md5;
};

Result<CreateUploadRequest> decode_create_upload_request(std::string_view text);
Result<CompleteUploadRequest> decode_complete_upload_request(std::string_view text);

}  // namespace argot::openai
