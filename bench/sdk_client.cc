// The SDK under measurement. bench/run_sdk.py starts it beside its rivals, which take the same
// words.
//
//   sdk_client upload URL ID PATH WAY
//   sdk_client download URL ID PATH nowhere|file|synced|memory
//   sdk_client retrieve URL ID SECONDS
//   sdk_client cancel URL ID PATH upload|download|silent|backoff COUNT MILLISECONDS
//
// The key is in ARGOT_BENCH_KEY. ID is of a file that is there, and opens the connection.

#include <fcntl.h>
#include <unistd.h>

#include <argot_open_ai/argot_open_ai.hpp>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "base/unique_fd.h"
#include "bench/client_report.h"

namespace argot::bench {
namespace {

using openai::ArgotOpenAi;
using openai::RequestOptions;

std::string upload(const ArgotOpenAi& sdk, const std::string& path,
                   const RequestOptions& options = {}) {
  return sdk.files.createFile({.file = openai::openAsBlob(path), .purpose = "user_data"}, options)
      .id;
}

std::uint64_t download_nowhere(const ArgotOpenAi& sdk, const std::string& id,
                               const RequestOptions& options = {}) {
  const auto ignore = [](std::span<const std::byte>) { return true; };
  return sdk.files.downloadFileTo({.fileId = id}, ignore, options).bytes;
}

// As the rivals do it: the bytes as they come, and no sync.
std::uint64_t download_to_file(const ArgotOpenAi& sdk, const std::string& id,
                               const std::string& path) {
  const UniqueFd file(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  const auto write_all = [&file](std::span<const std::byte> bytes) {
    while (!bytes.empty()) {
      const ssize_t count = ::write(file.get(), bytes.data(), bytes.size());
      if (count <= 0) return false;
      bytes = bytes.subspan(static_cast<std::size_t>(count));
    }
    return true;
  };
  return sdk.files.downloadFileTo({.fileId = id}, write_all).bytes;
}

std::uint64_t download(const ArgotOpenAi& sdk, const std::string& id, const std::string& path,
                       const std::string& way) {
  if (way == "nowhere") return download_nowhere(sdk, id);
  if (way == "file") return download_to_file(sdk, id, path);
  if (way == "synced") return sdk.files.downloadFileTo({.fileId = id}, path).bytes;
  if (way == "memory") return sdk.files.downloadFile({.fileId = id}).size();
  throw std::invalid_argument(way);
}

void retrieve(const ArgotOpenAi& sdk, const std::string& id, double seconds) {
  const Measurement measurement;
  const auto begin = Clock::now();
  std::uint64_t calls = 0;
  for (; seconds_since(begin) < seconds; ++calls) {
    if (sdk.files.retrieveFile({.fileId = id}).id != id) {
      throw std::runtime_error("another file");
    }
  }
  measurement.report(calls);
}

bool is_stopped(const ArgotOpenAi& sdk, const std::string& id, const std::string& path,
                const std::string& phase, const std::stop_token& stop) {
  RequestOptions options{.fetchOptions = {.signal = stop}};
  try {
    if (phase == "upload") {
      upload(sdk, path, options);
    } else if (phase == "download") {
      download_nowhere(sdk, id, options);
    } else {
      if (phase == "backoff") options.retries = openai::RetryConfig::recommended();
      (void)sdk.files.retrieveFile({.fileId = id}, options);
    }
  } catch (const openai::RequestAbortedError&) {
    return true;
  }
  return false;
}

void run(const std::vector<std::string>& words) {
  const std::string& command = words.at(0);
  const std::string& id = words.at(2);
  const ArgotOpenAi sdk({.apiKeyAuth = std::getenv("ARGOT_BENCH_KEY"), .serverURL = words.at(1)});
  if (command == "cancel") {
    report_latencies(std::stoi(words.at(5)), std::chrono::milliseconds(std::stoi(words.at(6))),
                     [&](const std::stop_token& stop) {
                       return is_stopped(sdk, id, words.at(3), words.at(4), stop);
                     });
    return;
  }
  (void)sdk.files.retrieveFile({.fileId = id});
  if (command == "retrieve") return retrieve(sdk, id, std::stod(words.at(3)));
  const Measurement measurement;
  if (command == "upload") {
    const std::string created = upload(sdk, words.at(3));
    measurement.report(0, created);
  } else if (command == "download") {
    measurement.report(download(sdk, id, words.at(3), words.at(4)));
  } else {
    throw std::invalid_argument(command);
  }
}

}  // namespace
}  // namespace argot::bench

int main(int argc, char** argv) {
  try {
    argot::bench::run({argv + 1, argv + argc});
  } catch (const std::exception& error) {
    std::cerr << "sdk_client: " << error.what() << '\n';
    return 1;
  }
}
