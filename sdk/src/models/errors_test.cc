#include "argot_open_ai/models/errors.hpp"

#include <gtest/gtest.h>

#include <sstream>
#include <string>
#include <type_traits>

#include "detail/error_maker.hpp"
#include "json/reader.h"

namespace argot::openai {
namespace {

using detail::ErrorMaker;

static_assert(std::is_nothrow_copy_constructible_v<SDKError>);
static_assert(std::is_nothrow_copy_assignable_v<ConnectionError>);
static_assert(std::is_base_of_v<std::exception, SDKValidationError>);
static_assert(std::is_base_of_v<HTTPClientError, InvalidRequestError>);
static_assert(!std::is_base_of_v<HTTPClientError, SDKError>);
static_assert(!std::is_default_constructible_v<SDKError>);
static_assert(!std::is_constructible_v<SDKError, std::shared_ptr<const detail::ErrorState>>);

template <class T>
std::string printed(const T& value) {
  std::ostringstream out;
  out << value;
  return out.str();
}

Error replied(int status, std::string body = {}) {
  return ErrorMaker::sdkError(
      "API error occurred",
      {.status = status,
       .headers = {{"Content-Type", "text/plain"}, {"Set-Cookie", "session=secret"}},
       .body = std::move(body)},
      {.count = 1, .log = "1 attempt"});
}

const ValidationIssue wrongType{.path = "data.0.id",
                                .message = "Expected string, received number",
                                .code = "invalid_type",
                                .expected = "string",
                                .received = "number"};

TEST(Error, IsThrownAsItsClass) {
  const ErrorCause cause{.code = 1, .text = "c"};
  EXPECT_THROW(replied(404).raise(), SDKError);
  EXPECT_THROW(ErrorMaker::validation("m", "", {}).raise(), SDKValidationError);
  EXPECT_THROW(ErrorMaker::unexpected("m", cause).raise(), UnexpectedClientError);
  EXPECT_THROW(ErrorMaker::invalidRequest("m").raise(), InvalidRequestError);
  EXPECT_THROW(ErrorMaker::aborted(cause).raise(), RequestAbortedError);
  EXPECT_THROW(ErrorMaker::timedOut(cause).raise(), RequestTimeoutError);
  EXPECT_THROW(ErrorMaker::connection(cause).raise(), ConnectionError);
}

TEST(Error, IsCaughtByItsBases) {
  try {
    ErrorMaker::timedOut({.text = "the deadline"}).raise();
  } catch (const HTTPClientError& error) {
    EXPECT_STREQ(error.what(), "Request timed out: the deadline");
    EXPECT_EQ(error.cause().text, "the deadline");
  }
  try {
    replied(404).raise();
  } catch (const std::exception& error) {
    EXPECT_STREQ(error.what(), "API error occurred: Status 404 Content-Type text/plain Body ");
  }
}

TEST(Error, WhatIsThrownIsTheObjectOfTheResult) {
  const Error error = replied(500, "b");
  try {
    error.raise();
  } catch (const SDKError& thrown) {
    EXPECT_EQ(&thrown.body(), &error.as<SDKError>()->body());
  }
}

TEST(Error, CopiesOutliveTheOriginal) {
  std::optional<Error> error = replied(500, "body");
  Error copy = *error;
  const SDKError thrown = *error->as<SDKError>();
  error.reset();
  EXPECT_EQ(copy.as<SDKError>()->body(), "body");
  copy = ErrorMaker::aborted({});
  EXPECT_EQ(copy.name(), "RequestAbortedError");
  EXPECT_EQ(thrown.body(), "body");
}

TEST(Error, AMovedFromOneIsStillUsable) {
  Error error = replied(500, "body");
  const Error other = std::move(error);
  EXPECT_STREQ(error.what(), other.what());  // NOLINT(bugprone-use-after-move)
}

TEST(Error, KnowsWhatAnotherAttemptMightMend) {
  for (const int status : {408, 409, 429, 500, 502, 503, 504, 599}) {
    EXPECT_TRUE(replied(status).retryable()) << status;
  }
  for (const int status : {200, 204, 302, 400, 401, 403, 404, 410, 422, 499, 600}) {
    EXPECT_FALSE(replied(status).retryable()) << status;
  }
  EXPECT_TRUE(ErrorMaker::connection({}).retryable());
  EXPECT_TRUE(ErrorMaker::timedOut({}).retryable());
  EXPECT_FALSE(ErrorMaker::aborted({}).retryable());
  EXPECT_FALSE(ErrorMaker::invalidRequest("m").retryable());
  EXPECT_FALSE(ErrorMaker::unexpected("m", {}).retryable());
  EXPECT_FALSE(ErrorMaker::validation("m", "", {}).retryable());
}

TEST(Error, StatusCodeIsThatOfAnSdkErrorOnly) {
  EXPECT_EQ(replied(418).statusCode(), 418);
  EXPECT_EQ(ErrorMaker::connection({}).statusCode(), std::nullopt);
  EXPECT_EQ(ErrorMaker::connection({}).as<SDKError>(), nullptr);
}

TEST(Error, IsShownOnOneLine) {
  EXPECT_EQ(printed(replied(404, "{\n  \"a\": 1\r\n}\n\x1B[31m")),
            "SDKError: API error occurred: Status 404 Content-Type text/plain Body { \"a\": 1 } "
            "[31m");
  EXPECT_EQ(printed(replied(404)),
            "SDKError: API error occurred: Status 404 Content-Type text/plain Body");
  EXPECT_EQ(printed(ErrorMaker::aborted({.text = "the signal"})),
            "RequestAbortedError: Request aborted by client: the signal");
}

TEST(Error, ALongMessageIsCutBetweenCharacters) {
  std::string body = "a";
  while (body.size() < 10'000) body += "\xC3\xA4";
  for (const std::string start : {"", "b"}) {
    const std::string line = printed(replied(500, start + body));
    EXPECT_TRUE(line.ends_with("\xC3\xA4...")) << line.substr(line.size() - 10);
    EXPECT_LT(line.size(), 4'200U);
    EXPECT_GT(line.size(), 4'000U);
  }
}

TEST(Error, IsJsonOnOneLine) {
  EXPECT_EQ(replied(404, "a\nb").toJson(),
            R"({"name":"SDKError","message":"API error occurred: Status 404 Content-Type )"
            R"(text/plain Body \na\nb","statusCode":404,"contentType":"text/plain",)"
            R"("requestId":"","attempts":1,"attemptLog":"1 attempt"})");
  EXPECT_EQ(ErrorMaker::timedOut({.code = 28, .text = "t"}).toJson(),
            R"({"name":"RequestTimeoutError","message":"Request timed out: t",)"
            R"("cause":{"code":28,"text":"t"},"attempts":0,"attemptLog":""})");
  EXPECT_EQ(ErrorMaker::validation("m", "{\"secret\":1}", {wrongType}).toJson(),
            R"j({"name":"SDKValidationError","message":"m: [<root>.data.0.id]: Expected string, )j"
            R"j(received number (invalid_type)","rawMessage":"m","issues":[{"path":"data.0.id",)j"
            R"j("message":"Expected string, received number","code":"invalid_type",)j"
            R"j("expected":"string","received":"number"}],"attempts":0,"attemptLog":""})j");
}

TEST(Error, JsonHasTheErrorOfTheReplyAndWhatItAsksFor) {
  const Error error = ErrorMaker::sdkError(
      "API error occurred",
      {.status = 429,
       .headers = {{"Retry-After", "2"}, {"x-request-id", "req_1"}},
       .body = R"({"error":{"message":"m","type":"t","param":"p","code":null}})"},
      {});
  const auto json = json::parse(error.toJson());
  ASSERT_TRUE(json);
  EXPECT_EQ(json->find("retryAfterMs")->signed_integer(), 2000);
  EXPECT_EQ(*json->find("requestId")->string(), "req_1");
  EXPECT_EQ(*json->find("error"),
            *json::parse(R"({"message":"m","type":"t","param":"p","code":null})"));
}

TEST(Error, HeadersAreNeverShown) {
  EXPECT_FALSE(replied(404).toJson().contains("secret"));
  EXPECT_FALSE(printed(replied(404)).contains("secret"));
}

TEST(SDKValidationError, PrettyIsTheReportOfTheSeed) {
  const Error error = ErrorMaker::validation(
      "Response validation failed", "",
      {wrongType,
       {.path = "object",
        .message = "Invalid literal value, expected \"list\"",
        .code = "invalid_literal",
        .expected = "list",
        .received = "page\n2"},
       {.path = "purpose",
        .message = "Invalid enum value",
        .code = "invalid_enum_value",
        .expected = "batch, vision",
        .received = "art"},
       {.message = "Invalid JSON at byte 0: expected a value.", .code = "invalid_json"}});
  EXPECT_EQ(error.as<SDKValidationError>()->pretty(),
            "Response validation failed\n"
            "\u250C 4 issues found:\n"
            "\u2502 \u2022 [<root>.data.0.id]: Expected string, received number (invalid_type)\n"
            "\u2502     Want: string\n"
            "\u2502      Got: number\n"
            "\u2502 \u2022 [<root>.object]: Invalid literal value, expected \"list\" "
            "(invalid_literal)\n"
            "\u2502     Want: list\n"
            "\u2502      Got: page 2\n"
            "\u2502 \u2022 [<root>.purpose]: Invalid enum value (invalid_enum_value)\n"
            "\u2502     Allowed: batch, vision\n"
            "\u2502         Got: art\n"
            "\u2502 \u2022 [<root>]: Invalid JSON at byte 0: expected a value. (invalid_json)\n"
            "\u2514\u2500*");
}

TEST(SDKValidationError, PrettyOfOneIssueSaysSo) {
  const Error error = ErrorMaker::validation("Input validation failed", "", {wrongType});
  EXPECT_TRUE(error.as<SDKValidationError>()->pretty().starts_with(
      "Input validation failed\n\u250C 1 issue found:\n"));
  const Error none = ErrorMaker::validation("Input validation failed", "", {});
  EXPECT_EQ(none.as<SDKValidationError>()->pretty(), none.what());
}

}  // namespace
}  // namespace argot::openai
