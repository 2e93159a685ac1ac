// The objects of the Uploads API: files that come in parts.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "argot_open_ai/lib/export.hpp"
#include "argot_open_ai/models/components.hpp"
#include "argot_open_ai/types/blob.hpp"

namespace argot::openai {
inline namespace v0 {

/// How far an upload is.
class UploadStatus : public OpenEnum<UploadStatus> {
 public:
  using OpenEnum::OpenEnum;
  static constexpr std::string_view Pending = "pending";
  static constexpr std::string_view Completed = "completed";
  static constexpr std::string_view Cancelled = "cancelled";
  static constexpr std::string_view Expired = "expired";
  static constexpr std::string_view values[] = {Pending, Completed, Cancelled, Expired};
};

/// A file that comes in parts, or did.
struct ARGOT_OPEN_AI_API Upload {
  std::string id{};
  /// Always "upload".
  std::string object{"upload"};
  /// The size that the file is to have.
  std::int64_t bytes = 0;
  /// Seconds since 1970.
  std::int64_t createdAt = 0;
  std::string filename{};
  Purpose purpose{};
  UploadStatus status{};
  /// When the upload ends, and not the file.
  std::int64_t expiresAt = 0;
  /// Of one that is completed.
  std::optional<OpenAIFile> file{};
  ExtraFields extra{};

  /// As it stands on the wire, on one line.
  std::string toJson() const;
  friend bool operator==(const Upload&, const Upload&) = default;
  friend ARGOT_OPEN_AI_API std::ostream& operator<<(std::ostream& out, const Upload& upload);
};

/// What has come of an upload.
struct ARGOT_OPEN_AI_API UploadPart {
  std::string id{};
  /// Always "upload.part".
  std::string object{"upload.part"};
  /// Seconds since 1970.
  std::int64_t createdAt = 0;
  std::string uploadId{};
  ExtraFields extra{};

  std::string toJson() const;
  friend bool operator==(const UploadPart&, const UploadPart&) = default;
  friend ARGOT_OPEN_AI_API std::ostream& operator<<(std::ostream& out, const UploadPart& part);
};

struct CreateUploadRequest {
  std::string filename{};
  Purpose purpose{};
  /// Of all parts together.
  std::int64_t bytes = 0;
  std::string mimeType{"application/octet-stream"};
  /// When the file ends, counted from its creation.
  std::optional<ExpiresAfter> expiresAfter{};
};

struct AddUploadPartRequest {
  std::string uploadId{};
  /// Up to 64 MB.
  FileContent data{};
};

struct CompleteUploadRequest {
  std::string uploadId{};
  /// In the order of the content.
  std::vector<std::string> partIds{};
  /// Of the whole content, as hexadecimal digits; compared by the server.
  std::optional<std::string> md5{};
};

struct CancelUploadRequest {
  std::string uploadId{};
};

}  // namespace v0
}  // namespace argot::openai
