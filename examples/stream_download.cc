// Downloads a file of any size in little memory: to a path, going on where an earlier run broke
// off, or line by line.
//
//   stream_download file-abc copy.jsonl
//   stream_download file-abc

#include <argot_open_ai/argot_open_ai.hpp>
#include <cstddef>
#include <exception>
#include <iostream>
#include <string>

namespace openai = argot::openai;

namespace {

void toPath(const openai::Files& files, const std::string& id, const std::string& path) {
  const openai::DownloadInfo info = files.downloadFileTo({.fileId = id}, path);
  std::cout << path << ": " << info.bytes << " bytes";
  if (info.resumedFrom > 0) std::cout << ", the first " << info.resumedFrom << " from before";
  std::cout << '\n';
}

void countLines(const openai::Files& files, const std::string& id) {
  openai::DownloadStream stream = files.openDownload({.fileId = id});
  std::size_t lines = 0;
  for (const openai::Result<std::string>& line : stream.lines()) {
    if (!line.unwrap().empty()) ++lines;
  }
  std::cout << lines << " records\n";
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2 && argc != 3) {
    std::cerr << "usage: stream_download ID [PATH]\n";
    return 2;
  }
  try {
    const openai::ArgotOpenAi argotOpenAi({.retryConfig = openai::RetryConfig::recommended()});
    if (argc == 3) {
      toPath(argotOpenAi.files, argv[1], argv[2]);
    } else {
      countLines(argotOpenAi.files, argv[1]);
    }
    return 0;
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
}
