// Where content is on S3, as an operator writes it:
// s3://BUCKET/PREFIX?endpoint=https://HOST:PORT&region=NAME&style=path.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace argot::blob {

// A value. No part of it needs encoding in a URL, and none is a secret.
struct S3Location {
  // How a request names the bucket: in the path of its URL, or in front of the host.
  enum class Style { path, virtual_host };

  std::string bucket;
  std::string prefix;                // of every key: "", or what ends in a slash
  std::string scheme = "https";      // or "http"
  std::string host;                  // with the port, where that is not the scheme's
  std::string region = "us-east-1";  // also what servers that have no regions expect
  Style style = Style::path;
  // Whether content is signed with its SHA-256. If not, what protects it on its way is TLS.
  bool signs_payload = true;

  // Nothing if `text` is none. Without an endpoint it is Amazon's, and its own style.
  static std::optional<S3Location> parse(std::string_view text);
  // What parse() takes, in words.
  static std::string_view expected();

  // "bucket.host" or "host", and the path of a key, or of the bucket where `key` is empty.
  std::string request_host() const;
  std::string path_of(std::string_view key) const;

  // As parse() takes it, with everything said.
  std::string text() const;

  friend bool operator==(const S3Location&, const S3Location&) = default;
};

}  // namespace argot::blob
