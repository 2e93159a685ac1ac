#include "fetch/request_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace argot::fetch {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

const std::string url = "http://a.test/";

bool takes(Header header) {
  return !refusal_of(Request{.url = url, .headers = {std::move(header)}});
}

TEST(RequestCheck, NamesAreTokens) {
  EXPECT_TRUE(takes({"X-A_1!#$%&'*+.^`|~", ""}));
  for (int byte = 0; byte < 256; ++byte) {
    const char c = static_cast<char>(byte);
    const bool is_token_byte =
        std::isalnum(byte) != 0 || std::string_view("!#$%&'*+-.^_`|~").contains(c);
    EXPECT_EQ(takes({std::string("a") + c, "x"}), is_token_byte) << byte;
  }
  EXPECT_FALSE(takes({"", "x"}));
}

TEST(RequestCheck, ValuesHaveNoControls) {
  for (int byte = 0; byte < 256; ++byte) {
    const bool is_control = (byte < 0x20 && byte != '\t') || byte == 0x7F;
    EXPECT_EQ(takes({"X-A", std::string("a") + static_cast<char>(byte) + "b"}), !is_control)
        << byte;
  }
  EXPECT_TRUE(takes({"X-A", ""}));
}

TEST(RequestCheck, FramingIsNotTheCallers) {
  for (const char* const name : {"Content-Length", "TRANSFER-ENCODING", "connection", "Expect",
                                 "Keep-Alive", "TE", "Trailer", "Upgrade"}) {
    EXPECT_FALSE(takes({name, "x"})) << name;
  }
  EXPECT_TRUE(takes({"Content-Type", "x"}));
}

TEST(RequestCheck, MethodsAreTokens) {
  for (const char* const method : {"GET", "POST", "PROPFIND"}) {
    EXPECT_FALSE(refusal_of(Request{.method = method, .url = url})) << method;
  }
  for (const char* const method : {"", "GET /", "A\r\nB", "CONNECT"}) {
    EXPECT_TRUE(refusal_of(Request{.method = method, .url = url})) << method;
  }
}

TEST(RequestCheck, AHeadRequestHasNoBody) {
  BytesSource body({});
  EXPECT_TRUE(refusal_of(Request{.method = "HEAD", .url = url, .body = &body}));
  EXPECT_FALSE(refusal_of(Request{.method = "GET", .url = url, .body = &body}));
}

TEST(RequestCheck, TheTextShowsNoValue) {
  const auto refusal =
      refusal_of(Request{.url = url, .headers = {{"Authorization", "Bearer s3cret\n"}}});
  ASSERT_TRUE(refusal);
  EXPECT_THAT(*refusal, HasSubstr("Authorization"));
  EXPECT_THAT(*refusal, Not(HasSubstr("s3cret")));
  EXPECT_THAT(*refusal_of(Request{.url = "http://u:s3cret@a.test/"}), Not(HasSubstr("s3cret")));
}

}  // namespace
}  // namespace argot::fetch
