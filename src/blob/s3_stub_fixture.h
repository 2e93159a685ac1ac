// A small S3 server in memory that goes wrong on command: for what a real server cannot be made to
// do.
#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/text.h"
#include "digest/sha256.h"
#include "tests/support/scripted_server.h"

namespace argot::blob {

inline std::string s3_reply(const std::string& status, const std::string& body = "",
                            const std::string& headers = "") {
  return "HTTP/1.1 " + status + "\r\n" + headers +
         "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

inline std::string s3_error(const std::string& status, const std::string& code) {
  return s3_reply(status, "<Error><Code>" + code + "</Code></Error>");
}

class S3Stub {
 public:
  using Connection = testing::ScriptedConnection;

  // What happens to a request instead of its answer. Nothing was done unless `is_done`.
  struct Fault {
    std::string at;  // what its first line has in it: "PUT /files", "partNumber=2"
    std::function<void(Connection&)> act;
    int times = 1;
    bool is_done = false;
  };

  // With TLS it takes content whose payload is not signed.
  explicit S3Stub(testing::ScriptedServer::Wrap wrap = {})
      : takes_unsigned_(static_cast<bool>(wrap)),
        server_([this](Connection& connection) { serve(connection); }, std::move(wrap)) {}

  void plant(Fault fault) {
    const std::scoped_lock lock(mutex_);
    faults_.push_back(std::move(fault));
  }
  void plant(std::string at, std::string reply, int times = 1) {
    plant({.at = std::move(at),
           .act = [text = std::move(reply)](Connection& connection) { connection.send(text); },
           .times = times});
  }

  const testing::ScriptedServer& server() const { return server_; }
  std::string location() const {
    return std::string("s3://files/p?endpoint=") + (takes_unsigned_ ? "https://" : "http://") +
           server_.address();
  }

  // The requests so far, whole.
  std::vector<std::string> requests() const {
    const std::scoped_lock lock(mutex_);
    return requests_;
  }
  // How many of them have `text` in their first line.
  std::size_t count(const std::string& text) const {
    const auto all = requests();
    return static_cast<std::size_t>(std::ranges::count_if(
        all, [&](const std::string& request) { return first_line(request).contains(text); }));
  }
  std::map<std::string, std::string> objects() const {
    const std::scoped_lock lock(mutex_);
    return objects_;
  }
  std::size_t uploads() const {
    const std::scoped_lock lock(mutex_);
    return uploads_.size();
  }

 private:
  struct Target {
    std::string method;
    std::string path;
    std::string query;
  };

  static std::string first_line(const std::string& request) {
    return request.substr(0, request.find("\r\n"));
  }

  void serve(Connection& connection) {
    for (;;) {
      const std::string request = connection.read_request();
      if (request.empty()) return;
      std::optional<Fault> fault;
      {
        const std::scoped_lock lock(mutex_);
        requests_.push_back(request);
        const auto found = std::ranges::find_if(faults_, [&](const Fault& planted) {
          return planted.times > 0 && first_line(request).contains(planted.at);
        });
        if (found != faults_.end()) {
          fault = *found;
          --found->times;
        }
      }
      if (fault) {
        if (fault->is_done) answer(request);
        fault->act(connection);
      } else {
        connection.send(answer(request));
      }
    }
  }

  std::string answer(const std::string& request) {
    const std::string line = first_line(request);
    const std::size_t path_at = line.find(' ') + 1;
    const std::string path_and_query = line.substr(path_at, line.rfind(' ') - path_at);
    const std::size_t question = std::min(path_and_query.find('?'), path_and_query.size());
    const Target target{.method = line.substr(0, path_at - 1),
                        .path = path_and_query.substr(0, question),
                        .query = path_and_query.substr(question)};
    const std::string body = request.substr(request.find("\r\n\r\n") + 4);
    const std::string digest = digest::sha256_of(as_bytes(body)).hex();
    const bool is_good = request.contains("x-amz-content-sha256: " + digest) ||
                         (takes_unsigned_ && target.method == "PUT" &&
                          request.contains("x-amz-content-sha256: UNSIGNED-PAYLOAD\r\n"));
    if (!is_good) {
      return s3_error("400 Bad Request", "XAmzContentSHA256Mismatch");
    }
    const std::scoped_lock lock(mutex_);
    if (target.path == "/files") return answer_list(target);
    if (target.query.contains("uploadId=")) return answer_part(target, body);
    if (target.method == "POST") {
      const std::string id = "u" + std::to_string(++last_upload_);
      uploads_[id];
      return s3_reply("200 OK", "<InitiateMultipartUploadResult><UploadId>" + id +
                                    "</UploadId></InitiateMultipartUploadResult>");
    }
    if (target.method == "DELETE") {
      objects_.erase(target.path);
      return s3_reply("204 No Content");
    }
    if (target.method == "PUT") {
      const bool is_conditional = request.contains("If-None-Match: *");
      if (is_conditional && objects_.contains(target.path)) {
        return s3_error("412 Precondition Failed", "PreconditionFailed");
      }
      objects_[target.path] = body;
      return s3_reply("200 OK", "", "ETag: \"e\"\r\n");
    }
    return answer_read(target, request);
  }

  // The whole list at once; of uploads, none.
  std::string answer_list(const Target& target) {
    std::string list;
    if (target.query.contains("list-type=2")) {
      for (const auto& [path, content] : objects_) {
        list += "<Contents><Key>" + path.substr(std::string_view("/files/").size()) +
                "</Key><LastModified>2026-01-01T00:00:00.000Z</LastModified><Size>" +
                std::to_string(content.size()) + "</Size></Contents>";
      }
    }
    return s3_reply("200 OK", "<ListBucketResult>" + list + "</ListBucketResult>");
  }

  std::string answer_part(const Target& target, const std::string& body) {
    const std::size_t id_at = target.query.find("uploadId=") + 9;
    const std::string id = target.query.substr(id_at, target.query.find('&', id_at) - id_at);
    const auto upload = uploads_.find(id);
    if (upload == uploads_.end()) return s3_error("404 Not Found", "NoSuchUpload");
    if (target.method == "DELETE") {
      uploads_.erase(upload);
      return s3_reply("204 No Content");
    }
    if (target.method == "PUT") {
      const std::size_t number_at = target.query.find("partNumber=") + 11;
      const std::string number =
          target.query.substr(number_at, target.query.find('&', number_at) - number_at);
      upload->second[*parse_decimal(number)] = body;
      return s3_reply("200 OK", "", "ETag: \"part" + number + "\"\r\n");
    }
    std::string content;
    std::string expected;
    for (const auto& [number, part] : upload->second) {
      content += part;
      expected += "<Part><PartNumber>" + std::to_string(number) + "</PartNumber><ETag>&quot;part" +
                  std::to_string(number) + "&quot;</ETag></Part>";
    }
    if (!body.contains(">" + expected + "<")) return s3_error("400 Bad Request", "InvalidPart");
    objects_[target.path] = content;
    uploads_.erase(upload);
    return s3_reply("200 OK", "<CompleteMultipartUploadResult/>");
  }

  std::string answer_read(const Target& target, const std::string& request) {
    const auto object = objects_.find(target.path);
    if (object == objects_.end()) return s3_error("404 Not Found", "NoSuchKey");
    const std::string& content = object->second;
    if (target.method == "HEAD") {
      return "HTTP/1.1 200 OK\r\nETag: \"e\"\r\nContent-Length: " + std::to_string(content.size()) +
             "\r\n\r\n";
    }
    const std::size_t range_at = request.find("Range: bytes=") + 13;
    const std::string range = request.substr(range_at, request.find("\r\n", range_at) - range_at);
    const std::size_t dash = range.find('-');
    const std::uint64_t begin = *parse_decimal(range.substr(0, dash));
    const std::uint64_t last = *parse_decimal(range.substr(dash + 1));
    return s3_reply(
        "206 Partial Content", content.substr(begin, last - begin + 1),
        "Content-Range: bytes " + range + "/" + std::to_string(content.size()) + "\r\n");
  }

  const bool takes_unsigned_;
  mutable std::mutex mutex_;  // Guards all but the server.
  std::vector<std::string> requests_;
  std::vector<Fault> faults_;
  std::map<std::string, std::string> objects_;
  std::map<std::string, std::map<std::uint64_t, std::string>> uploads_;
  int last_upload_ = 0;
  testing::ScriptedServer server_;  // last: its threads use the above
};

}  // namespace argot::blob
