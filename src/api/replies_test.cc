#include "api/replies.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <variant>

namespace argot::api {
namespace {

std::string header(const http::Response& reply, std::string_view name) {
  const auto found = std::ranges::find(reply.headers, name, &http::Header::name);
  return found == reply.headers.end() ? "" : found->value;
}

std::string body(const http::Response& reply) { return std::get<std::string>(reply.body); }

TEST(Replies, ErrorsTravelInTheEnvelope) {
  const auto reply = error_reply({.code = ErrorCode::file_not_found, .detail = "x", .param = {}});
  EXPECT_EQ(reply.status, 404);
  EXPECT_EQ(header(reply, "Content-Type"), "application/json");
  EXPECT_EQ(header(reply, "Retry-After"), "");
  EXPECT_EQ(body(reply),
            "{\n  \"error\": {\n    \"message\": \"No such File object: x\",\n"
            "    \"type\": \"invalid_request_error\",\n    \"param\": \"id\",\n"
            "    \"code\": null\n  }\n}\n");
}

TEST(Replies, WhatAClientSaidCannotBreakTheEnvelope) {
  const auto reply =
      error_reply({.code = ErrorCode::file_not_found, .detail = "\"}\n\xff", .param = {}});
  EXPECT_NE(body(reply).find(R"(No such File object: \"}\n)"), std::string::npos) << body(reply);
}

TEST(Replies, PassingTroublesSayWhenToTryAgain) {
  EXPECT_EQ(header(error_reply({.code = ErrorCode::rate_limit_exceeded,
                                .detail = {},
                                .param = {},
                                .retry_after_seconds = 17}),
                   "Retry-After"),
            "17");
  EXPECT_EQ(header(error_reply({.code = ErrorCode::overloaded, .detail = {}, .param = {}}),
                   "Retry-After"),
            "1");
  EXPECT_EQ(
      header(error_reply({.code = ErrorCode::insufficient_storage, .detail = {}, .param = {}}),
             "Retry-After"),
      "60");
}

TEST(Replies, WhereAKeyIsAskedForItSaysWhatKind) {
  for (const ErrorCode code : {ErrorCode::missing_key, ErrorCode::incorrect_key,
                               ErrorCode::mismatched_project, ErrorCode::missing_scope}) {
    EXPECT_EQ(header(error_reply({.code = code, .detail = {}, .param = {}}), "WWW-Authenticate"),
              "Bearer");
  }
  EXPECT_EQ(header(error_reply({.code = ErrorCode::unknown_url, .detail = {}, .param = {}}),
                   "WWW-Authenticate"),
            "");
}

TEST(Replies, JsonIsSentAsItIs) {
  const auto reply = json_reply(200, "{}\n");
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(header(reply, "Content-Type"), "application/json");
  EXPECT_EQ(body(reply), "{}\n");
}

}  // namespace
}  // namespace argot::api
