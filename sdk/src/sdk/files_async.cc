// The methods that run in the background.

#include <utility>

#include "argot_open_ai/funcs/filesCreateFileAsync.hpp"
#include "argot_open_ai/funcs/filesDeleteFileAsync.hpp"
#include "argot_open_ai/funcs/filesDownloadFileAsync.hpp"
#include "argot_open_ai/funcs/filesDownloadFileToAsync.hpp"
#include "argot_open_ai/funcs/filesListFilesAsync.hpp"
#include "argot_open_ai/funcs/filesRetrieveFileAsync.hpp"
#include "argot_open_ai/funcs/filesWaitForProcessingAsync.hpp"
#include "argot_open_ai/sdk/files.hpp"

namespace argot::openai {
inline namespace v0 {

Future<ListFilesResponse> Files::listFilesAsync(ListFilesRequest request,
                                                RequestOptions options) const {
  return Future<ListFilesResponse>(
      filesListFilesAsync(core_, std::move(request), std::move(options)));
}

Future<OpenAIFile> Files::createFileAsync(CreateFileRequest request, RequestOptions options) const {
  return Future<OpenAIFile>(filesCreateFileAsync(core_, std::move(request), std::move(options)));
}

Future<DeleteFileResponse> Files::deleteFileAsync(DeleteFileRequest request,
                                                  RequestOptions options) const {
  return Future<DeleteFileResponse>(
      filesDeleteFileAsync(core_, std::move(request), std::move(options)));
}

Future<OpenAIFile> Files::retrieveFileAsync(RetrieveFileRequest request,
                                            RequestOptions options) const {
  return Future<OpenAIFile>(filesRetrieveFileAsync(core_, std::move(request), std::move(options)));
}

Future<std::string> Files::downloadFileAsync(DownloadFileRequest request,
                                             RequestOptions options) const {
  return Future<std::string>(filesDownloadFileAsync(core_, std::move(request), std::move(options)));
}

Future<DownloadInfo> Files::downloadFileToAsync(DownloadFileRequest request, std::string path,
                                                RequestOptions options,
                                                DownloadToOptions to) const {
  return Future<DownloadInfo>(
      filesDownloadFileToAsync(core_, std::move(request), std::move(path), std::move(options), to));
}

Future<DownloadInfo> Files::downloadFileToAsync(
    DownloadFileRequest request, std::function<bool(std::span<const std::byte>)> sink,
    RequestOptions options) const {
  return Future<DownloadInfo>(
      filesDownloadFileToAsync(core_, std::move(request), std::move(sink), std::move(options)));
}

Future<OpenAIFile> Files::waitForProcessingAsync(RetrieveFileRequest request, WaitOptions wait,
                                                 RequestOptions options) const {
  return Future<OpenAIFile>(
      filesWaitForProcessingAsync(core_, std::move(request), wait, std::move(options)));
}

}  // namespace v0
}  // namespace argot::openai
