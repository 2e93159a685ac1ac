#include "blob/s3_signature.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"
#include "digest/hmac_sha256.h"
#include "digest/sha256.h"

namespace argot::blob {
namespace {

constexpr std::string_view algorithm = "AWS4-HMAC-SHA256";
constexpr std::string_view service = "s3";
constexpr std::string_view terminator = "aws4_request";

std::string padded(unsigned number, std::size_t digits) {
  const std::string text = std::to_string(number);
  return std::string(digits - std::min(digits, text.size()), '0') + text;
}

// "20130524T000000Z"
std::string timestamp_of(WallTime now) {
  const auto day = std::chrono::floor<std::chrono::days>(now);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(std::chrono::floor<std::chrono::seconds>(now - day));
  const auto two = [](auto count) { return padded(static_cast<unsigned>(count), 2); };
  return padded(static_cast<unsigned>(static_cast<int>(date.year())), 4) +
         two(static_cast<unsigned>(date.month())) + two(static_cast<unsigned>(date.day())) + "T" +
         two(time.hours().count()) + two(time.minutes().count()) + two(time.seconds().count()) +
         "Z";
}

bool is_unreserved(char character) {
  return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z') ||
         (character >= '0' && character <= '9') || character == '-' || character == '.' ||
         character == '_' || character == '~';
}

digest::Sha256Value hmac(Bytes key, std::string_view message) {
  return digest::hmac_sha256(key, as_bytes(message));
}

// "20130524/us-east-1/s3/aws4_request"
std::string scope_of(std::string_view timestamp, std::string_view region) {
  std::string scope(timestamp.substr(0, 8));
  for (const std::string_view step : {region, service, terminator}) {
    scope.append("/").append(step);
  }
  return scope;
}

// Everything of a request that is signed; the header's names are in order.
struct CanonicalRequest {
  std::string_view method;
  std::string_view path;
  std::string_view query;
  std::string lines;  // of headers
  std::string names;  // of headers
  std::string_view payload_sha256;
};

std::string signature_of(const CanonicalRequest& parts, const S3Credentials& credentials,
                         std::string_view region, std::string_view timestamp) {
  std::string request;
  for (const std::string_view line :
       {parts.method, parts.path, parts.query, std::string_view(parts.lines),
        std::string_view(parts.names)}) {
    request.append(line).append("\n");
  }
  request.append(parts.payload_sha256);

  const std::string scope = scope_of(timestamp, region);
  std::string message;
  for (const std::string_view line : {algorithm, timestamp, std::string_view(scope)}) {
    message.append(line).append("\n");
  }
  message += digest::sha256_of(as_bytes(request)).hex();

  digest::Sha256Value key = hmac(as_bytes("AWS4" + credentials.secret_key), timestamp.substr(0, 8));
  for (const std::string_view step : {region, service, terminator}) key = hmac(key.bytes, step);
  return hmac(key.bytes, message).hex();
}

}  // namespace

std::string encode_s3(std::string_view text) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string encoded;
  for (const char character : text) {
    if (is_unreserved(character)) {
      encoded += character;
      continue;
    }
    const auto byte = static_cast<unsigned char>(character);
    encoded += '%';
    encoded += digits[byte >> 4U];
    encoded += digits[byte & 15U];
  }
  return encoded;
}

std::string encode_s3_query(S3Query query) {
  for (auto& [name, value] : query) {
    name = encode_s3(name);
    value = encode_s3(value);
  }
  std::ranges::sort(query);
  std::string text;
  for (const auto& [name, value] : query) {
    text.append(text.empty() ? "" : "&").append(name).append("=").append(value);
  }
  return text;
}

fetch::Headers sign_s3(const S3SignedParts& parts, const S3Credentials& credentials,
                       std::string_view region, WallTime now) {
  const std::string timestamp = timestamp_of(now);
  fetch::Headers headers = parts.headers;
  headers.push_back({"x-amz-content-sha256", std::string(parts.payload_sha256)});
  headers.push_back({"x-amz-date", timestamp});
  if (!credentials.session_token.empty()) {
    headers.push_back({"x-amz-security-token", credentials.session_token});
  }
  fetch::Headers to_sign = headers;
  to_sign.push_back({"host", std::string(parts.host)});
  std::ranges::sort(to_sign, {}, &fetch::Header::name);

  CanonicalRequest canonical{.method = parts.method,
                             .path = parts.path,
                             .query = parts.query,
                             .lines = {},
                             .names = {},
                             .payload_sha256 = parts.payload_sha256};
  for (const auto& [name, value] : to_sign) {
    canonical.lines.append(name).append(":").append(value).append("\n");
    canonical.names.append(canonical.names.empty() ? "" : ";").append(name);
  }
  headers.push_back({"Authorization",
                     std::string(algorithm) + " Credential=" + credentials.access_key + "/" +
                         scope_of(timestamp, region) + ",SignedHeaders=" + canonical.names +
                         ",Signature=" + signature_of(canonical, credentials, region, timestamp)});
  return headers;
}

std::string presign_s3(const S3UrlParts& parts, const S3Credentials& credentials,
                       std::string_view region, WallTime now) {
  const std::string timestamp = timestamp_of(now);
  S3Query query = parts.query;
  query.emplace_back("X-Amz-Algorithm", algorithm);
  query.emplace_back("X-Amz-Credential",
                     credentials.access_key + "/" + scope_of(timestamp, region));
  query.emplace_back("X-Amz-Date", timestamp);
  query.emplace_back("X-Amz-Expires", std::to_string(parts.lifetime.count()));
  query.emplace_back("X-Amz-SignedHeaders", "host");
  if (!credentials.session_token.empty()) {
    query.emplace_back("X-Amz-Security-Token", credentials.session_token);
  }
  std::string text = encode_s3_query(std::move(query));
  const CanonicalRequest canonical{.method = parts.method,
                                   .path = parts.path,
                                   .query = text,
                                   .lines = "host:" + std::string(parts.host) + "\n",
                                   .names = "host",
                                   .payload_sha256 = s3_unsigned_payload};
  const std::string signature = signature_of(canonical, credentials, region, timestamp);
  return text.append("&X-Amz-Signature=").append(signature);
}

}  // namespace argot::blob
