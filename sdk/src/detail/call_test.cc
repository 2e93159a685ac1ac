// Attempts, waits, hooks and what becomes of each kind of failure.

#include "detail/call.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "argot_open_ai/funcs/filesCreateFile.hpp"
#include "argot_open_ai/funcs/filesDownloadFile.hpp"
#include "argot_open_ai/funcs/filesListFiles.hpp"
#include "argot_open_ai/funcs/filesRetrieveFile.hpp"
#include "argot_open_ai/sdk/sdk.hpp"
#include "detail/fake_surroundings.hpp"

namespace argot::openai {
namespace {

using namespace std::chrono_literals;
using detail::FakeWorld;
using detail::fileJson;
using testing::MockReply;
using testing::RecordedRequest;
using Kind = TransportFailure::Kind;
using Waits = std::vector<std::chrono::milliseconds>;

MockReply failing(Kind kind, std::string text = "it failed") {
  return {.failure = TransportFailure{.kind = kind, .text = std::move(text)}};
}

MockReply asking(int status, std::string retryAfter) {
  return {.status = status, .headers = {{"Retry-After", std::move(retryAfter)}}};
}

Result<OpenAIFile> retrieve(const FakeWorld& world, const RequestOptions& options = {}) {
  return filesRetrieveFile(world.core, {.fileId = "file-abc"}, options);
}

RetryConfig backoff(std::chrono::milliseconds initial, std::chrono::milliseconds most,
                    double exponent, std::chrono::milliseconds elapsed) {
  return {.strategy = RetryConfig::Strategy::backoff,
          .backoff = BackoffStrategy{initial, most, exponent, elapsed}};
}

// --- Retries -----------------------------------------------------------------------------------

TEST(Retries, AreNotMadeUnlessAskedFor) {
  const FakeWorld world({MockReply{.status = 503}, MockReply{.body = fileJson}});
  EXPECT_EQ(retrieve(world).error().statusCode(), 503);
  EXPECT_EQ(world.transport->requests().size(), 1U);
}

TEST(Retries, TwoFailuresAndASuccess) {
  FakeWorld world(
      {MockReply{.status = 503}, MockReply{.status = 503}, MockReply{.body = fileJson}});
  ResponseInfo info;
  const auto file = retrieve(world, {.retries = RetryConfig::backoffDefault(), .response = &info});
  ASSERT_TRUE(file.ok()) << file.error();
  EXPECT_EQ(info.attempts, 3);
  EXPECT_EQ(world.time.waits, (Waits{0ms, 500ms}));
}

TEST(Retries, WaitsGrowAsAPolynomialWithASecondOfChance) {
  FakeWorld world({MockReply{.status = 500}});
  world.time.chance = 0.25;
  RetryConfig config = backoff(1000ms, 6000ms, 2, 1h);
  config.maxAttempts = 6;
  EXPECT_FALSE(retrieve(world, {.retries = config}).ok());
  EXPECT_EQ(world.time.waits, (Waits{250ms, 1250ms, 4250ms, 6000ms, 6000ms}));
}

TEST(Retries, EndOnceTheTimeForThemHasPassed) {
  FakeWorld world({MockReply{.status = 500}});
  const auto file = retrieve(world, {.retries = backoff(1000ms, 1000ms, 1, 2500ms)});
  // Waits of 0, 1, 1 and 1 s: after the last of them 3 s have passed.
  EXPECT_EQ(world.time.waits, (Waits{0ms, 1000ms, 1000ms, 1000ms}));
  EXPECT_EQ(file.error().attempts(), 5);
}

TEST(Retries, OnlyAfterTheCodesThatWereAsked) {
  const auto attempts = [](int status, std::vector<std::string> codes) {
    RetryConfig config = RetryConfig::backoffDefault();
    config.maxAttempts = 2;
    const FakeWorld world({MockReply{.status = status}});
    RequestOptions options{.retries = config};
    if (!codes.empty()) options.retryCodes = codes;
    return retrieve(world, options).error().attempts();
  };
  for (const int status : {429, 500, 502, 503, 504}) EXPECT_EQ(attempts(status, {}), 2) << status;
  for (const int status : {400, 401, 404, 408, 409, 501, 507})
    EXPECT_EQ(attempts(status, {}), 1) << status;
  EXPECT_EQ(attempts(507, {"5xx"}), 2);
  EXPECT_EQ(attempts(429, {"5XX"}), 1);
  EXPECT_EQ(attempts(404, {"404"}), 2);
}

TEST(Retries, NeverBeforeTheServerAsked) {
  const auto waits = [](std::string retryAfter) {
    FakeWorld world({asking(429, std::move(retryAfter)), MockReply{.body = fileJson}});
    const auto file = retrieve(world, {.retries = backoff(5ms, 5ms, 1, 1h)});
    return file.ok() ? world.time.waits : Waits{};
  };
  EXPECT_EQ(waits("1"), Waits{1000ms});
  EXPECT_EQ(waits("120"), Waits{120'000ms});
  EXPECT_EQ(waits("Tue, 14 Nov 2023 22:13:30 GMT"), Waits{10'000ms});
  for (const char* const garbage : {"0", "1.5", "soon", "-5", "0x2"}) {
    EXPECT_EQ(waits(garbage), Waits{0ms}) << garbage;
  }
}

TEST(Retries, AServerThatAsksForTooLongIsNotTriedAgain) {
  for (const char* const seconds : {"121", "100000000000000000000"}) {
    FakeWorld world({asking(429, seconds)});
    const auto file = retrieve(world, {.retries = RetryConfig::backoffDefault()});
    EXPECT_EQ(file.error().statusCode(), 429) << seconds;
    EXPECT_EQ(world.time.waits, Waits{}) << seconds;
  }
  FakeWorld world({asking(429, "5")});
  RetryConfig config = RetryConfig::backoffDefault();
  config.maxRetryAfter = 4s;
  EXPECT_EQ(retrieve(world, {.retries = config}).error().attempts(), 1);
}

TEST(Retries, DoNotOutliveTheDeadline) {
  FakeWorld world({asking(429, "10")});
  const auto file = retrieve(world, {.timeout = 9s, .retries = RetryConfig::backoffDefault()});
  EXPECT_EQ(file.error().statusCode(), 429);
  EXPECT_EQ(world.time.waits, Waits{});
}

TEST(Retries, AConnectionIsTriedAgainOnlyWhereAsked) {
  for (const Kind kind : {Kind::connection, Kind::timedOut}) {
    const FakeWorld patient({failing(kind), MockReply{.body = fileJson}});
    RetryConfig config = RetryConfig::backoffDefault();
    EXPECT_EQ(retrieve(patient, {.retries = config}).error().attempts(), 1);
    const FakeWorld world({failing(kind), MockReply{.body = fileJson}});
    config.retryConnectionErrors = true;
    EXPECT_TRUE(retrieve(world, {.retries = config}).ok());
  }
  for (const Kind kind : {Kind::aborted, Kind::invalidRequest, Kind::unexpected}) {
    const FakeWorld world({failing(kind), MockReply{.body = fileJson}});
    EXPECT_EQ(retrieve(world, {.retries = RetryConfig::recommended()}).error().attempts(), 1);
  }
}

TEST(Retries, ABodyThatBreaksOffIsTriedAgainAsAConnection) {
  const FakeWorld world(
      {MockReply{.body = fileJson, .breaksAfter = 10}, MockReply{.body = fileJson}});
  const auto file = retrieve(world, {.retries = RetryConfig::recommended()});
  EXPECT_TRUE(file.ok()) << file.error();
  const FakeWorld once({MockReply{.body = fileJson, .breaksAfter = 10}});
  EXPECT_NE(retrieve(once).error().as<ConnectionError>(), nullptr);
}

TEST(Retries, TheOfficialPolicyHeedsWhatServersSay) {
  const auto attempts = [](MockReply reply) {
    const FakeWorld world({std::move(reply)});
    return retrieve(world, {.retries = RetryConfig::recommended()}).error().attempts();
  };
  EXPECT_EQ(attempts({.status = 409}), 3);
  EXPECT_EQ(attempts({.status = 408}), 3);
  EXPECT_EQ(attempts({.status = 400}), 1);
  EXPECT_EQ(attempts({.status = 503, .headers = {{"x-should-retry", "false"}}}), 1);
  EXPECT_EQ(attempts({.status = 400, .headers = {{"x-should-retry", "true"}}}), 3);
  FakeWorld world({MockReply{.status = 429, .headers = {{"retry-after-ms", "1500"}}},
                   MockReply{.status = 500}, MockReply{.body = fileJson}});
  EXPECT_TRUE(retrieve(world, {.retries = RetryConfig::recommended()}).ok());
  EXPECT_EQ(world.time.waits, (Waits{1500ms, 1000ms}));
}

TEST(Retries, ABodyThatCannotBeReadAgainIsSentOnce) {
  class Once final : public ByteSource {
   public:
    std::size_t read(std::span<std::byte>) override { return 0; }
  };
  const FakeWorld world({MockReply{.status = 503}, MockReply{.body = fileJson}});
  const auto created = filesCreateFile(
      world.core,
      {.file = CreateFileRequestFile{.fileName = "a", .content = std::make_shared<Once>()},
       .purpose = "batch"},
      {.retries = RetryConfig::recommended()});
  EXPECT_EQ(created.error().statusCode(), 503);
  EXPECT_EQ(world.transport->requests().size(), 1U);
}

TEST(Retries, TheSignalEndsAWait) {
  FakeWorld world({MockReply{.status = 503}});
  std::stop_source source;
  world.time.duringWait = [&source] { source.request_stop(); };
  const auto file = retrieve(world, {.retries = RetryConfig::backoffDefault(),
                                     .fetchOptions = {.signal = source.get_token()}});
  EXPECT_NE(file.error().as<RequestAbortedError>(), nullptr);
  EXPECT_EQ(world.transport->requests().size(), 1U);
}

TEST(Retries, TheErrorTellsHowTheyWent) {
  const FakeWorld world(
      {MockReply{.status = 503}, failing(Kind::connection), MockReply{.status = 500}});
  const auto file = retrieve(world, {.retries = RetryConfig::recommended()});
  EXPECT_EQ(file.error().attemptLog(), "3 attempts over 1.5 s: 503, connection, 500");
}

// --- Signal and deadline -----------------------------------------------------------------------

TEST(Call, AStoppedSignalSendsNothing) {
  const FakeWorld world({MockReply{.body = fileJson}});
  std::stop_source source;
  source.request_stop();
  const auto file = retrieve(world, {.fetchOptions = {.signal = source.get_token()}});
  EXPECT_NE(file.error().as<RequestAbortedError>(), nullptr);
  EXPECT_TRUE(world.transport->requests().empty());
}

TEST(Call, TheDeadlineAndTheSignalReachTheTransport) {
  FakeWorld world({MockReply{.body = fileJson}}, {.timeout = 30s});
  const auto start = world.time.now;
  ASSERT_TRUE(retrieve(world).ok());
  ASSERT_TRUE(retrieve(world, {.timeout = 5s,
                               .fetchOptions = {.redirect = Redirect::manual, .keepalive = false}})
                  .ok());
  const auto requests = world.transport->requests();
  EXPECT_EQ(requests[0].context.deadline, start + 30s);
  EXPECT_EQ(requests[1].context.deadline, start + 5s);
  EXPECT_EQ(requests[1].context.redirect, Redirect::manual);
  EXPECT_FALSE(requests[1].context.keepalive);
}

// --- Hooks -------------------------------------------------------------------------------------

TEST(Hooks, RunInTheOrderOfTheTypeScriptSDK) {
  std::string order;
  const auto note = [&order](std::string what) { order += (order.empty() ? "" : " > ") + what; };
  auto hooks = std::make_shared<SDKHooks>();
  hooks->sdkInit.push_back([=](SDKInit&) { note("sdkInit"); });
  hooks->beforeCreateRequest.push_back([=](const HookContext& context, HttpRequest&) {
    EXPECT_EQ(context.operationID, "retrieveFile");
    EXPECT_EQ(context.securitySource, "apiKeyAuth");
    note("beforeCreateRequest");
  });
  hooks->beforeRequest.push_back([=](const HookContext&, HttpRequest&) { note("beforeRequest"); });
  hooks->afterSuccess.push_back([=](const HookContext&, HttpResponse& response) {
    note("afterSuccess " + std::to_string(response.status));
  });
  hooks->afterError.push_back([=](const HookContext&, HttpResponse& response) {
    note("afterError " + std::to_string(response.status));
  });
  auto transport = std::make_shared<testing::MockTransport>(
      std::vector<MockReply>{{.status = 503}, {.body = fileJson}});
  auto http = std::make_shared<HTTPClient>(transport);
  http->addBeforeRequestHook([=](HttpRequest&) { note("http.beforeRequest"); });
  http->addResponseHook([=](const HttpResponse& response, const HttpRequest&) {
    note("http.response " + std::to_string(response.status));
  });
  const FakeWorld world(transport, {.apiKeyAuth =
                                        [=] {
                                          note("apiKey()");
                                          return std::string("k");
                                        },
                                    .httpClient = http,
                                    .retryConfig = RetryConfig::backoffDefault(),
                                    .hooks = hooks});
  ASSERT_TRUE(retrieve(world).ok());
  EXPECT_EQ(order,
            "sdkInit > apiKey() > beforeCreateRequest > beforeRequest > http.beforeRequest > "
            "http.response 503 > afterError 503 > beforeRequest > http.beforeRequest > "
            "http.response 200 > afterSuccess 200");
}

TEST(Hooks, MayChangeTheRequest) {
  auto hooks = std::make_shared<SDKHooks>();
  hooks->sdkInit.push_back([](SDKInit& init) { init.baseURL = "http://other.test/v2/"; });
  hooks->beforeRequest.push_back(
      [](const HookContext&, HttpRequest& request) { request.headers.set("X-Trace", "1"); });
  const FakeWorld world({MockReply{.body = fileJson}}, {.hooks = hooks});
  ASSERT_TRUE(retrieve(world).ok());
  EXPECT_EQ(world.transport->requests()[0].url, "http://other.test/v2/files/file-abc");
  EXPECT_EQ(*world.transport->requests()[0].headers.find("x-trace"), "1");
}

TEST(Hooks, WhatTheyThrowIsAnUnexpectedClientError) {
  const auto thrower = [](auto&...) { throw std::runtime_error("the hook broke"); };
  for (int which = 0; which < 4; ++which) {
    auto hooks = std::make_shared<SDKHooks>();
    if (which == 0)
      hooks->beforeCreateRequest.push_back([&](const HookContext&, HttpRequest& r) { thrower(r); });
    if (which == 1)
      hooks->beforeRequest.push_back([&](const HookContext&, HttpRequest& r) { thrower(r); });
    if (which == 2)
      hooks->afterSuccess.push_back([&](const HookContext&, HttpResponse& r) { thrower(r); });
    if (which == 3)
      hooks->afterError.push_back([&](const HookContext&, HttpResponse& r) { thrower(r); });
    const FakeWorld world({MockReply{.status = which == 3 ? 404 : 200, .body = fileJson}},
                          {.hooks = hooks});
    const auto file = retrieve(world);
    ASSERT_NE(file.error().as<UnexpectedClientError>(), nullptr) << which;
    EXPECT_NE(std::string(file.error().what()).find("the hook broke"), std::string::npos) << which;
  }
}

TEST(Hooks, OfTheHTTPClientSeeFailuresAndCanBeRemoved) {
  auto transport =
      std::make_shared<testing::MockTransport>(std::vector<MockReply>{failing(Kind::connection)});
  auto http = std::make_shared<HTTPClient>(transport);
  int failures = 0;
  const HookId id = http->addRequestErrorHook(
      [&failures](const TransportFailure&, const HttpRequest&) { ++failures; });
  auto clone = http->clone();
  const FakeWorld world(transport, {.httpClient = http});
  EXPECT_FALSE(retrieve(world).ok());
  EXPECT_EQ(failures, 1);
  EXPECT_TRUE(http->removeHook(id));
  EXPECT_FALSE(http->removeHook(id));
  EXPECT_FALSE(retrieve(world).ok());
  EXPECT_EQ(failures, 1);
  const FakeWorld cloned(transport, {.httpClient = clone});
  EXPECT_FALSE(retrieve(cloned).ok());
  EXPECT_EQ(failures, 2);
}

TEST(Hooks, OfTheHTTPClientChangeOneAttemptOnly) {
  auto transport = std::make_shared<testing::MockTransport>(
      std::vector<MockReply>{MockReply{.status = 503}, MockReply{.body = fileJson}});
  auto http = std::make_shared<HTTPClient>(transport);
  http->addBeforeRequestHook([](HttpRequest& request) { request.url += "?again"; });
  const FakeWorld world(transport, {.httpClient = http});
  EXPECT_TRUE(retrieve(world, {.retries = RetryConfig::backoffDefault()}).ok());
  const std::vector<RecordedRequest> requests = transport->requests();
  ASSERT_EQ(requests.size(), 2U);
  EXPECT_TRUE(requests.front().url.ends_with("/files/file-abc?again"));
  EXPECT_EQ(requests.back().url, requests.front().url);
}

// --- The error matrix, in both forms -----------------------------------------------------------

struct Row {
  const char* name;
  MockReply reply;
  std::string message;
};

std::vector<Row> rows() {
  return {
      {"SDKError",
       {.status = 404, .body = R"({"error":{"message":"No such"}})"},
       "API error occurred: Status 404 Content-Type application/json Body "
       "\n{\"error\":{\"message\":\"No such\"}}"},
      {"SDKError",
       {.status = 502, .headers = {{"Content-Type", "text/html"}}, .body = "<p>bad gateway</p>"},
       "API error occurred: Status 502 Content-Type text/html Body \n<p>bad gateway</p>"},
      {"SDKError",
       {.status = 201, .body = fileJson},
       std::string("Unexpected API response status or content-type: Status 201 Content-Type "
                   "application/json Body \n") +
           fileJson},
      {"SDKError",
       {.headers = {{"Content-Type", "text/json"}}, .body = "{}"},
       "Unexpected API response status or content-type: Status 200 Content-Type text/json Body "
       "\n{}"},
      {"RequestAbortedError", failing(Kind::aborted, "stopped"),
       "Request aborted by client: stopped"},
      {"RequestTimeoutError", failing(Kind::timedOut, "too slow"), "Request timed out: too slow"},
      {"ConnectionError", failing(Kind::connection, "refused"), "Unable to make request: refused"},
      {"UnexpectedClientError", failing(Kind::unexpected, "odd"),
       "Unexpected HTTP client error: odd"},
      {"SDKValidationError", {.body = R"({"id":7})"}, ""},
      {"SDKValidationError", {.body = "{"}, ""},
  };
}

TEST(ErrorMatrix, TheStandaloneFormReturnsWhatTheClassFormThrows) {
  for (const Row& row : rows()) {
    const FakeWorld world({row.reply});
    const auto returned = retrieve(world);
    ASSERT_FALSE(returned.ok()) << row.name;
    EXPECT_EQ(returned.error().name(), row.name);
    if (!row.message.empty()) {
      EXPECT_STREQ(returned.error().what(), row.message.c_str());
    }
    try {
      Files(world.core).retrieveFile({.fileId = "file-abc"});
      FAIL() << row.name << " was not thrown";
    } catch (const ArgotError& thrown) {
      EXPECT_STREQ(thrown.what(), returned.error().what());
    }
  }
}

TEST(ErrorMatrix, ProvidersThatThrowAreReturned) {
  const FakeWorld world({MockReply{.body = fileJson}}, {.apiKeyAuth = []() -> std::string {
                          throw std::runtime_error("no vault");
                        }});
  const auto file = retrieve(world);
  ASSERT_NE(file.error().as<UnexpectedClientError>(), nullptr);
  EXPECT_TRUE(world.transport->requests().empty());
}

TEST(ErrorMatrix, ATypeWithParametersAndInAnyCaseIsJSON) {
  const FakeWorld world({MockReply{
      .headers = {{"content-type", "Application/JSON ; charset=utf-8"}}, .body = fileJson}});
  EXPECT_TRUE(retrieve(world).ok());
}

TEST(ErrorMatrix, AReplyInJSONHasABound) {
  const FakeWorld world({MockReply{.body = std::string(std::size_t{64} << 20, ' ')}});
  const auto file = retrieve(world);
  ASSERT_FALSE(file.ok());
  ASSERT_NE(file.error().as<SDKValidationError>(), nullptr) << file.error();
  EXPECT_EQ(file.error().as<SDKValidationError>()->issues().at(0).code, "too_big");
  EXPECT_EQ(file.error().as<SDKValidationError>()->rawValue(), "");
}

TEST(Download, TakesAnyTypeAndAnySuccess) {
  const std::string body("\0\xff any", 6);
  for (const int status : {200, 203}) {
    const FakeWorld world({MockReply{.status = status, .headers = {}, .body = body}});
    const auto content = filesDownloadFile(world.core, {.fileId = "file-abc"});
    ASSERT_TRUE(content.ok()) << content.error();
    EXPECT_EQ(*content, body);
  }
}

TEST(Download, IsNotCutAnywhere) {
  const std::string body(std::size_t{70} << 20, 'x');
  const FakeWorld world({MockReply{.headers = {}, .body = body}});
  EXPECT_EQ(filesDownloadFile(world.core, {.fileId = "file-abc"}).unwrap().size(), body.size());
}

TEST(ResponseInfo, IsThereForErrorsAsWell) {
  const FakeWorld world({MockReply{.status = 404, .headers = {{"X-Request-Id", "req_1"}}}});
  ResponseInfo info;
  EXPECT_FALSE(retrieve(world, {.response = &info}).ok());
  EXPECT_EQ(info.status, 404);
  EXPECT_EQ(info.requestId, "req_1");
  EXPECT_EQ(info.attempts, 1);
}

TEST(Progress, OfAnUploadNeverFallsAndEndsAtItsSize) {
  std::vector<std::uint64_t> seen;
  std::optional<std::uint64_t> total;
  const FakeWorld world({MockReply{.status = 503}, MockReply{.body = fileJson}});
  const auto created = filesCreateFile(
      world.core, {.file = Blob(std::string(300'000, 'x')), .purpose = "batch"},
      {.retries = RetryConfig::backoffDefault(), .onProgress = [&](const Progress& progress) {
         seen.push_back(progress.done);
         total = progress.total;
       }});
  ASSERT_TRUE(created.ok()) << created.error();
  ASSERT_FALSE(seen.empty());
  EXPECT_TRUE(std::ranges::is_sorted(seen));
  EXPECT_EQ(seen.back(), total);
  EXPECT_GT(*total, 300'000U);
}

TEST(Progress, WhatItThrowsAborts) {
  const FakeWorld world({MockReply{.body = fileJson}});
  const auto created =
      filesCreateFile(world.core, {.file = Blob("x"), .purpose = "batch"},
                      {.onProgress = [](const Progress&) { throw std::runtime_error("enough"); }});
  EXPECT_NE(created.error().as<RequestAbortedError>(), nullptr) << created.error();
}

// --- The client --------------------------------------------------------------------------------

TEST(Core, TellsWhatIsWrongWithItsOptions) {
  EXPECT_THROW(ArgotOpenAiCore({.serverIdx = 1}), std::invalid_argument);
  for (const char* const url :
       {"ftp://host", "host", "http://", "http:///v1", "http://a b", "http://user:pw@host"}) {
    EXPECT_THROW(ArgotOpenAiCore({.serverURL = url}), std::invalid_argument) << url;
    EXPECT_FALSE(ArgotOpenAiCore::create({.serverURL = url}).ok()) << url;
  }
  EXPECT_STREQ(ArgotOpenAiCore::create({.serverIdx = 3}).error().what(), "Invalid server index 3");
}

TEST(Core, SlashesAtTheEndOfTheServerCollapse) {
  EXPECT_EQ(ArgotOpenAiCore({.serverURL = "http://host/v1///"}).baseURL(), "http://host/v1");
  EXPECT_EQ(ArgotOpenAiCore({.serverIdx = 0}).baseURL(), "https://api.openai.com/v1");
}

}  // namespace
}  // namespace argot::openai
