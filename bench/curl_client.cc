// What a program without the SDK does: libcurl's easy interface with callbacks, one handle for all
// calls, its buffers as large as those of the SDK, no `Expect`. Takes the words of sdk_client.cc.

#include <curl/curl.h>
#include <fcntl.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <functional>
#include <iostream>
#include <memory>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/unique_fd.h"
#include "bench/client_report.h"

namespace argot::bench {
namespace {

using Taker = std::function<bool(std::string_view)>;

constexpr long buffer_bytes = 128L << 10;

template <auto Release>
struct Releaser {
  template <typename Resource>
  void operator()(Resource* resource) const {
    Release(resource);
  }
};

UniqueFd opened(const std::string& path, int flags) {
  UniqueFd file(::open(path.c_str(), flags | O_CLOEXEC, 0600));
  if (!file) throw std::runtime_error("cannot open " + path);
  return file;
}

// Of curl's read callback: the file that `file` names by its descriptor.
std::size_t on_read(char* room, std::size_t size, std::size_t count, void* file) {
  const ssize_t got = ::read(*static_cast<const int*>(file), room, size * count);
  return got < 0 ? CURL_READFUNC_ABORT : static_cast<std::size_t>(got);
}

std::size_t on_write(char* bytes, std::size_t size, std::size_t count, void* taker) {
  return (*static_cast<const Taker*>(taker))({bytes, size * count}) ? size * count : 0;
}

int on_progress(void* stop, curl_off_t /*down_total*/, curl_off_t /*down*/, curl_off_t /*up_total*/,
                curl_off_t /*up*/) {
  return static_cast<const std::stop_token*>(stop)->stop_requested() ? 1 : 0;
}

class CurlClient {
 public:
  CurlClient(std::string url, const std::string& key)
      : url_(std::move(url)), easy_(curl_easy_init()) {
    headers_.reset(curl_slist_append(nullptr, ("Authorization: Bearer " + key).c_str()));
    curl_slist_append(headers_.get(), "Expect:");
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_HTTPHEADER, headers_.get());
    set(CURLOPT_BUFFERSIZE, buffer_bytes);
    set(CURLOPT_UPLOAD_BUFFERSIZE, buffer_bytes);
    set(CURLOPT_WRITEFUNCTION, on_write);
  }

  /// Calls end when it is asked to stop. It is borrowed.
  void watch(const std::stop_token& stop) {
    set(CURLOPT_XFERINFOFUNCTION, on_progress);
    set(CURLOPT_XFERINFODATA, &stop);
    set(CURLOPT_NOPROGRESS, 0L);
  }

  /// The status, or 0 where a callback ended the call.
  long get(const std::string& path, const Taker& taker) {
    set(CURLOPT_HTTPGET, 1L);
    return perform(path, taker);
  }

  long upload(const std::string& path, const Taker& taker) {
    const UniqueFd file = opened(path, O_RDONLY);
    int descriptor = file.get();
    const std::unique_ptr<curl_mime, Releaser<curl_mime_free>> form(curl_mime_init(easy_.get()));
    curl_mimepart* part = curl_mime_addpart(form.get());
    curl_mime_name(part, "file");
    curl_mime_filename(part, std::filesystem::path(path).filename().c_str());
    curl_mime_data_cb(part, static_cast<curl_off_t>(std::filesystem::file_size(path)), on_read,
                      nullptr, nullptr, &descriptor);
    part = curl_mime_addpart(form.get());
    curl_mime_name(part, "purpose");
    curl_mime_data(part, "user_data", CURL_ZERO_TERMINATED);
    set(CURLOPT_MIMEPOST, form.get());
    const long status = perform("/files", taker);
    set(CURLOPT_MIMEPOST, nullptr);
    return status;
  }

 private:
  template <typename Value>
  void set(CURLoption option, Value value) {
    if (curl_easy_setopt(easy_.get(), option, value) != CURLE_OK) {
      throw std::runtime_error("curl does not know an option");
    }
  }

  long perform(const std::string& path, const Taker& taker) {
    set(CURLOPT_URL, (url_ + path).c_str());
    set(CURLOPT_WRITEDATA, &taker);
    const CURLcode code = curl_easy_perform(easy_.get());
    if (code == CURLE_ABORTED_BY_CALLBACK) return 0;
    if (code != CURLE_OK) throw std::runtime_error(curl_easy_strerror(code));
    long status = 0;
    curl_easy_getinfo(easy_.get(), CURLINFO_RESPONSE_CODE, &status);
    return status;
  }

  std::string url_;
  std::unique_ptr<CURL, Releaser<curl_easy_cleanup>> easy_;
  std::unique_ptr<curl_slist, Releaser<curl_slist_free_all>> headers_;
};

void expect_200(long status) {
  if (status != 200) throw std::runtime_error("status " + std::to_string(status));
}

bool write_all(const UniqueFd& file, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::write(file.get(), bytes.data(), bytes.size());
    if (count <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

void sync(const UniqueFd& file) {
  if (::fsync(file.get()) != 0) throw std::runtime_error("cannot sync");
}

void download_to_file(CurlClient& client, const std::string& content, const std::string& path) {
  const UniqueFd file = opened(path, O_WRONLY | O_CREAT | O_TRUNC);
  expect_200(
      client.get(content, [&file](std::string_view bytes) { return write_all(file, bytes); }));
}

void download_synced(CurlClient& client, const std::string& content, const std::string& path) {
  const std::string part = path + ".part";
  download_to_file(client, content, part);
  sync(opened(part, O_RDONLY));
  std::filesystem::rename(part, path);
  sync(opened(std::filesystem::path(path).parent_path(), O_RDONLY | O_DIRECTORY));
}

std::uint64_t download(CurlClient& client, const std::string& id, const std::string& path,
                       const std::string& way) {
  const std::string content = "/files/" + id + "/content";
  if (way == "nowhere" || way == "memory") {
    std::uint64_t count = 0;
    std::string all;
    expect_200(client.get(content, [&](std::string_view bytes) {
      count += bytes.size();
      if (way == "memory") all += bytes;
      return true;
    }));
    return count;
  }
  if (way == "file") {
    download_to_file(client, content, path);
  } else {
    download_synced(client, content, path);
  }
  return std::filesystem::file_size(path);
}

// The reply as text: nobody reads it.
void retrieve(CurlClient& client, const std::string& id, double seconds) {
  const Measurement measurement;
  const auto begin = Clock::now();
  std::uint64_t calls = 0;
  std::string body;
  for (; seconds_since(begin) < seconds; ++calls) {
    body.clear();
    expect_200(client.get("/files/" + id, [&body](std::string_view bytes) {
      body += bytes;
      return true;
    }));
  }
  measurement.report(calls);
}

std::string id_of(std::string_view reply) {
  const std::size_t begin = reply.find("file-");
  return std::string(reply.substr(begin, reply.find('"', begin) - begin));
}

bool ignore(std::string_view /*bytes*/) { return true; }

bool is_stopped(CurlClient& client, const std::string& id, const std::string& path,
                const std::string& phase, const std::stop_token& stop) {
  client.watch(stop);
  if (phase == "upload") return client.upload(path, ignore) == 0;
  if (phase == "download") return client.get("/files/" + id + "/content", ignore) == 0;
  for (int attempt = 0; attempt < 3; ++attempt) {
    if (client.get("/files/" + id, ignore) == 0) return true;
    wait_until(Clock::now() + std::chrono::seconds(1), stop);
    if (stop.stop_requested()) return true;
  }
  return false;
}

void run(const std::vector<std::string>& words) {
  const std::string& command = words.at(0);
  const std::string& id = words.at(2);
  const char* const key = std::getenv("ARGOT_BENCH_KEY");
  CurlClient client(words.at(1), key == nullptr ? "" : key);
  if (command == "cancel") {
    report_latencies(std::stoi(words.at(5)), std::chrono::milliseconds(std::stoi(words.at(6))),
                     [&](const std::stop_token& stop) {
                       return is_stopped(client, id, words.at(3), words.at(4), stop);
                     });
    return;
  }
  expect_200(client.get("/files/" + id, ignore));
  if (command == "retrieve") return retrieve(client, id, std::stod(words.at(3)));
  const Measurement measurement;
  if (command == "upload") {
    std::string reply;
    expect_200(client.upload(words.at(3), [&reply](std::string_view bytes) {
      reply += bytes;
      return true;
    }));
    measurement.report(0, id_of(reply));
  } else {
    measurement.report(download(client, id, words.at(3), words.at(4)));
  }
}

}  // namespace
}  // namespace argot::bench

int main(int argc, char** argv) {
  curl_global_init(CURL_GLOBAL_DEFAULT);
  try {
    argot::bench::run({argv + 1, argv + argc});
  } catch (const std::exception& error) {
    std::cerr << "curl_client: " << error.what() << '\n';
    return 1;
  }
}
