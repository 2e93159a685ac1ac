#include "api/request_record.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/api_key.h"
#include "tests/support/api_world.h"

namespace argot::api {
namespace {

class LastLevel final : public Log {
 public:
  void write(LogLevel level, std::string_view /*event*/,
             std::initializer_list<LogField> /*fields*/) override {
    last = level;
  }

  LogLevel last = LogLevel::debug;
};

class RequestRecordTest : public ::testing::Test {
 protected:
  RequestRecord begin() {
    http::Request request;
    request.method_text = "GET";
    request.path = "/v1/files";
    request.query = "secret=1";
    return {&request, clock_, random_, log_, metrics_};
  }

  // The log line of a reply of that status, made of `error`.
  std::string logged(int status, const Error* error = nullptr) {
    http::Response reply;
    reply.status = status;
    begin().conclude(std::move(reply), error);
    return log_.lines().back();
  }

  testing::FakeClock clock_;
  testing::SeededRandom random_{3};
  testing::LineLog log_;
  RequestMetrics metrics_;
};

TEST_F(RequestRecordTest, OurOwnTroublesAreDescribedToTheOperator) {
  const Error error{.code = ErrorCode::internal, .detail = "SQLITE_IOERR", .param = {}};
  EXPECT_TRUE(logged(500, &error).ends_with(" error=internal: SQLITE_IOERR"));
}

TEST_F(RequestRecordTest, OfARefusalOnlyTheNameIsLogged) {
  const Error error{.code = ErrorCode::invalid_request, .detail = "the client's text", .param = {}};
  EXPECT_TRUE(logged(400, &error).ends_with(" error=invalid_request"));
}

TEST_F(RequestRecordTest, BytesAndTenantAreTheRequests) {
  RequestRecord record = begin();
  record.set_caller({.key_public_id = "abc",
                     .scope = {.organization_id = "org-x", .project_id = std::nullopt},
                     .project_id = "proj_x",
                     .permissions = 0});
  record.add_received(3);
  record.add_received(4);
  http::Response reply;
  reply.body = "12345";
  record.conclude(std::move(reply));
  const std::string line = log_.lines().back();
  EXPECT_NE(line.find(" key=abc received_bytes=7 sent_bytes=5 "), std::string::npos) << line;
  EXPECT_EQ(line.find("secret"), std::string::npos);
}

TEST_F(RequestRecordTest, AKeyInThePathOrTheMethodIsCutOff) {
  const std::string key = mint_key(random_).text;
  http::Request request;
  const auto log_of = [&](const std::string& method, const std::string& path) {
    request.method_text = method;
    request.path = path;
    RequestRecord(&request, clock_, random_, log_, metrics_).conclude({});
    RequestRecord(&request, clock_, random_, log_, metrics_).abandon();
    for (const std::string& line : log_.lines()) {
      EXPECT_EQ(line.find(key.substr(9, 8)), std::string::npos) << line;
      EXPECT_EQ(line.find(key.substr(60)), std::string::npos) << line;
    }
    return log_.lines().back();
  };
  EXPECT_TRUE(log_of("GET", "/v1/files/" + key + "/content")
                  .starts_with("request_abandoned method=GET path=/v1/files/sk-argot-... "));
  EXPECT_TRUE(log_of("GET", key).starts_with("request_abandoned method=GET path=sk-argot-... "));
  EXPECT_TRUE(log_of("GET", std::string(300, 'x') + key + key)
                  .starts_with("request_abandoned method=GET path=" + std::string(256, 'x') +
                               "sk-argot-... "));
  EXPECT_TRUE(log_of(key, "/").starts_with("request_abandoned method=sk-argot-... path=/ "));
}

TEST_F(RequestRecordTest, AKeyThatIsSpelledWithEscapesIsCutOffAsWell) {
  const std::string key = mint_key(random_).text;
  http::Request request;
  const auto path_of = [&](const std::string& path) {
    request.path = path;
    RequestRecord(&request, clock_, random_, log_, metrics_).abandon();
    const std::string line = log_.lines().back();
    EXPECT_EQ(line.find(key.substr(20, 8)), std::string::npos) << line;
    const std::string start = "request_abandoned method= path=";
    return line.substr(start.size(), line.find(' ', start.size()) - start.size());
  };
  EXPECT_EQ(path_of("/v1/files/sk%2Dargot%2d" + key.substr(9)), "/v1/files/sk...");
  EXPECT_EQ(path_of("/v1/%73" + key.substr(1)), "/v1/...");
  EXPECT_EQ(path_of("/a/%73" + key.substr(1) + "/" + key), "/a/...");
  EXPECT_EQ(path_of("/v1/" + key + "/%41"), "/v1/sk-argot-...");
  EXPECT_EQ(path_of("/%zz/sk%2Dargot%2D" + key.substr(9)), "/...");
  EXPECT_EQ(path_of("/v1/files/%7Bid%7D"), "/v1/files/%7Bid%7D");
}

TEST_F(RequestRecordTest, OfAProtocolThatWeDoNotSpeakOnlyTheNameIsLogged) {
  const Error error{
      .code = ErrorCode::transfer_coding_unsupported, .detail = "client's text", .param = {}};
  EXPECT_TRUE(logged(501, &error).ends_with(" error=transfer_coding_unsupported"));
}

TEST_F(RequestRecordTest, WhatIsOurFaultIsAnErrorAndOverloadAWarning) {
  LastLevel levels;
  const std::vector<std::pair<int, LogLevel>> expected = {
      {200, LogLevel::info},    {404, LogLevel::info}, {500, LogLevel::error},
      {501, LogLevel::info},    {505, LogLevel::info}, {507, LogLevel::error},
      {503, LogLevel::warning},
  };
  for (const auto& [status, level] : expected) {
    http::Response reply;
    reply.status = status;
    RequestRecord(nullptr, clock_, random_, levels, metrics_).conclude(std::move(reply));
    EXPECT_EQ(levels.last, level) << status;
  }
}

TEST_F(RequestRecordTest, ARequestWithoutAHeadIsLoggedToo) {
  RequestRecord record(nullptr, clock_, random_, log_, metrics_);
  record.conclude({});
  EXPECT_TRUE(log_.lines().back().starts_with("request method= path= status=200 ms=0 "));
}

}  // namespace
}  // namespace argot::api
