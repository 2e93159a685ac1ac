// The signature of a request to S3 (AWS Signature Version 4), as pure functions. Why not curl's:
// docs/adr/0018-requests-to-s3-are-signed-here.md.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "fetch/message.h"

namespace argot::blob {

struct S3Credentials {
  std::string access_key;
  std::string secret_key;
  std::string session_token;  // "" for none
};

// Everything but letters, digits and -._~ as %XX.
std::string encode_s3(std::string_view text);

// Names and values, as they are before they are encoded.
using S3Query = std::vector<std::pair<std::string, std::string>>;

// "list-type=2&prefix=a%2F", sorted, with an equals sign for every name: one form to send and to
// sign.
std::string encode_s3_query(S3Query query);

// In place of the SHA-256 of a payload that the signature does not cover.
inline constexpr std::string_view s3_unsigned_payload = "UNSIGNED-PAYLOAD";

struct S3SignedParts {
  std::string_view method;
  std::string_view host;
  std::string_view path;   // encoded
  std::string_view query;  // of encode_s3_query()
  // Further headers; their names are lower case and begin with "x-amz-".
  fetch::Headers headers;
  std::string_view payload_sha256;  // in hexadecimal, or s3_unsigned_payload
};

// The headers that such a request needs: those of `parts` and what they are signed with.
fetch::Headers sign_s3(const S3SignedParts& parts, const S3Credentials& credentials,
                       std::string_view region, WallTime now);

struct S3UrlParts {
  std::string_view method;
  std::string_view host;
  std::string_view path;  // encoded
  S3Query query;
  std::chrono::seconds lifetime;  // from 1 second to 7 days
};

// The query with which whoever has the URL may make that request, with no header but Host.
std::string presign_s3(const S3UrlParts& parts, const S3Credentials& credentials,
                       std::string_view region, WallTime now);

}  // namespace argot::blob
