// The operations as methods, which throw what the standalone functions return.
#pragma once

#include <iosfwd>
#include <string>

#include "argot_open_ai/core.hpp"
#include "argot_open_ai/funcs/filesDownloadFileTo.hpp"
#include "argot_open_ai/funcs/filesWaitForProcessing.hpp"
#include "argot_open_ai/lib/function.hpp"
#include "argot_open_ai/models/components.hpp"
#include "argot_open_ai/models/operations.hpp"
#include "argot_open_ai/types/download.hpp"
#include "argot_open_ai/types/future.hpp"
#include "argot_open_ai/types/pagination.hpp"

namespace argot::openai {
inline namespace v0 {

/// Thread-safe; copies share their client. Every method throws one of the seven classes of
/// models/errors.hpp.
class ARGOT_OPEN_AI_API Files {
 public:
  explicit Files(ArgotOpenAiCore core);

  /// Returns a list of files that belong to the user's organization: one page of it.
  ListFilesResponse listFiles(const ListFilesRequest& request = {},
                              const RequestOptions& options = {}) const;
  /// Upload a file that can be used across various endpoints.
  OpenAIFile createFile(CreateFileRequest request, const RequestOptions& options = {}) const;
  /// Delete a file.
  DeleteFileResponse deleteFile(const DeleteFileRequest& request,
                                const RequestOptions& options = {}) const;
  /// Returns information about a specific file.
  OpenAIFile retrieveFile(const RetrieveFileRequest& request,
                          const RequestOptions& options = {}) const;
  /// Returns the contents of the specified file.
  std::string downloadFile(const DownloadFileRequest& request,
                           const RequestOptions& options = {}) const;

  /// Every file of the list; throws when it comes to a page that cannot be had.
  FileRange listAllFiles(const ListFilesRequest& request = {},
                         const RequestOptions& options = {}) const;
  /// As filesDownloadFileTo and filesOpenDownload.
  DownloadInfo downloadFileTo(const DownloadFileRequest& request, const std::string& path,
                              const RequestOptions& options = {},
                              const DownloadToOptions& to = {}) const;
  DownloadInfo downloadFileTo(const DownloadFileRequest& request, std::ostream& stream,
                              const RequestOptions& options = {}) const;
  DownloadInfo downloadFileTo(const DownloadFileRequest& request,
                              const std::function<bool(std::span<const std::byte>)>& sink,
                              const RequestOptions& options = {}) const;
  DownloadStream openDownload(const DownloadFileRequest& request,
                              const RequestOptions& options = {}) const;
  /// As filesWaitForProcessing.
  OpenAIFile waitForProcessing(const RetrieveFileRequest& request, const WaitOptions& wait = {},
                               const RequestOptions& options = {}) const;

  /// The same in the background; the futures throw. docs/sdk/async.md has what that means.
  Future<ListFilesResponse> listFilesAsync(ListFilesRequest request = {},
                                           RequestOptions options = {}) const;
  Future<OpenAIFile> createFileAsync(CreateFileRequest request, RequestOptions options = {}) const;
  Future<DeleteFileResponse> deleteFileAsync(DeleteFileRequest request,
                                             RequestOptions options = {}) const;
  Future<OpenAIFile> retrieveFileAsync(RetrieveFileRequest request,
                                       RequestOptions options = {}) const;
  Future<std::string> downloadFileAsync(DownloadFileRequest request,
                                        RequestOptions options = {}) const;
  Future<DownloadInfo> downloadFileToAsync(DownloadFileRequest request, std::string path,
                                           RequestOptions options = {},
                                           DownloadToOptions to = {}) const;
  Future<DownloadInfo> downloadFileToAsync(DownloadFileRequest request,
                                           std::function<bool(std::span<const std::byte>)> sink,
                                           RequestOptions options = {}) const;
  Future<OpenAIFile> waitForProcessingAsync(RetrieveFileRequest request, WaitOptions wait = {},
                                            RequestOptions options = {}) const;

 private:
  ArgotOpenAiCore core_;
};

}  // namespace v0
}  // namespace argot::openai
