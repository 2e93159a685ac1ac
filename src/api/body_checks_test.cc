#include "api/body_checks.h"

#include <gtest/gtest.h>

namespace argot::api {
namespace {

TEST(BodyChecks, OnlyPlainBodiesAreTaken) {
  http::Request request;
  EXPECT_TRUE(check_content_coding(request));
  request.headers = {{"content-encoding", "Identity"}};
  EXPECT_TRUE(check_content_coding(request));
  request.headers.push_back({"Content-Encoding", "gzip"});
  const auto refused = check_content_coding(request);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::unsupported_media_type);
  EXPECT_EQ(refused.error().detail,
            "The request body must not be encoded, but its Content-Encoding is 'gzip'.");
}

TEST(BodyChecks, AChunkedBodyStatesNoSize) {
  EXPECT_EQ(stated_bytes({.kind = http::BodyFraming::Kind::chunked}), std::nullopt);
  EXPECT_EQ(stated_bytes({.kind = http::BodyFraming::Kind::length, .length = 7}), 7U);
  EXPECT_EQ(stated_bytes({}), 0U);
}

}  // namespace
}  // namespace argot::api
