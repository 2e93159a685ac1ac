// Uploads a file in parts, several at a time, and goes on with an upload that broke off.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "argot_open_ai/core.hpp"
#include "argot_open_ai/lib/function.hpp"
#include "argot_open_ai/models/components.hpp"
#include "argot_open_ai/models/uploads.hpp"

namespace argot::openai {
inline namespace v0 {

/// How far an upload in parts has come: all that another call needs to go on with it, and another
/// process, by way of its JSON.
struct ARGOT_OPEN_AI_API UploadCheckpoint {
  std::string uploadId{};
  /// When the upload ends, in seconds since 1970.
  std::int64_t expiresAt = 0;
  /// Of the whole file, and of each part but the last.
  std::int64_t bytes = 0;
  std::int64_t partBytes = 0;
  /// In the order of the content; "" for those that are not there yet.
  std::vector<std::string> partIds{};
  /// Of the content; see Blob::stamp.
  std::string stamp{};

  std::string toJson() const;
  /// Error: SDKValidationError.
  static Result<UploadCheckpoint> fromJson(std::string_view text);
  friend bool operator==(const UploadCheckpoint&, const UploadCheckpoint&) = default;
};

/// How a file is sent in parts.
struct UploadChunkedOptions {
  /// 1 to 64 MiB; a file has up to 4,096 parts.
  std::int64_t partBytes = std::int64_t{64} << 20;
  /// Parts under way at the same time, 1 to 64.
  std::size_t parallel = 4;
  /// Of the whole file, as hexadecimal digits; compared by the server.
  std::optional<std::string> md5{};
  /// Go on with that upload: its partBytes count, and only the parts that it lacks are sent.
  std::optional<UploadCheckpoint> resume{};
  /// Called once the upload is announced, and after each of its parts. With it, or with `resume`,
  /// an upload that breaks off stays on the server, to be gone on with; else it is cancelled. What
  /// it throws ends the call as RequestAbortedError.
  std::function<void(const UploadCheckpoint&)> onCheckpoint{};
};

/// Announces the file, sends its parts, and completes it, in constant memory. The request is that
/// of filesCreateFile; its content has to be a Blob (a path or bytes), of which any part can be
/// sent again. Each request is tried again by the rules of the options, their timeout is for all
/// together, and progress counts the bytes of the file. With more than one part at a time these are
/// sent from the client's background thread, which then calls onProgress and onCheckpoint; never
/// two at once. The first request that fails for good ends the call with its error.
ARGOT_OPEN_AI_API Result<OpenAIFile> uploadsUploadFileChunked(
    const ArgotOpenAiCore& core, CreateFileRequest request, const UploadChunkedOptions& upload = {},
    const RequestOptions& options = {}) noexcept;

}  // namespace v0
}  // namespace argot::openai
