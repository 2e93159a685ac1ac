// What servers and networks do to a call whose reply is one piece: connections that break at any
// byte, that stall, that never come about, and replies that are not what they say.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "argot_open_ai/funcs/filesDownloadFile.hpp"
#include "argot_open_ai/funcs/filesListAllFiles.hpp"
#include "argot_open_ai/funcs/filesRetrieveFile.hpp"
#include "detail/wire_fixture.h"

namespace argot::openai {
namespace {

using namespace std::chrono_literals;
using detail::Clocks;
using detail::couldNotConnect;
using detail::fileJson;
using detail::partialFile;
using detail::receiveError;
using detail::retrying;
using detail::Then;
using detail::WireClient;
using detail::wired;
using detail::wiredFile;
using detail::wiredJson;
using detail::WireReply;
using detail::WireWorld;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;
using Waits = std::vector<std::chrono::milliseconds>;

Result<OpenAIFile> retrieve(const WireWorld& world, const RequestOptions& options = {}) {
  return filesRetrieveFile(world.client.core, {.fileId = "file-abc"}, options);
}

Result<std::string> download(const WireWorld& world, const RequestOptions& options = {}) {
  return filesDownloadFile(world.client.core, {.fileId = "file-abc"}, options);
}

template <class T>
void expectConnectionError(const Result<T>& result, int code, int attempts) {
  ASSERT_FALSE(result.ok());
  const auto* const error = result.error().template as<ConnectionError>();
  ASSERT_NE(error, nullptr) << result.error();
  EXPECT_EQ(error->cause().code, code) << error->what();
  EXPECT_EQ(error->what(), "Unable to make request: " + error->cause().text);
  EXPECT_FALSE(error->cause().text.empty());
  EXPECT_EQ(error->attempts(), attempts);
  EXPECT_TRUE(result.error().retryable());
}

/// Where a reply of that head and body may break: in the status line, in the fields, between head
/// and body, behind the first byte of the body, in its middle and before its last.
std::vector<std::size_t> breaksOf(const std::string& reply) {
  const std::size_t line = reply.find("\r\n");
  const std::size_t head = reply.find("\r\n\r\n") + 4;
  const std::size_t body = reply.size() - head;
  return {0,        1,        5,        line - 1, line + 1,        line + 2,
          head - 3, head - 1, head - 0, head + 1, head + body / 2, reply.size() - 1};
}

// --- Connections that break --------------------------------------------------------------------

TEST(FaultServer, AResetAtAnyByteIsAConnectionErrorOfOneAttempt) {
  const std::string reply = wiredFile();
  for (const std::size_t at : breaksOf(reply)) {
    SCOPED_TRACE("reset at byte " + std::to_string(at));
    const WireWorld world({WireReply{reply.substr(0, at), Then::reset}, WireReply{reply}});
    const auto file = retrieve(world);
    expectConnectionError(file, receiveError, 1);
    EXPECT_THAT(file.error().what(), HasSubstr("reset"));
    EXPECT_EQ(world.server.requests().size(), 1U);
    EXPECT_THAT(world.client.time.waits, IsEmpty());
  }
}

TEST(FaultServer, AResetAtAnyByteIsMendedByAnotherAttempt) {
  const std::string reply = wiredFile();
  for (const std::size_t at : breaksOf(reply)) {
    SCOPED_TRACE("reset at byte " + std::to_string(at));
    ResponseInfo info;
    RequestOptions options = retrying;
    options.response = &info;
    const WireWorld world({WireReply{reply.substr(0, at), Then::reset}, WireReply{reply}});
    const auto file = retrieve(world, options);
    ASSERT_TRUE(file.ok()) << file.error();
    EXPECT_EQ(file->id, "file-abc");
    EXPECT_EQ(info.attempts, 2);
    EXPECT_EQ(world.client.time.waits, Waits{500ms});
    const auto requests = world.server.requests();
    ASSERT_EQ(requests.size(), 2U);
    EXPECT_EQ(requests[0], requests[1]);
  }
}

TEST(FaultServer, ResetsWithoutEndUseUpTheAttempts) {
  const std::string reply = wiredFile();
  for (const std::size_t at : breaksOf(reply)) {
    SCOPED_TRACE("reset at byte " + std::to_string(at));
    const WireWorld world({WireReply{reply.substr(0, at), Then::reset}});
    expectConnectionError(retrieve(world, retrying), receiveError, 3);
    EXPECT_EQ(world.server.requests().size(), 3U);
    EXPECT_EQ(world.client.time.waits, (Waits{500ms, 1000ms}));
  }
}

TEST(FaultServer, StatusesAloneAreNoReasonToTryABrokenConnectionAgain) {
  const WireWorld world({WireReply{"", Then::reset}, WireReply{wiredFile()}});
  const RequestOptions options{.retries = RetryConfig::backoffDefault()};
  expectConnectionError(retrieve(world, options), receiveError, 1);
}

TEST(FaultServer, TheLogOfTheAttemptsTellsABodyThatBrokeFromOneThatDidNot) {
  const std::string reply = wiredFile();
  std::string log;
  const WireWorld world({WireReply{reply.substr(0, reply.size() - 1), Then::reset},
                         WireReply{"HTTP", Then::reset}, WireReply{wiredJson("404 No", "{}")}},
                        {.debugLogger = makeLogger(
                             [&log](std::string_view line) { log.append(line).append("\n"); })});
  const auto file = retrieve(world, retrying);
  ASSERT_FALSE(file.ok());
  EXPECT_EQ(file.error().attemptLog(),
            "3 attempts over 1.5 s: 200 then connection, connection, 404");
  EXPECT_THAT(log, HasSubstr("< Broken response: GET "));
  EXPECT_THAT(log, HasSubstr("  connection: Recv failure: Connection reset by peer\n"));
}

TEST(FaultServer, AResetBehindTheLastByteTakesNothing) {
  const WireWorld world({WireReply{wiredFile(), Then::reset}});
  EXPECT_TRUE(retrieve(world).ok());
  EXPECT_TRUE(retrieve(world).ok());
  EXPECT_EQ(world.server.requests().size(), 2U);
}

TEST(FaultServer, ADownloadIntoMemoryIsWholeOrAnError) {
  std::string content(20'000, '\0');
  for (std::size_t i = 0; i < content.size(); ++i) content[i] = static_cast<char>(i * i >> 3);
  const std::string reply = wired("200 OK", "ETag: \"one\"\r\n", content);
  for (const std::size_t at : breaksOf(reply)) {
    SCOPED_TRACE("reset at byte " + std::to_string(at));
    const WireWorld once({WireReply{reply.substr(0, at), Then::reset}});
    expectConnectionError(download(once), receiveError, 1);
    EXPECT_EQ(once.server.requests().size(), 1U);
    const WireWorld twice({WireReply{reply.substr(0, at), Then::reset}, WireReply{reply}});
    const auto text = download(twice, retrying);
    ASSERT_TRUE(text.ok()) << text.error();
    EXPECT_EQ(*text, content);
    EXPECT_EQ(twice.server.requests().size(), 2U);
  }
}

TEST(FaultServer, ABodyShorterThanItSaysIsAConnectionError) {
  const std::string body(100, 'x');
  const std::string whole = wired("200 OK", "Content-Type: application/json\r\n", body);
  for (const std::size_t missing : {1U, 50U, 100U}) {
    SCOPED_TRACE(std::to_string(missing) + " bytes missing");
    const WireReply cut{whole.substr(0, whole.size() - missing), Then::close};
    const std::string words = std::to_string(missing) + " bytes remaining to read";
    for (const auto& error :
         {retrieve(WireWorld({cut})).error(), download(WireWorld({cut})).error()}) {
      expectConnectionError(Result<void>(error), partialFile, 1);
      EXPECT_THAT(error.what(), EndsWith(words));
    }
    const WireWorld world({cut, WireReply{wiredFile()}});
    EXPECT_TRUE(retrieve(world, retrying).ok());
  }
}

TEST(FaultServer, AChunkedBodyWithoutItsLastChunkIsAConnectionError) {
  const std::string head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (const char* const body : {"", "5\r\n", "5\r\nab", "5\r\nabcde", "5\r\nabcde\r\n",
                                 "5\r\nabcde\r\n0", "zz\r\nabcde\r\n0\r\n\r\n"}) {
    SCOPED_TRACE(body);
    const auto text = download(WireWorld({WireReply{head + body, Then::close}}));
    ASSERT_FALSE(text.ok()) << *text;
    EXPECT_EQ(text.error().name(), "ConnectionError");
  }
  const WireWorld whole({WireReply{head + "5\r\nabcde\r\n0\r\n\r\n"}});
  EXPECT_EQ(download(whole).value(), "abcde");
}

TEST(FaultServer, WhatIsBehindABodyIsNoReplyToTheNextCall) {
  const std::string poison = wired("200 OK", "", "poison");
  const std::string reply = wired("200 OK", "", "hello");
  const WireWorld together({WireReply{reply + poison}, WireReply{wired("200 OK", "", "second")}});
  EXPECT_EQ(download(together).value(), "hello");
  EXPECT_EQ(download(together).value(), "second");
  EXPECT_EQ(together.server.accepted(), 2);
}

TEST(FaultServer, ConnectionsAreKeptUnlessTheOptionsSayOtherwise) {
  const auto connectionsOf = [](SDKOptions options, const RequestOptions& call) {
    const WireWorld world({WireReply{wiredFile()}}, std::move(options));
    EXPECT_TRUE(retrieve(world, call).ok());
    EXPECT_EQ(detail::fieldOf(world.server.requests().at(0), "Connection"),
              call.fetchOptions.keepalive ? std::nullopt : std::optional<std::string>("close"));
    EXPECT_TRUE(retrieve(world, call).ok());
    return world.server.accepted();
  };
  EXPECT_EQ(connectionsOf({}, {}), 1);
  EXPECT_EQ(connectionsOf({}, {.fetchOptions = {.keepalive = false}}), 2);
  EXPECT_EQ(connectionsOf({.transport = {.maxConnections = 0}}, {}), 2);
}

TEST(FaultServer, HeadsThatAreNoneAreConnectionErrors) {
  std::string endless;
  while (endless.size() < 2'000'000) endless += "X-Field: " + std::string(1'000, 'x') + "\r\n";
  for (const std::string& reply :
       {std::string("SSH-2.0-OpenSSH_9.2\r\n"), std::string("hello"), std::string("\r\n\r\n"),
        std::string("HTTP/1.1 abc OK\r\n\r\n"), std::string("HTTP/1.1 99 Low\r\n\r\n"),
        "HTTP/1.1 200 OK\r\n" + endless + "\r\n",
        std::string("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n"),
        std::string("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef")}) {
    const WireWorld world({WireReply{reply, Then::close}});
    const auto text = download(world);
    ASSERT_FALSE(text.ok()) << reply.substr(0, 80) << " gave " << *text;
    EXPECT_EQ(text.error().name(), "ConnectionError") << reply.substr(0, 80) << text.error();
  }
}

TEST(FaultServer, InterimRepliesAreNotTheReply) {
  const WireWorld world(
      {WireReply{"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + wiredFile()}});
  ResponseInfo info;
  ASSERT_TRUE(retrieve(world, {.response = &info}).ok());
  EXPECT_EQ(info.status, 200);
  EXPECT_EQ(info.headers.find("Link"), nullptr);
}

// --- Time --------------------------------------------------------------------------------------

TEST(FaultServer, AStallIsATimeoutWhereverItBegins) {
  const std::string reply = wiredFile();
  const SDKOptions options{.transport = {.stallTimeout = 150ms}};
  for (const std::size_t at : {std::size_t{0}, std::size_t{5}, reply.find("\r\n\r\n") + 2,
                               reply.find("\r\n\r\n") + 4, reply.size() - 1}) {
    SCOPED_TRACE("stall at byte " + std::to_string(at));
    const WireReply stalled{reply.substr(0, at), Then::stall};
    const WireWorld once({stalled, WireReply{reply}}, options);
    const auto file = retrieve(once);
    ASSERT_FALSE(file.ok());
    EXPECT_EQ(file.error().name(), "RequestTimeoutError");
    EXPECT_STREQ(file.error().what(),
                 "Request timed out: nothing was sent or received for too long");
    EXPECT_EQ(file.error().attempts(), 1);
    const WireWorld twice({stalled, WireReply{reply}}, options);
    EXPECT_TRUE(retrieve(twice, retrying).ok());
    EXPECT_EQ(twice.client.time.waits, Waits{500ms});
  }
}

TEST(FaultServer, TheDeadlineEndsACallWhateverTheRetries) {
  const std::string reply = wiredFile();
  for (const std::size_t at : {std::size_t{0}, std::size_t{5}, reply.size() - 1}) {
    SCOPED_TRACE("stall at byte " + std::to_string(at));
    const WireWorld world({WireReply{reply.substr(0, at), Then::stall}}, {}, Clocks::real);
    RequestOptions options = retrying;
    options.timeout = 200ms;
    const auto file = retrieve(world, options);
    ASSERT_FALSE(file.ok());
    EXPECT_EQ(file.error().name(), "RequestTimeoutError");
    EXPECT_STREQ(file.error().what(), "Request timed out: the deadline has passed");
    EXPECT_EQ(file.error().attempts(), 1);
    EXPECT_EQ(world.server.requests().size(), 1U);
  }
}

TEST(FaultServer, TheSignalEndsACallWhereverItIs) {
  const std::string reply = wiredFile();
  for (const std::size_t at : {std::size_t{0}, std::size_t{5}, reply.size() - 1}) {
    SCOPED_TRACE("stall at byte " + std::to_string(at));
    std::stop_source stop;
    const WireWorld world([&](const std::string&, std::size_t) {
      stop.request_stop();
      return WireReply{reply.substr(0, at), Then::stall};
    });
    RequestOptions options = retrying;
    options.fetchOptions.signal = stop.get_token();
    const auto file = retrieve(world, options);
    ASSERT_FALSE(file.ok());
    EXPECT_EQ(file.error().name(), "RequestAbortedError");
    EXPECT_STREQ(file.error().what(), "Request aborted by client: the call was stopped");
    EXPECT_EQ(file.error().attempts(), 1);
    EXPECT_THAT(world.client.time.waits, IsEmpty());
  }
}

TEST(FaultServer, TheDeadlineIsThatOfAllAttemptsTogether) {
  WireWorld world({WireReply{wired("503 Busy", "Retry-After: 3\r\n", "")}});
  // It goes on in waits only. The transport has the same deadline and sees real time.
  world.client.time.now = detail::Surroundings::real().now();
  RequestOptions options = retrying;
  options.retries->maxAttempts = 1'000;
  options.timeout = 10s;
  const auto file = retrieve(world, options);
  ASSERT_FALSE(file.ok());
  // No wait goes beyond the deadline: the last reply is the outcome.
  EXPECT_EQ(file.error().statusCode(), 503) << file.error();
  EXPECT_EQ(file.error().attempts(), 4);
  EXPECT_EQ(world.client.time.waits, (Waits{3s, 3s, 3s}));
}

TEST(FaultServer, APortWhereNobodyListensIsAConnectionError) {
  const std::string url = "http://127.0.0.1:" + std::to_string(argot::testing::closed_port());
  const WireClient once(url);
  expectConnectionError(filesRetrieveFile(once.core, {.fileId = "f"}), couldNotConnect, 1);
  const WireClient thrice(url);
  const auto file = filesRetrieveFile(thrice.core, {.fileId = "f"}, retrying);
  expectConnectionError(file, couldNotConnect, 3);
  EXPECT_EQ(file.error().attemptLog(), "3 attempts over 1.5 s: connection, connection, connection");
}

TEST(FaultServer, AConnectionThatDoesNotComeAboutIsATimeout) {
  const argot::testing::FullBacklog backlog;
  const WireClient client(backlog.url("/v1"), {.transport = {.connectTimeout = 30ms}});
  const auto file = filesRetrieveFile(client.core, {.fileId = "f"}, retrying);
  ASSERT_FALSE(file.ok());
  EXPECT_EQ(file.error().name(), "RequestTimeoutError");
  EXPECT_EQ(file.error().attempts(), 3);
}

// --- Replies that are not what they say --------------------------------------------------------

TEST(FaultServer, JsonThatIsNoneIsAValidationErrorAndNotTriedAgain) {
  for (const char* const body :
       {"", "{", "nope", "[]", "null", "{\"id\":1}", "\xff\xfe", "{} {}"}) {
    SCOPED_TRACE(body);
    const WireWorld world({WireReply{wiredJson("200 OK", body)}});
    const auto file = retrieve(world, retrying);
    ASSERT_FALSE(file.ok());
    const auto* const error = file.error().as<SDKValidationError>();
    ASSERT_NE(error, nullptr) << file.error();
    EXPECT_EQ(error->rawMessage(), "Response validation failed");
    EXPECT_EQ(error->rawValue(), body);
    EXPECT_EQ(error->attempts(), 1);
    EXPECT_EQ(world.server.requests().size(), 1U);
  }
}

TEST(FaultServer, AnythingBut200WithJsonIsAnSDKError) {
  const std::string json = fileJson;
  for (const std::string& reply :
       {wired("200 OK", "Content-Type: text/html\r\n", "<p>login"), wired("200 OK", "", json),
        wiredJson("201 Created", json), std::string("HTTP/1.1 204 No Content\r\n\r\n"),
        wired("304 Not Modified", "", "")}) {
    const WireWorld world({WireReply{reply}});
    const auto file = retrieve(world);
    ASSERT_FALSE(file.ok()) << reply;
    EXPECT_NE(file.error().as<SDKError>(), nullptr) << file.error();
    EXPECT_THAT(file.error().what(),
                StartsWith("Unexpected API response status or content-type: Status "));
  }
}

TEST(FaultServer, NoStatusBut2XXIsADownload) {
  for (const char* const status : {"300 Multiple Choices", "304 Not Modified", "307 Go"}) {
    const WireWorld world({WireReply{wired(status, "", "")}});
    const auto text = download(world);
    ASSERT_FALSE(text.ok()) << status;
    EXPECT_THAT(text.error().what(),
                StartsWith("Unexpected API response status or content-type: Status 3"));
  }
  EXPECT_EQ(download(WireWorld({WireReply{wired("203 Changed", "", "hi")}})).value(), "hi");
}

TEST(FaultServer, NobodyAsksForAnEncodingAndSoNoneIsUndone) {
  const std::string gzip("\x1f\x8b\x08\x00\x00\x00", 6);  // the first bytes of a file.gz
  const std::string fields = "Content-Type: application/json\r\nContent-Encoding: gzip\r\n";
  const WireWorld world({WireReply{wired("200 OK", fields, gzip)}});
  EXPECT_EQ(retrieve(world).error().name(), "SDKValidationError");
  EXPECT_EQ(download(world).value(), gzip);
  for (const std::string& request : world.server.requests()) {
    EXPECT_EQ(detail::fieldOf(request, "Accept-Encoding"), std::nullopt) << request;
  }
}

TEST(FaultServer, AnErrorWhoseBodyBreaksOffIsStillThatError) {
  const std::string reply = wiredJson("404 Not Found", R"({"error":{"message":"No such File"}})");
  for (const std::size_t cut : {std::size_t{0}, std::size_t{1}, std::size_t{30}}) {
    const WireWorld world(
        {WireReply{reply.substr(0, reply.size() - cut), cut == 0 ? Then::keep : Then::reset}});
    const auto file = retrieve(world);
    ASSERT_FALSE(file.ok());
    EXPECT_EQ(file.error().statusCode(), 404) << cut;
    EXPECT_EQ(file.error().as<SDKError>()->error().has_value(), cut == 0);
  }
}

// --- Lists -------------------------------------------------------------------------------------

TEST(FaultServer, AServerThatGivesTheSamePageAgainAndAgainIsNotFollowed) {
  const std::string page =
      std::string(R"({"object":"list","has_more":true,"last_id":"file-abc","data":[)") + fileJson +
      "]}";
  const WireWorld world({WireReply{wiredJson("200 OK", page)}});
  std::size_t files = 0;
  for (const Result<OpenAIFile>& file : filesListAllFiles(world.client.core, {.limit = 1})) {
    EXPECT_TRUE(file.ok()) << file.error();
    ++files;
  }
  EXPECT_EQ(files, 2U);
  std::vector<std::string> lines;
  for (const std::string& request : world.server.requests()) {
    lines.emplace_back(detail::requestLineOf(request));
  }
  EXPECT_THAT(lines, ElementsAre("GET /v1/files?limit=1 HTTP/1.1",
                                 "GET /v1/files?after=file-abc&limit=1 HTTP/1.1"));
}

TEST(FaultServer, AListWhoseNextPageBreaksEndsWithThatError) {
  const std::string page =
      std::string(R"({"object":"list","has_more":true,"last_id":"file-abc","data":[)") + fileJson +
      "]}";
  const WireWorld world({WireReply{wiredJson("200 OK", page)}, WireReply{"HTTP/1", Then::reset}});
  std::vector<std::string> outcomes;
  for (const Result<OpenAIFile>& file : filesListAllFiles(world.client.core)) {
    outcomes.emplace_back(file.ok() ? file->id : file.error().name());
  }
  EXPECT_THAT(outcomes, ElementsAre("file-abc", "ConnectionError"));
}

TEST(FaultServer, WhatAServerSaysUnaskedIsNoReplyToTheNextCall) {
  std::promise<void> saidAll;
  std::atomic<int> connections = 0;
  const argot::testing::ScriptedServer server([&](argot::testing::ScriptedConnection& connection) {
    const bool isFirst = connections++ == 0;
    if (connection.read_request().empty()) return;
    connection.send(wired("200 OK", "", isFirst ? "hello" : "second"));
    if (isFirst) {
      connection.send(wired("200 OK", "", "poison"));
      saidAll.set_value();
    }
    connection.skip_all();
  });
  const WireClient client(server.url("/v1"));
  EXPECT_EQ(filesDownloadFile(client.core, {.fileId = "f"}).value(), "hello");
  saidAll.get_future().wait();
  EXPECT_EQ(filesDownloadFile(client.core, {.fileId = "f"}).value(), "second");
}

}  // namespace
}  // namespace argot::openai
