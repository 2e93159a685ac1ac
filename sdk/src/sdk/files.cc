#include "argot_open_ai/sdk/files.hpp"

#include <utility>

#include "argot_open_ai/funcs/filesCreateFile.hpp"
#include "argot_open_ai/funcs/filesDeleteFile.hpp"
#include "argot_open_ai/funcs/filesDownloadFile.hpp"
#include "argot_open_ai/funcs/filesListAllFiles.hpp"
#include "argot_open_ai/funcs/filesListFiles.hpp"
#include "argot_open_ai/funcs/filesOpenDownload.hpp"
#include "argot_open_ai/funcs/filesRetrieveFile.hpp"

namespace argot::openai {
inline namespace v0 {

ListFilesResponse Files::listFiles(const ListFilesRequest& request,
                                   const RequestOptions& options) const {
  return filesListFiles(core_, request, options).unwrap();
}

OpenAIFile Files::createFile(CreateFileRequest request, const RequestOptions& options) const {
  return filesCreateFile(core_, std::move(request), options).unwrap();
}

DeleteFileResponse Files::deleteFile(const DeleteFileRequest& request,
                                     const RequestOptions& options) const {
  return filesDeleteFile(core_, request, options).unwrap();
}

OpenAIFile Files::retrieveFile(const RetrieveFileRequest& request,
                               const RequestOptions& options) const {
  return filesRetrieveFile(core_, request, options).unwrap();
}

std::string Files::downloadFile(const DownloadFileRequest& request,
                                const RequestOptions& options) const {
  return filesDownloadFile(core_, request, options).unwrap();
}

FileRange Files::listAllFiles(const ListFilesRequest& request,
                              const RequestOptions& options) const {
  return FileRange(filesListAllFiles(core_, request, options));
}

DownloadInfo Files::downloadFileTo(const DownloadFileRequest& request, const std::string& path,
                                   const RequestOptions& options,
                                   const DownloadToOptions& to) const {
  return filesDownloadFileTo(core_, request, path, options, to).unwrap();
}

DownloadInfo Files::downloadFileTo(const DownloadFileRequest& request, std::ostream& stream,
                                   const RequestOptions& options) const {
  return filesDownloadFileTo(core_, request, stream, options).unwrap();
}

DownloadInfo Files::downloadFileTo(const DownloadFileRequest& request,
                                   const std::function<bool(std::span<const std::byte>)>& sink,
                                   const RequestOptions& options) const {
  return filesDownloadFileTo(core_, request, sink, options).unwrap();
}

DownloadStream Files::openDownload(const DownloadFileRequest& request,
                                   const RequestOptions& options) const {
  return filesOpenDownload(core_, request, options).unwrap();
}

OpenAIFile Files::waitForProcessing(const RetrieveFileRequest& request, const WaitOptions& wait,
                                    const RequestOptions& options) const {
  return filesWaitForProcessing(core_, request, wait, options).unwrap();
}

}  // namespace v0
}  // namespace argot::openai
