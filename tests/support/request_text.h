// Requests as bytes, the way clients write them.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "http/message.h"

namespace argot::testing {

// A request's head and body. bytes() adds Host, and Content-Length where there is a body or the
// method usually has one; `headers` that say either themselves win.
struct RequestText {
  std::string method = "GET";
  std::string target = "/";
  std::vector<http::Header> headers;
  std::string body;

  RequestText& header(std::string name, std::string value) {
    headers.push_back({std::move(name), std::move(value)});
    return *this;
  }

  RequestText& key(const std::string& key) { return header("Authorization", "Bearer " + key); }

  std::string bytes() const {
    std::string text = method + " " + target + " HTTP/1.1\r\n";
    bool says_host = false;
    bool says_length = false;
    for (const auto& [name, value] : headers) {
      text += name + ": " + value + "\r\n";
      says_host = says_host || name == "Host";
      says_length = says_length || name == "Content-Length" || name == "Transfer-Encoding";
    }
    if (!says_host) text += "Host: argot.test\r\n";
    if (!says_length && (!body.empty() || method == "POST")) {
      text += "Content-Length: " + std::to_string(body.size()) + "\r\n";
    }
    return text + "\r\n" + body;
  }
};

// `body` in the chunked coding, in chunks of at most `chunk_bytes`.
inline std::string chunked(std::string_view body, std::size_t chunk_bytes = 1'000) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  while (!body.empty()) {
    const std::string_view chunk = body.substr(0, chunk_bytes);
    std::string size;
    for (std::size_t rest = chunk.size(); rest > 0; rest /= 16) {
      size.insert(size.begin(), digits[rest % 16]);
    }
    text += size + "\r\n" + std::string(chunk) + "\r\n";
    body.remove_prefix(chunk.size());
  }
  return text + "0\r\n\r\n";
}

// A multipart/form-data body.
class FormText {
 public:
  explicit FormText(std::string boundary = "----argot-test") : boundary_(std::move(boundary)) {}

  FormText& field(std::string_view name, std::string_view value) {
    return part("Content-Disposition: form-data; name=\"" + std::string(name) + "\"\r\n", value);
  }

  FormText& file(std::string_view filename, std::string_view content,
                 std::string_view name = "file") {
    return part("Content-Disposition: form-data; name=\"" + std::string(name) + "\"; filename=\"" +
                    std::string(filename) + "\"\r\nContent-Type: application/octet-stream\r\n",
                content);
  }

  // `head` is the part's header lines, each with its CRLF.
  FormText& part(const std::string& head, std::string_view content) {
    body_ += "--" + boundary_ + "\r\n" + head + "\r\n" + std::string(content) + "\r\n";
    return *this;
  }

  std::string body() const { return body_ + "--" + boundary_ + "--\r\n"; }
  std::string content_type() const { return "multipart/form-data; boundary=" + boundary_; }

 private:
  std::string boundary_;
  std::string body_;
};

}  // namespace argot::testing
