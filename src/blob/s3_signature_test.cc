#include "blob/s3_signature.h"

#include <gtest/gtest.h>

#include "digest/sha256.h"

namespace argot::blob {
namespace {

// 2013-05-24 00:00:00, the time of the examples that Amazon publishes for S3.
const WallTime example_time = from_unix_seconds(1'369'353'600);
const S3Credentials example_credentials{.access_key = "AKIAIOSFODNN7EXAMPLE",
                                        .secret_key = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
                                        .session_token = ""};
constexpr std::string_view empty_sha256 =
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

std::string authorization_of(const S3SignedParts& parts) {
  const auto headers = sign_s3(parts, example_credentials, "us-east-1", example_time);
  const std::string* const value = fetch::find_header(headers, "authorization");
  return value != nullptr ? *value : "";
}

TEST(S3Signature, GivesThePublishedSignatureOfAListing) {
  const std::string query = encode_s3_query({{"prefix", "J"}, {"max-keys", "2"}});
  EXPECT_EQ(query, "max-keys=2&prefix=J");
  EXPECT_EQ(authorization_of({.method = "GET",
                              .host = "examplebucket.s3.amazonaws.com",
                              .path = "/",
                              .query = query,
                              .headers = {},
                              .payload_sha256 = empty_sha256}),
            "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,"
            "SignedHeaders=host;x-amz-content-sha256;x-amz-date,"
            "Signature=34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7");
}

TEST(S3Signature, GivesThePublishedSignatureOfAQuestionWithoutValue) {
  EXPECT_EQ(authorization_of({.method = "GET",
                              .host = "examplebucket.s3.amazonaws.com",
                              .path = "/",
                              .query = encode_s3_query({{"lifecycle", ""}}),
                              .headers = {},
                              .payload_sha256 = empty_sha256}),
            "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,"
            "SignedHeaders=host;x-amz-content-sha256;x-amz-date,"
            "Signature=fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543");
}

// The example of a URL that Amazon publishes.
TEST(S3Signature, GivesThePublishedUrl) {
  EXPECT_EQ(presign_s3({.method = "GET",
                        .host = "examplebucket.s3.amazonaws.com",
                        .path = "/test.txt",
                        .query = {},
                        .lifetime = std::chrono::hours(24)},
                       example_credentials, "us-east-1", example_time),
            "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2F"
            "us-east-1%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&"
            "X-Amz-SignedHeaders=host&X-Amz-Signature="
            "aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404");
}

TEST(S3Signature, AUrlTakesASessionsTokenAndWhatIsAskedFor) {
  S3Credentials credentials = example_credentials;
  const S3UrlParts parts{.method = "GET",
                         .host = "h",
                         .path = "/k",
                         .query = {{"response-content-type", "a/b"}},
                         .lifetime = std::chrono::seconds(1)};
  const std::string without = presign_s3(parts, credentials, "us-east-1", example_time);
  credentials.session_token = "to/ken";
  const std::string with = presign_s3(parts, credentials, "us-east-1", example_time);
  EXPECT_NE(with.find("&X-Amz-Security-Token=to%2Fken&"), std::string::npos) << with;
  EXPECT_NE(with.find("&response-content-type=a%2Fb&X-Amz-Signature="), std::string::npos) << with;
  EXPECT_NE(with.substr(with.size() - 64), without.substr(without.size() - 64));
}

TEST(S3Signature, ASessionsTokenIsSentAndSigned) {
  S3Credentials credentials = example_credentials;
  credentials.session_token = "token";
  const auto headers = sign_s3({.method = "GET",
                                .host = "h",
                                .path = "/",
                                .query = "",
                                .headers = {{"x-amz-checksum-crc32c", "AAAAAA=="}},
                                .payload_sha256 = empty_sha256},
                               credentials, "us-east-1", example_time);
  EXPECT_EQ(*fetch::find_header(headers, "x-amz-security-token"), "token");
  EXPECT_EQ(*fetch::find_header(headers, "x-amz-date"), "20130524T000000Z");
  EXPECT_NE(fetch::find_header(headers, "authorization")
                ->find("SignedHeaders=host;x-amz-checksum-crc32c;x-amz-content-sha256;x-amz-date;"
                       "x-amz-security-token,"),
            std::string::npos);
}

TEST(S3Signature, EveryPartChangesIt) {
  const S3SignedParts base{.method = "GET",
                           .host = "h",
                           .path = "/k",
                           .query = "",
                           .headers = {},
                           .payload_sha256 = empty_sha256};
  const std::string signature = authorization_of(base);
  S3SignedParts other = base;
  other.method = "PUT";
  EXPECT_NE(authorization_of(other), signature);
  other = base;
  other.host = "i";
  EXPECT_NE(authorization_of(other), signature);
  other = base;
  other.path = "/l";
  EXPECT_NE(authorization_of(other), signature);
  other = base;
  other.query = "a=";
  EXPECT_NE(authorization_of(other), signature);
  other = base;
  other.payload_sha256 = "UNSIGNED-PAYLOAD";
  EXPECT_NE(authorization_of(other), signature);
}

TEST(S3Signature, TheSecretIsNotInTheHeaders) {
  for (const auto& [name, value] : sign_s3({.method = "GET",
                                            .host = "h",
                                            .path = "/",
                                            .query = "",
                                            .headers = {},
                                            .payload_sha256 = empty_sha256},
                                           example_credentials, "us-east-1", example_time)) {
    EXPECT_EQ(value.find(example_credentials.secret_key), std::string::npos) << name;
  }
}

TEST(S3Signature, AQueryIsSortedByItsEncodedNames) {
  EXPECT_EQ(encode_s3_query({{"uploadId", "2~a/b+c="}, {"partNumber", "10"}}),
            "partNumber=10&uploadId=2~a%2Fb%2Bc%3D");
  EXPECT_EQ(encode_s3("\xC3\xA4 *!'()"), "%C3%A4%20%2A%21%27%28%29");
}

}  // namespace
}  // namespace argot::blob
