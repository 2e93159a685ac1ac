// The requests of the operations that take no body.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace argot::openai {
inline namespace v0 {

struct ListFilesRequest {
  /// Only files of this purpose.
  std::optional<std::string> purpose{};
  /// Files a page, 1 to 10,000; the server's default is 10,000.
  std::optional<std::int64_t> limit{};
  /// By the time of creation: "asc" or "desc" (the server's default).
  std::optional<std::string> order{};
  /// The id after which the page begins.
  std::optional<std::string> after{};
};

struct DeleteFileRequest {
  std::string fileId{};
};

struct RetrieveFileRequest {
  std::string fileId{};
};

struct DownloadFileRequest {
  std::string fileId{};
};

}  // namespace v0
}  // namespace argot::openai
