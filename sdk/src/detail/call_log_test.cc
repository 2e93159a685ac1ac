// What the debug log shows, and above all what it does not.

#include "detail/call_log.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "argot_open_ai/funcs/filesDownloadFile.hpp"
#include "argot_open_ai/funcs/filesRetrieveFile.hpp"
#include "detail/fake_surroundings.hpp"

namespace argot::openai {
namespace {

using detail::FakeWorld;
using detail::redacted;
using ::testing::HasSubstr;
using testing::MockReply;
using ::testing::Not;

constexpr std::string_view canary = "sk-canary-0123456789-secret";

/// A client whose log is kept.
struct LoggedWorld {
  explicit LoggedWorld(std::vector<MockReply> replies, SDKOptions options = {})
      : world(std::move(replies), withLog(std::move(options))) {}

  SDKOptions withLog(SDKOptions options) {
    options.debugLogger =
        makeLogger([this](std::string_view line) { log.append(line).append("\n"); });
    if (!options.apiKeyAuth.text()) options.apiKeyAuth = std::string(canary);
    return options;
  }

  std::string log{};
  FakeWorld world;
};

/// A variable of the environment for as long as this lives.
class Variable {
 public:
  Variable(const char* name, const char* value) : name_(name) { ::setenv(name, value, 1); }
  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;
  ~Variable() { ::unsetenv(name_); }

 private:
  const char* name_;
};

/// The log of one retrieve that is answered so.
std::string logOf(const MockReply& reply) {
  const LoggedWorld logged({reply});
  (void)filesRetrieveFile(logged.world.core, {.fileId = "file-abc"});
  return logged.log;
}

TEST(CallLog, ShowsRequestAndResponse) {
  const LoggedWorld logged(
      {MockReply{.headers = {{"Content-Type", "application/json"}, {"x-request-id", "req_1"}},
                 .body = detail::fileJson}});
  ASSERT_TRUE(filesRetrieveFile(logged.world.core, {.fileId = "file-abc"}).ok());
  EXPECT_THAT(logged.log, HasSubstr("> Request: GET http://files.test/v1/files/file-abc\n"
                                    "  Headers:\n"
                                    "    Accept: application/json\n"
                                    "    Authorization: Bearer sk-...cret\n"
                                    "    User-Agent: speakeasy-sdk/cpp"));
  EXPECT_THAT(logged.log, HasSubstr("< Response: GET http://files.test/v1/files/file-abc\n"
                                    "  Status Code: 200 OK\n"
                                    "  Headers:\n"
                                    "    Content-Type: application/json\n"
                                    "    x-request-id: req_1\n"
                                    "  Body:\n"
                                    "    {\"id\":\"file-abc\""));
}

TEST(CallLog, ShowsAFailure) {
  EXPECT_THAT(logOf({.failure = TransportFailure{.kind = TransportFailure::Kind::connection,
                                                 .text = "refused"}}),
              HasSubstr("< No response: GET http://files.test/v1/files/file-abc\n"
                        "  connection: refused\n"));
}

TEST(CallLog, ShowsTheBodyOfAnErrorAndAnUnknownStatusAsANumber) {
  EXPECT_THAT(logOf({.status = 404, .body = "{\"error\":1}"}),
              HasSubstr("Status Code: 404 Not Found\n"));
  const std::string log = logOf({.status = 499, .body = "{\"error\":1}"});
  EXPECT_THAT(log, HasSubstr("Status Code: 499\n"));
  EXPECT_THAT(log, HasSubstr("  Body:\n    {\"error\":1}\n"));
}

TEST(CallLog, NamesBodiesThatAreNoText) {
  const LoggedWorld logged({MockReply{.headers = {{"Content-Type", "image/png"}}, .body = "PNG!"}});
  ASSERT_TRUE(filesDownloadFile(logged.world.core, {.fileId = "file-abc"}).ok());
  EXPECT_THAT(logged.log, HasSubstr("  Body:\n    <image/png>\n"));
  EXPECT_THAT(logged.log, Not(HasSubstr("PNG!")));
}

TEST(CallLog, CutsBodiesAfterFourKibibytes) {
  const auto body = [](std::size_t bytes) {
    return logOf({.status = 400, .body = std::string(bytes, 'x')});
  };
  EXPECT_THAT(body(4'096), HasSubstr(" " + std::string(4'096, 'x') + "\n"));
  EXPECT_THAT(body(4'097), HasSubstr(std::string(4'096, 'x') + "... (1 more bytes)\n"));
  EXPECT_THAT(body(100'000), Not(HasSubstr(std::string(4'097, 'x'))));
}

TEST(CallLog, ShowsHeadersOfAnAllowListOnly) {
  EXPECT_EQ(redacted("Content-TYPE", "text/plain"), "text/plain");
  EXPECT_EQ(redacted("X-RateLimit-Remaining-Requests", "7"), "7");
  for (const char* const name : {"Cookie", "Set-Cookie", "X-Api-Key", "Proxy-Authorization",
                                 "Referer", "Location", "OpenAI-Organization", "", "X-Anything"}) {
    EXPECT_EQ(redacted(name, "value"), "[redacted]") << name;
  }
}

TEST(CallLog, ShowsOfAKeyWhatTellsItFromOthers) {
  const auto shown = [](std::string_view value) { return redacted("authorization", value); };
  EXPECT_EQ(shown("Bearer sk-0123456781234"), "Bearer sk-...1234");
  EXPECT_EQ(shown("bearer sk-0123456781234"), "Bearer sk-...1234");
  EXPECT_EQ(shown("Bearer 0123456781234"), "Bearer ...1234");
  EXPECT_EQ(shown("Bearer sk-456789012"), "Bearer sk-...9012");
  EXPECT_EQ(shown("Bearer sk-45678901"), "Bearer [redacted]");
  EXPECT_EQ(shown("Bearer "), "Bearer [redacted]");
  EXPECT_EQ(shown("Basic dXNlcjpwYXNzd29yZA=="), "[redacted]");
}

TEST(CallLog, HidesUserAndPasswordOfAURLAndShowsItsQuery) {
  LoggedWorld logged({});
  const auto titleOf = [&logged](const char* url) {
    logged.log.clear();
    detail::logFailure(logged.world.core.client(), {.method = "GET", .url = url}, {});
    return logged.log.substr(0, logged.log.find('\n'));
  };
  EXPECT_THAT(titleOf("http://me:pass@host/a?b=c@d"),
              HasSubstr("GET http://[redacted]@host/a?b=c@d"));
  EXPECT_THAT(titleOf("http://me:p@ss@host"), HasSubstr("GET http://[redacted]@host"));
  EXPECT_THAT(titleOf("http://host/a@b?after=c"), HasSubstr("GET http://host/a@b?after=c"));
}

TEST(CallLog, NeverShowsTheKeyWhateverEchoesIt) {
  const std::string key(canary);
  // At every place around the cut, too.
  for (std::size_t before = 4'096 - 2 * key.size(); before <= 4'096; ++before) {
    const std::string body = std::string(before, 'x') + key;
    const std::string log = logOf({.status = 400, .body = body});
    EXPECT_THAT(log, Not(HasSubstr("canary"))) << before;
  }
  const LoggedWorld logged(
      {MockReply{
           .status = 401,
           .headers = {{"Content-Type", "text/plain"}, {"X-Echo", key}, {"Server", "for " + key}},
           .body = "Incorrect API key: " + key},
       MockReply{.failure = TransportFailure{.text = "bad " + key}}},
      {.serverURL = "http://files.test/" + key + "?key=" + key});
  const RequestOptions options{
      .fetchOptions = {.headers = {{"Cookie", "a=" + key}, {"Accept", "text/" + key}}}};
  (void)filesRetrieveFile(logged.world.core, {.fileId = key}, options);
  (void)filesRetrieveFile(logged.world.core, {.fileId = key}, options);
  EXPECT_THAT(logged.log, HasSubstr("Incorrect API key: sk-...cret"));
  EXPECT_THAT(logged.log, HasSubstr("bad sk-...cret"));
  EXPECT_THAT(logged.log, Not(HasSubstr("canary")));
}

TEST(CallLog, ShowsSecretsOnlyWhereTheOptionsAskForThem) {
  const std::string key(canary);
  const auto logWith = [&key](SDKOptions options) {
    options.serverURL = "http://files.test/" + key;
    const LoggedWorld logged(
        {MockReply{.status = 401,
                   .headers = {{"Content-Type", "text/plain"}, {"Set-Cookie", "b=" + key}},
                   .body = "Incorrect API key: \x1b" + key + std::string(5'000, 'x')}},
        std::move(options));
    const RequestOptions call{.fetchOptions = {.headers = {{"Cookie", "a=" + key}}}};
    (void)filesRetrieveFile(logged.world.core, {.fileId = "f"}, call);
    return logged.log;
  };
  EXPECT_THAT(logWith({}), Not(HasSubstr("canary")));
  const std::string shown = logWith({.debugShowSecrets = true});
  EXPECT_THAT(shown, HasSubstr("> Request: GET http://files.test/" + key + "/files/f\n"));
  EXPECT_THAT(shown, HasSubstr("    Authorization: Bearer " + key + "\n"));
  EXPECT_THAT(shown, HasSubstr("    Cookie: a=" + key + "\n"));
  EXPECT_THAT(shown, HasSubstr("    Set-Cookie: b=" + key + "\n"));
  // What is no secret stays as it is: escaped, and cut.
  EXPECT_THAT(shown, HasSubstr("Incorrect API key: \\x1b" + key + "xxx"));
  EXPECT_THAT(shown, HasSubstr(" more bytes)\n"));
}

TEST(CallLog, ShowsUserAndPasswordOfAURLWhereTheOptionsAskForThem) {
  const LoggedWorld logged({}, {.debugShowSecrets = true});
  detail::logFailure(logged.world.core.client(), {.method = "GET", .url = "http://me:pass@host/a"},
                     {});
  EXPECT_THAT(logged.log, HasSubstr("< No response: GET http://me:pass@host/a\n"));
}

TEST(CallLog, TheEnvironmentTurnsTheLogOnAndNeverItsSecrets) {
  for (const char* const value : {"1", "true", "secrets", "all"}) {
    const Variable debug("ARGOTOPENAI_DEBUG", value);
    const Variable secrets("ARGOTOPENAI_DEBUG_SHOW_SECRETS", value);
    ::testing::internal::CaptureStderr();
    const FakeWorld world({MockReply{.body = "Incorrect API key: " + std::string(canary)}},
                          {.apiKeyAuth = std::string(canary)});
    (void)filesRetrieveFile(world.core, {.fileId = "f"});
    const std::string log = ::testing::internal::GetCapturedStderr();
    EXPECT_THAT(log, HasSubstr("> Request: GET ")) << value;
    EXPECT_THAT(log, Not(HasSubstr("canary"))) << value;
  }
}

TEST(CallLog, ShowsWhatControlsATerminalAsText) {
  const std::string log = logOf({.status = 400, .body = "a\x1b[2Jb\r\nc\td"});
  EXPECT_THAT(log, HasSubstr("    a\\x1b[2Jb\n    c\td\n"));
}

TEST(CallLog, ALoggerThatThrowsDoesNotEndTheCall) {
  const FakeWorld world(
      {MockReply{.body = detail::fileJson}},
      {.debugLogger = makeLogger([](std::string_view) { throw std::runtime_error("no paper"); })});
  EXPECT_TRUE(filesRetrieveFile(world.core, {.fileId = "file-abc"}).ok());
}

}  // namespace
}  // namespace argot::openai
