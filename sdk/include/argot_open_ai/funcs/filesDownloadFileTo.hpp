// Downloads a file to a path, a stream or a function.
#pragma once

#include <cstddef>
#include <iosfwd>
#include <span>
#include <string>

#include "argot_open_ai/core.hpp"
#include "argot_open_ai/lib/function.hpp"
#include "argot_open_ai/models/operations.hpp"
#include "argot_open_ai/types/download.hpp"

namespace argot::openai {
inline namespace v0 {

/// What a download to a file does with what is there already.
struct DownloadToOptions {
  /// Go on from PATH.part where an earlier download of the same content left one.
  bool resume = true;
};

/// Downloads to PATH.part, syncs it and renames it to `path`, which so is whole or not there; an
/// existing file is replaced. A download that breaks off leaves PATH.part, and PATH.part.note,
/// which says what it belongs to, for the next call to go on from, provided that the server gave a
/// strong ETag; otherwise, and where a 4XX refuses it, nothing is left that was not there before. A
/// second download to the same path at the same time is an InvalidRequestError, and so is a path
/// that cannot be written, or a PATH.part with bytes and no note; a disk that takes no more is an
/// UnexpectedClientError. A std::filesystem::path fits as well.
ARGOT_OPEN_AI_API Result<DownloadInfo> filesDownloadFileTo(
    const ArgotOpenAiCore& core, const DownloadFileRequest& request, const std::string& path,
    const RequestOptions& options = {}, const DownloadToOptions& to = {}) noexcept;

/// Downloads into a stream, which gets nothing unless the reply is a success. A stream that fails
/// ends the call as UnexpectedClientError.
ARGOT_OPEN_AI_API Result<DownloadInfo> filesDownloadFileTo(
    const ArgotOpenAiCore& core, const DownloadFileRequest& request, std::ostream& stream,
    const RequestOptions& options = {}) noexcept;

/// Hands the content to `sink`, piece after piece; it says whether it wants more, and ends the call
/// as RequestAbortedError where it does not.
ARGOT_OPEN_AI_API Result<DownloadInfo> filesDownloadFileTo(
    const ArgotOpenAiCore& core, const DownloadFileRequest& request,
    const std::function<bool(std::span<const std::byte>)>& sink,
    const RequestOptions& options = {}) noexcept;

}  // namespace v0
}  // namespace argot::openai
