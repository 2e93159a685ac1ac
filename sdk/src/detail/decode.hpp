// JSON texts of replies as the structs of models/components.hpp, with a list of what does not fit.
//
// Open where the API may grow (unknown fields are kept, unknown values of enumerations as well,
// null counts as absent), strict where a program would go on with nonsense: id, bytes, created_at,
// filename and purpose of a file, what an upload has of them, and the types of all known fields.
#pragma once

#include <expected>
#include <optional>
#include <string_view>
#include <vector>

#include "argot_open_ai/funcs/uploadsUploadFileChunked.hpp"
#include "argot_open_ai/models/components.hpp"
#include "argot_open_ai/models/errors.hpp"
#include "argot_open_ai/models/uploads.hpp"

namespace argot::openai {
inline namespace v0 {
namespace detail {

using Issues = std::vector<ValidationIssue>;

/// Of a whole text; what is no JSON is one issue of code "invalid_json". The error has all issues,
/// in the words of zod, which checks replies in the TypeScript SDK. A number without fraction is an
/// integer however it is written (8.0), as in JavaScript.
std::expected<OpenAIFile, Issues> decodeFile(std::string_view text);
std::expected<ListFilesResponse, Issues> decodeFileList(std::string_view text);
std::expected<DeleteFileResponse, Issues> decodeDeleted(std::string_view text);
std::expected<Upload, Issues> decodeUpload(std::string_view text);
std::expected<UploadPart, Issues> decodeUploadPart(std::string_view text);
/// What UploadCheckpoint::toJson wrote.
std::expected<UploadCheckpoint, Issues> decodeCheckpoint(std::string_view text);
/// Nothing where the text is no such object; a message is all it needs.
std::optional<ErrorResponse> decodeErrorResponse(std::string_view text);

}  // namespace detail
}  // namespace v0
}  // namespace argot::openai
