#include "openai/error.h"

#include <gtest/gtest.h>

#include <string>

namespace argot::openai {
namespace {

TEST(ErrorObject, HasAllFourKeysAlways) {
  EXPECT_EQ(encode({.message = "No.", .type = "invalid_request_error"}, json::Form::compact),
            R"({"error":{"message":"No.","type":"invalid_request_error",)"
            R"("param":null,"code":null}})");
  EXPECT_EQ(encode({.message = "No.", .type = "t", .param = "p", .code = "c"}), R"({
  "error": {
    "message": "No.",
    "type": "t",
    "param": "p",
    "code": "c"
  }
}
)");
}

TEST(ErrorObject, IsDecodedAsItWasEncoded) {
  const ErrorObject full = {
      .message = "'\xE4\xBD\xA0' \"x\"", .type = "requests", .param = "purpose", .code = "x"};
  EXPECT_EQ(decode_error(encode(full)), full);
  const ErrorObject bare = {.message = "No.", .type = "server_error"};
  EXPECT_EQ(decode_error(encode(bare)), bare);
}

TEST(ErrorObject, IsFoundInTheEnvelopesOfOthers) {
  EXPECT_EQ(decode_error(R"({"error":{"message":"m","code":404}})"),
            (ErrorObject{.message = "m", .code = "404"}));
  EXPECT_EQ(decode_error(R"({"error":"m"})"), (ErrorObject{.message = "m"}));
  EXPECT_EQ(decode_error(R"({"object":"error","message":"m","type":"t","param":null,"code":400})"),
            (ErrorObject{.message = "m", .type = "t", .code = "400"}));
  EXPECT_EQ(decode_error(R"({"detail":"Not Found"})"), (ErrorObject{.message = "Not Found"}));
  EXPECT_EQ(decode_error(R"({"detail":[{"loc":["body"]}]})"),
            (ErrorObject{.message = R"([{"loc":["body"]}])"}));
  EXPECT_EQ(decode_error(R"({"error":{}})"), ErrorObject());
}

TEST(ErrorObject, IsTheBodyWhereThatIsNoEnvelope) {
  EXPECT_EQ(decode_error("").message, "");
  EXPECT_EQ(decode_error(" \r\n").message, "");
  EXPECT_EQ(decode_error("<html>502 Bad Gateway</html>\r\n").message,
            "<html>502 Bad Gateway</html>");
  EXPECT_EQ(decode_error("{\"error\":").message, "{\"error\":");
  EXPECT_EQ(decode_error(R"({"answer":42})").message, R"({"answer":42})");
  EXPECT_EQ(decode_error("[1]").message, "[1]");
}

TEST(ErrorObject, IsCutBetweenCharacters) {
  EXPECT_EQ(decode_error(std::string(1024, 'x')).message, std::string(1024, 'x'));
  EXPECT_EQ(decode_error(std::string(1025, 'x')).message, std::string(1024, 'x'));
  EXPECT_EQ(decode_error(std::string(1022, 'x') + "\xE4\xBD\xA0").message, std::string(1022, 'x'));
  EXPECT_EQ(decode_error(std::string(5000, '\xFF')).message, std::string(1024, '\xFF'));
}

}  // namespace
}  // namespace argot::openai
