#include "api/error_catalogue.h"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

namespace argot::api {
namespace {

std::vector<ErrorCode> every_code() {
  std::vector<ErrorCode> codes;
  for (int code = 0; code <= static_cast<int>(ErrorCode::key_not_found); ++code) {
    codes.push_back(static_cast<ErrorCode>(code));
  }
  return codes;
}

std::string message(ErrorCode code, std::string detail = {}) {
  return message_for({.code = code, .detail = std::move(detail), .param = {}});
}

struct Expected {
  ErrorCode code;
  int status;
  std::string detail;
  std::string message;
  std::string param;
  std::string wire_code;
};

void expect_rows(const std::vector<Expected>& rows) {
  for (const Expected& row : rows) {
    SCOPED_TRACE(name(row.code));
    EXPECT_EQ(row_for(row.code).status, row.status);
    EXPECT_EQ(row_for(row.code).type, "invalid_request_error");
    EXPECT_EQ(row_for(row.code).code, row.wire_code);
    const Error error{.code = row.code, .detail = row.detail, .param = "not shown"};
    EXPECT_EQ(message_for(error), row.message);
    EXPECT_EQ(param_for(error), row.param);
  }
}

// Upstream's own words: a change in these two is a change of the contract.
TEST(ErrorCatalogue, SaysOfCallersWhatUpstreamSays) {
  expect_rows({
      {ErrorCode::missing_key, 401, "",
       "You didn't provide an API key. You need to provide your API key in an Authorization header "
       "using Bearer auth (i.e. Authorization: Bearer YOUR_KEY), or as the password field (with "
       "blank username) if you're accessing the API from your browser and are prompted for a "
       "username and password. You can obtain an API key from "
       "https://platform.openai.com/account/api-keys.",
       "", ""},
      {ErrorCode::incorrect_key, 401, "sk-argot********xY2z",
       "Incorrect API key provided: sk-argot********xY2z. You can find your API key at "
       "https://platform.openai.com/account/api-keys.",
       "", "invalid_api_key"},
      {ErrorCode::mismatched_organization, 401, "",
       "OpenAI-Organization header should match organization for API key", "",
       "mismatched_organization"},
      {ErrorCode::mismatched_project, 401, "",
       "OpenAI-Project header should match project for API key", "", "mismatched_project"},
      {ErrorCode::missing_scope, 401, "api.files.write",
       "You have insufficient permissions for this operation. Missing scopes: api.files.write", "",
       ""},
      {ErrorCode::unknown_url, 404, "POST /v1/file", "Invalid URL (POST /v1/file)", "", ""},
      {ErrorCode::method_not_allowed, 405, "POST on /v1/models",
       "Not allowed to POST on /v1/models. (HINT: Perhaps you meant to use a different HTTP "
       "method?)",
       "", ""},
  });
}

TEST(ErrorCatalogue, SaysOfFilesWhatUpstreamSays) {
  expect_rows({
      {ErrorCode::file_not_found, 404, "fake_id", "No such File object: fake_id", "id", ""},
      {ErrorCode::upload_not_found, 404, "fake_id", "No such Upload object: fake_id", "id", ""},
      {ErrorCode::upload_not_pending, 400, "expired",
       "The Upload takes no more changes: its status is 'expired', not 'pending'.", "id", ""},
      {ErrorCode::invalid_purpose, 400, "world_domination",
       "'world_domination' is not one of ['fine-tune', 'assistants', 'batch', 'user_data', "
       "'vision', 'evals'] - 'purpose'",
       "purpose", ""},
      {ErrorCode::invalid_purpose, 400, "",
       "'' is not one of ['fine-tune', 'assistants', 'batch', 'user_data', 'vision', 'evals'] - "
       "'purpose'",
       "purpose", ""},
      {ErrorCode::missing_purpose, 400, "", "'purpose' is a required property", "", ""},
      {ErrorCode::missing_file, 400, "", "'file' is a required property", "", ""},
      {ErrorCode::batch_not_jsonl, 400, "", "Invalid file format for Batch API. Must be .jsonl", "",
       ""},
      {ErrorCode::fine_tune_not_jsonl, 400, "",
       "Invalid file format for Fine-Tuning API. Must be .jsonl", "", ""},
      {ErrorCode::batch_not_utf8, 400, "", "Invalid file for Batch API. Must be utf-8 encoded", "",
       ""},
      {ErrorCode::unsupported_extension, 400, ".exe",
       "Files with extensions [.exe] are not supported for retrieval.", "", ""},
      {ErrorCode::too_many_tokens, 400, "2000000",
       "This file has more than 2000000 tokens, the limit for purpose 'assistants'.", "", ""},
      {ErrorCode::invalid_file_format, 400, "No content. (line 3)", "No content. (line 3)", "file",
       "invalid_file_format"},
      {ErrorCode::file_too_large, 400, "", "File is too large.", "", ""},
      {ErrorCode::organization_quota_exceeded, 400, "100 GB",
       "You have exceeded your file storage quota. Organizations are limited to 100 GB of files. "
       "Please delete old files or attempt with a smaller file size.",
       "", ""},
      {ErrorCode::project_quota_exceeded, 400, "2.5 TB",
       "You have exceeded your file storage quota. Projects are limited to 2.5 TB of files. Please "
       "delete old files or attempt with a smaller file size.",
       "", ""},
      {ErrorCode::download_refused, 400, "assistants",
       "Not allowed to download files of purpose: assistants", "", ""},
  });
}

TEST(ErrorCatalogue, SaysOfARateWhatUpstreamSays) {
  const ErrorRow row = row_for(ErrorCode::rate_limit_exceeded);
  EXPECT_EQ(row.status, 429);
  EXPECT_EQ(row.type, "requests");
  EXPECT_EQ(row.code, "rate_limit_exceeded");
  EXPECT_EQ(row.param, "");
  EXPECT_EQ(message(ErrorCode::rate_limit_exceeded,
                    "requests per min (RPM): Limit 3, Used 3, Requested 1."),
            "Rate limit reached for uploads on requests per min (RPM): Limit 3, Used 3, Requested "
            "1.");
}

TEST(ErrorCatalogue, StatusesOfHttpAreThoseOfTheRfc) {
  EXPECT_EQ(row_for(ErrorCode::bad_framing).status, 400);
  EXPECT_EQ(row_for(ErrorCode::request_timeout).status, 408);
  EXPECT_EQ(row_for(ErrorCode::precondition_failed).status, 412);
  EXPECT_EQ(row_for(ErrorCode::uri_too_long).status, 414);
  EXPECT_EQ(row_for(ErrorCode::unsupported_media_type).status, 415);
  EXPECT_EQ(row_for(ErrorCode::range_not_satisfiable).status, 416);
  EXPECT_EQ(row_for(ErrorCode::expectation_failed).status, 417);
  EXPECT_EQ(row_for(ErrorCode::headers_too_large).status, 431);
  EXPECT_EQ(row_for(ErrorCode::transfer_coding_unsupported).status, 501);
  EXPECT_EQ(row_for(ErrorCode::http_version_unsupported).status, 505);
}

TEST(ErrorCatalogue, OnlyTroublesThatPassAskToTryAgain) {
  for (const ErrorCode code : every_code()) {
    const bool passes = code == ErrorCode::overloaded || code == ErrorCode::unavailable ||
                        code == ErrorCode::insufficient_storage;
    EXPECT_EQ(row_for(code).retry_after_seconds.has_value(), passes) << name(code);
  }
  EXPECT_EQ(row_for(ErrorCode::overloaded).retry_after_seconds, 1);
  EXPECT_EQ(row_for(ErrorCode::unavailable).retry_after_seconds, 1);
  EXPECT_EQ(row_for(ErrorCode::insufficient_storage).retry_after_seconds, 60);
}

// Clients repeat 408, 409, 429 and 5xx by themselves.
TEST(ErrorCatalogue, WhatTheClientDidWrongIsNeverRepeated) {
  for (const ErrorCode code : every_code()) {
    const ErrorRow row = row_for(code);
    EXPECT_NE(row.status, 409) << name(code);
    EXPECT_EQ(row.status == 429, code == ErrorCode::rate_limit_exceeded) << name(code);
    EXPECT_EQ(row.status == 408, code == ErrorCode::request_timeout) << name(code);
    const bool is_protocol = row.status == 501 || row.status == 505;
    // A rate has upstream's word for it, and passes.
    const bool is_clients =
        row.type == "invalid_request_error" || code == ErrorCode::rate_limit_exceeded;
    EXPECT_TRUE(is_clients || row.type == "server_error") << name(code);
    EXPECT_EQ(is_clients, row.status < 500 || is_protocol) << name(code);
  }
}

TEST(ErrorCatalogue, OurOwnTroublesAreNotDescribed) {
  const std::string secret = "/var/lib/argot/blobs/ab SELECT";
  for (const ErrorCode code : every_code()) {
    if (row_for(code).type != "server_error") continue;
    EXPECT_EQ(message(code, secret), message(code)) << name(code);
  }
  for (const ErrorCode code : {ErrorCode::content_missing, ErrorCode::content_corrupt,
                               ErrorCode::cannot_start, ErrorCode::key_not_found}) {
    EXPECT_EQ(message(code), message(ErrorCode::internal));
    EXPECT_EQ(row_for(code).status, 500);
  }
}

TEST(ErrorCatalogue, NoPlaceholderStaysInAMessage) {
  for (const ErrorCode code : every_code()) {
    const std::string text = message(code, "DETAIL");
    EXPECT_EQ(text.find('{'), std::string::npos) << text;
    EXPECT_FALSE(text.empty());
  }
}

TEST(ErrorCatalogue, ADetailWithAPlaceholderIsNotFilledAgain) {
  EXPECT_EQ(message(ErrorCode::file_not_found, "{} {!r}"), "No such File object: {} {!r}");
  EXPECT_EQ(message(ErrorCode::invalid_purpose, "{!r}").substr(0, 6), "'{!r}'");
}

TEST(ErrorCatalogue, WithoutADetailNoColonIsLeftHanging) {
  EXPECT_EQ(message(ErrorCode::request_timeout), "The request did not arrive in time.");
  EXPECT_EQ(message(ErrorCode::request_timeout, "10 s"),
            "The request did not arrive in time: 10 s.");
}

TEST(ErrorCatalogue, ParamOfAnInvalidRequestIsTheErrors) {
  EXPECT_EQ(param_for({.code = ErrorCode::invalid_request, .detail = "x", .param = "limit"}),
            "limit");
  EXPECT_EQ(param_for({.code = ErrorCode::invalid_request, .detail = "x", .param = {}}), "");
}

}  // namespace
}  // namespace argot::api
