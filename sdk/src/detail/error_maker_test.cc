#include "detail/error_maker.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>
#include <string>

namespace argot::openai {
namespace {

using detail::Attempts;
using detail::ErrorMaker;
using detail::whatOf;
using std::chrono::milliseconds;

HttpResponse reply(int status, Headers headers, std::string body) {
  return {.status = status, .headers = std::move(headers), .body = std::move(body)};
}

std::exception_ptr thrownBy(const auto& thing) { return std::make_exception_ptr(thing); }

TEST(ErrorMaker, SdkErrorSaysStatusTypeAndBody) {
  const Error error = ErrorMaker::sdkError(
      "API error occurred", reply(404, {{"content-type", "application/json"}}, R"({"a":1})"),
      {.count = 3, .log = "3 attempts over 4.2 s: 503, reset, 404"});
  EXPECT_STREQ(error.what(),
               "API error occurred: Status 404 Content-Type application/json Body \n{\"a\":1}");
  EXPECT_EQ(error.name(), "SDKError");
  const SDKError* const own = error.as<SDKError>();
  ASSERT_NE(own, nullptr);
  EXPECT_EQ(own->statusCode(), 404);
  EXPECT_EQ(own->contentType(), "application/json");
  EXPECT_EQ(own->body(), R"({"a":1})");
  EXPECT_EQ(own->headers(), (Headers{{"content-type", "application/json"}}));
  EXPECT_EQ(own->error(), std::nullopt);
  EXPECT_EQ(own->requestId(), "");
  EXPECT_EQ(own->retryAfter(), std::nullopt);
  EXPECT_EQ(own->attempts(), 3);
  EXPECT_EQ(error.attempts(), 3);
  EXPECT_EQ(error.attemptLog(), "3 attempts over 4.2 s: 503, reset, 404");
}

TEST(ErrorMaker, AnEmptyBodyHasNoLineOfItsOwn) {
  EXPECT_STREQ(
      ErrorMaker::sdkError("Unexpected API response status or content-type", reply(204, {}, ""), {})
          .what(),
      "Unexpected API response status or content-type: Status 204 Content-Type  Body ");
}

TEST(ErrorMaker, SdkErrorReadsWhatTheReplySays) {
  const Error error = ErrorMaker::sdkError(
      "API error occurred",
      reply(429, {{"X-Request-ID", "req_1"}, {"Retry-After", "7"}},
            R"({"error":{"message":"slow down","type":"requests","param":null,"code":"rate"}})"),
      {});
  const SDKError* const own = error.as<SDKError>();
  ASSERT_NE(own, nullptr);
  EXPECT_EQ(own->requestId(), "req_1");
  EXPECT_EQ(error.requestId(), "req_1");
  EXPECT_EQ(own->retryAfter(), milliseconds(7'000));
  EXPECT_EQ(own->error(),
            (ErrorResponse{.message = "slow down", .type = "requests", .code = "rate"}));
}

TEST(ErrorMaker, RetryAfterComesInThreeForms) {
  const auto asked = [](Headers headers) {
    return ErrorMaker::sdkError("x", reply(503, std::move(headers), ""), {})
        .as<SDKError>()
        ->retryAfter();
  };
  EXPECT_EQ(asked({{"retry-after-ms", "1500"}, {"retry-after", "7"}}), milliseconds(1'500));
  EXPECT_EQ(asked({{"Retry-After", "Wed, 21 Oct 2015 07:28:00 GMT"}}), milliseconds(0));
  EXPECT_GT(asked({{"Retry-After", "Fri, 31 Dec 2100 23:59:59 GMT"}}), milliseconds(1'000'000));
  EXPECT_EQ(asked({{"Retry-After", "soon"}}), std::nullopt);
}

TEST(ErrorMaker, ABodyIsCutAfterAMebibyte) {
  const std::size_t most = std::size_t{1} << 20U;
  const auto kept = [](std::size_t size) {
    return ErrorMaker::sdkError("x", reply(500, {}, std::string(size, 'b')), {})
        .as<SDKError>()
        ->body()
        .size();
  };
  EXPECT_EQ(kept(most), most);
  EXPECT_EQ(kept(most + 1), most);
}

TEST(ErrorMaker, TheErrorOfACutBodyIsRead) {
  const std::string filler(std::size_t{1} << 20U, ' ');
  const Error error = ErrorMaker::sdkError(
      "x", reply(500, {}, R"({"error":{"message":"m","type":"t"})" + filler + "}"), {});
  EXPECT_EQ(error.as<SDKError>()->error(), (ErrorResponse{.message = "m", .type = "t"}));
}

TEST(ErrorMaker, ValidationNamesTheFirstIssueAndCountsTheRest) {
  const ValidationIssue issue{.path = "data.0.id",
                              .message = "Expected string, received number",
                              .code = "invalid_type",
                              .expected = "string",
                              .received = "number"};
  const Error one =
      ErrorMaker::validation("Response validation failed", "{}", {issue}, {.count = 2});
  EXPECT_STREQ(one.what(),
               "Response validation failed: [<root>.data.0.id]: Expected string, received number "
               "(invalid_type)");
  EXPECT_EQ(one.name(), "SDKValidationError");
  EXPECT_EQ(one.attempts(), 2);
  const SDKValidationError* const own = one.as<SDKValidationError>();
  ASSERT_NE(own, nullptr);
  EXPECT_EQ(own->rawValue(), "{}");
  EXPECT_EQ(own->rawMessage(), "Response validation failed");
  EXPECT_THAT(own->issues(), ::testing::ElementsAre(issue));

  EXPECT_STREQ(
      ErrorMaker::validation("Input validation failed", "1",
                             {{.message = "Expected object, received number", .code = "x"}, issue})
          .what(),
      "Input validation failed: [<root>]: Expected object, received number (x), and 1 more");
}

TEST(ErrorMaker, ClientErrorsSayTheirCause) {
  const ErrorCause cause{.code = 7, .text = "the cause"};
  const auto expect = [](const Error& error, std::string_view name, const char* message) {
    EXPECT_EQ(error.name(), name);
    EXPECT_STREQ(error.what(), message);
    EXPECT_EQ(error.attempts(), 1);
    EXPECT_EQ(error.statusCode(), std::nullopt);
    EXPECT_EQ(error.requestId(), "");
  };
  const Attempts once{.count = 1};
  expect(ErrorMaker::aborted(cause, once), "RequestAbortedError",
         "Request aborted by client: the cause");
  expect(ErrorMaker::timedOut(cause, once), "RequestTimeoutError", "Request timed out: the cause");
  expect(ErrorMaker::connection(cause, once), "ConnectionError",
         "Unable to make request: the cause");
  expect(ErrorMaker::invalidRequest("No base URL provided for operation", {}, once),
         "InvalidRequestError", "No base URL provided for operation");
  expect(ErrorMaker::unexpected("Create request hook failed to execute", cause, once),
         "UnexpectedClientError", "Create request hook failed to execute: the cause");
  EXPECT_EQ(ErrorMaker::connection(cause).as<ConnectionError>()->cause().code, 7);
  EXPECT_EQ(ErrorMaker::connection(cause).as<ConnectionError>()->cause().text, "the cause");
}

TEST(ErrorMaker, WhatWasThrownIsACauseAsWell) {
  const Error error = ErrorMaker::unexpected(
      "Unexpected HTTP client error", {.thrown = thrownBy(std::runtime_error("the disk is gone"))});
  EXPECT_STREQ(error.what(), "Unexpected HTTP client error: the disk is gone");
  const ErrorCause& cause = error.as<UnexpectedClientError>()->cause();
  EXPECT_EQ(cause.text, "the disk is gone");
  EXPECT_THROW(std::rethrow_exception(cause.thrown), std::runtime_error);
}

TEST(ErrorMaker, FailuresOfTheTransportBecomeTheirClasses) {
  using Kind = TransportFailure::Kind;
  const auto message = [](Kind kind) {
    const Error error = ErrorMaker::of({.kind = kind, .code = 28, .text = "t"}, {});
    const ErrorCause& cause = error.visit([](const auto& own) -> const ErrorCause& {
      if constexpr (requires { own.cause(); }) return own.cause();
      throw std::logic_error("no client error");
    });
    EXPECT_EQ(cause.code, 28);
    return std::string(error.name()) + " " + error.what();
  };
  EXPECT_EQ(message(Kind::aborted), "RequestAbortedError Request aborted by client: t");
  EXPECT_EQ(message(Kind::timedOut), "RequestTimeoutError Request timed out: t");
  EXPECT_EQ(message(Kind::connection), "ConnectionError Unable to make request: t");
  EXPECT_EQ(message(Kind::invalidRequest), "InvalidRequestError Invalid request: t");
  EXPECT_EQ(message(Kind::unexpected), "UnexpectedClientError Unexpected HTTP client error: t");
}

TEST(WhatOf, KnowsExceptionsErrorsAndTheRest) {
  EXPECT_EQ(whatOf(thrownBy(std::runtime_error("a"))), "a");
  EXPECT_EQ(whatOf(thrownBy(ErrorMaker::aborted({}))), "Request aborted by client");
  EXPECT_EQ(whatOf(thrownBy(5)), "unknown exception");
  EXPECT_EQ(whatOf(nullptr), "");
}

}  // namespace
}  // namespace argot::openai
