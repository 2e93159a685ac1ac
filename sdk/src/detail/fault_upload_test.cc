// Uploads to servers that answer before the end, send the client elsewhere, or stop listening.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cstring>
#include <memory>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <vector>

#include "argot_open_ai/funcs/filesCreateFile.hpp"
#include "argot_open_ai/funcs/filesRetrieveFile.hpp"
#include "detail/wire_fixture.h"

namespace argot::openai {
namespace {

using namespace std::chrono_literals;
using argot::testing::ScriptedConnection;
using argot::testing::ScriptedServer;
using detail::bodyOf;
using detail::fieldOf;
using detail::requestLineOf;
using detail::retrying;
using detail::Then;
using detail::WireClient;
using detail::wiredFile;
using detail::wiredJson;
using detail::WireReply;
using detail::WireServer;
using detail::WireWorld;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;
using Waits = std::vector<std::chrono::milliseconds>;

constexpr std::uint64_t mebibyte = std::uint64_t{1} << 20;

/// Letters without end or memory, up to a size.
class Letters final : public ByteSource {
 public:
  enum class Rewinds { yes, no };

  explicit Letters(std::uint64_t bytes, Rewinds rewinds = Rewinds::yes)
      : bytes_(bytes), rewinds_(rewinds) {}

  std::optional<std::uint64_t> size() const override { return bytes_; }
  std::size_t read(std::span<std::byte> room) override {
    const auto count = std::min<std::uint64_t>(room.size(), bytes_ - given_);
    std::memset(room.data(), 'a', static_cast<std::size_t>(count));
    given_ += count;
    return static_cast<std::size_t>(count);
  }
  bool rewind() override {
    if (rewinds_ == Rewinds::no) return false;
    given_ = 0;
    return true;
  }
  std::uint64_t given() const { return given_; }

 private:
  const std::uint64_t bytes_;
  const Rewinds rewinds_;
  std::uint64_t given_ = 0;
};

Result<OpenAIFile> upload(const WireClient& client, std::shared_ptr<ByteSource> source,
                          const RequestOptions& options = {}) {
  return filesCreateFile(
      client.core,
      {.file = CreateFileRequestFile{.fileName = "a.jsonl", .content = std::move(source)},
       .purpose = "batch"},
      options);
}

Result<OpenAIFile> uploadText(const WireClient& client, const RequestOptions& options = {}) {
  return filesCreateFile(client.core, {.file = Blob("hello"), .purpose = "batch"}, options);
}

const std::string tooLarge =
    wiredJson("413 Content Too Large", R"({"error":{"message":"File is too large."}})");

void expectTooLarge(const Result<OpenAIFile>& file) {
  ASSERT_FALSE(file.ok());
  const auto* const error = file.error().as<SDKError>();
  ASSERT_NE(error, nullptr) << file.error();
  EXPECT_EQ(error->statusCode(), 413);
  ASSERT_TRUE(error->error());
  EXPECT_EQ(error->error()->message, "File is too large.");
  EXPECT_EQ(error->attempts(), 1);
}

/// Runs `script` for each connection, and a client of that server.
struct ScriptedWorld {
  explicit ScriptedWorld(ScriptedServer::Script script, SDKOptions options = {})
      : server(std::move(script)), client(server.url("/v1"), std::move(options)) {}

  ScriptedServer server;
  WireClient client;
};

// --- Answers before the end --------------------------------------------------------------------

TEST(FaultUpload, AnEarly413IsTheAnswerAndTheRestIsNotSent) {
  for (const std::uint64_t heard : {std::uint64_t{0}, mebibyte}) {
    SCOPED_TRACE("answered after " + std::to_string(heard) + " bytes");
    const ScriptedWorld world([heard](ScriptedConnection& connection) {
      connection.read_head();
      connection.skip(heard);
      connection.send(tooLarge);
      connection.finish_sending();
      connection.skip_all();
    });
    const auto source = std::make_shared<Letters>(64 * mebibyte);
    expectTooLarge(upload(world.client, source, retrying));
    EXPECT_LT(source->given(), 64 * mebibyte);
  }
}

TEST(FaultUpload, AnEarly413OfAServerThatDoesNotReadOnIsTheAnswerAsWell) {
  const ScriptedWorld world([](ScriptedConnection& connection) {
    connection.read_head();
    connection.send(tooLarge);
    connection.stall();
  });
  const auto source = std::make_shared<Letters>(64 * mebibyte);
  expectTooLarge(upload(world.client, source, retrying));
  EXPECT_LT(source->given(), 64 * mebibyte);
}

TEST(FaultUpload, TheNextCallAfterAnEarlyAnswerHasAConnectionOfItsOwn) {
  std::atomic<int> connections = 0;
  const ScriptedWorld world([&](ScriptedConnection& connection) {
    if (connections++ == 0) {
      connection.read_head();
      connection.send(tooLarge);
      connection.skip_all();
      return;
    }
    while (!connection.read_request().empty()) connection.send(wiredFile());
  });
  expectTooLarge(upload(world.client, std::make_shared<Letters>(64 * mebibyte)));
  EXPECT_TRUE(uploadText(world.client).ok());
  EXPECT_EQ(connections, 2);
}

TEST(FaultUpload, AServerThatStopsReadingIsATimeout) {
  const ScriptedWorld world(
      [](ScriptedConnection& connection) {
        connection.read_head();
        connection.stall();
      },
      {.transport = {.stallTimeout = 150ms}});
  const auto file = upload(world.client, std::make_shared<Letters>(64 * mebibyte));
  ASSERT_FALSE(file.ok());
  EXPECT_EQ(file.error().name(), "RequestTimeoutError");
  EXPECT_STREQ(file.error().what(), "Request timed out: nothing was sent or received for too long");
}

TEST(FaultUpload, TheSignalEndsItInTheMiddle) {
  std::stop_source stop;
  const ScriptedWorld world([&stop](ScriptedConnection& connection) {
    connection.read_head();
    connection.skip(mebibyte);
    stop.request_stop();
    connection.stall();
  });
  RequestOptions options = retrying;
  options.fetchOptions.signal = stop.get_token();
  const auto file = upload(world.client, std::make_shared<Letters>(64 * mebibyte), options);
  ASSERT_FALSE(file.ok());
  EXPECT_EQ(file.error().name(), "RequestAbortedError");
  EXPECT_EQ(file.error().attempts(), 1);
}

TEST(FaultUpload, AResetInTheMiddleIsAConnectionErrorAndIsSentAgainWhereItMay) {
  std::atomic<int> connections = 0;
  const ScriptedWorld world([&](ScriptedConnection& connection) {
    if (connections++ == 0) {
      connection.read_head();
      connection.skip(mebibyte);
      connection.reset();
      return;
    }
    connection.read_request();
    connection.send(wiredFile());
    connection.skip_all();
  });
  const auto broken = upload(world.client, std::make_shared<Letters>(8 * mebibyte));
  ASSERT_FALSE(broken.ok());
  EXPECT_EQ(broken.error().name(), "ConnectionError");
  EXPECT_EQ(broken.error().attempts(), 1);
  connections = 0;
  ResponseInfo info;
  RequestOptions options = retrying;
  options.response = &info;
  const auto file = upload(world.client, std::make_shared<Letters>(8 * mebibyte), options);
  ASSERT_TRUE(file.ok()) << file.error();
  EXPECT_EQ(info.attempts, 2);
}

TEST(FaultUpload, ASourceThatCannotRewindIsSentOnce) {
  const ScriptedWorld world([](ScriptedConnection& connection) {
    connection.read_head();
    connection.skip(mebibyte);
    connection.reset();
  });
  const auto source = std::make_shared<Letters>(8 * mebibyte, Letters::Rewinds::no);
  const auto broken = upload(world.client, source, retrying);
  ASSERT_FALSE(broken.ok());
  EXPECT_EQ(broken.error().name(), "ConnectionError");
  EXPECT_EQ(broken.error().attempts(), 1);
  EXPECT_EQ(world.server.accepted(), 1);
}

/// Gives a few bytes, and then throws.
class Throwing final : public ByteSource {
 public:
  std::size_t read(std::span<std::byte> room) override {
    if (hasGiven_) throw std::runtime_error("out of paper");
    hasGiven_ = true;
    room[0] = std::byte{'a'};
    return 1;
  }

 private:
  bool hasGiven_ = false;
};

TEST(FaultUpload, WhatASourceThrowsIsTheCauseAndIsNotTriedAgain) {
  const ScriptedWorld world([](ScriptedConnection& connection) { connection.skip_all(); });
  const auto file = upload(world.client, std::make_shared<Throwing>(), retrying);
  ASSERT_FALSE(file.ok());
  const auto* const error = file.error().as<UnexpectedClientError>();
  ASSERT_NE(error, nullptr) << file.error();
  EXPECT_STREQ(error->what(), "Unexpected HTTP client error: out of paper");
  EXPECT_THROW(std::rethrow_exception(error->cause().thrown), std::runtime_error);
  EXPECT_EQ(error->attempts(), 1);
}

TEST(FaultUpload, AttemptsSendTheSameBytesUnderTheSameKey) {
  const WireWorld world(
      {WireReply{"", Then::reset}, WireReply{wiredJson("503 Busy", "{}")}, WireReply{wiredFile()}});
  const auto file = uploadText(world.client, retrying);
  ASSERT_TRUE(file.ok()) << file.error();
  const auto requests = world.server.requests();
  ASSERT_EQ(requests.size(), 3U);
  EXPECT_NE(fieldOf(requests[0], "Idempotency-Key"), std::nullopt);
  EXPECT_EQ(requests[0], requests[1]);
  EXPECT_EQ(requests[0], requests[2]);
}

// --- Expect ------------------------------------------------------------------------------------

TEST(FaultUpload, NobodyIsAskedBeforeALargeBodyIsSent) {
  const WireWorld world({WireReply{wiredFile()}});
  ASSERT_TRUE(upload(world.client, std::make_shared<Letters>(2 * mebibyte)).ok());
  const std::string request = world.server.requests().at(0);
  EXPECT_EQ(fieldOf(request, "Expect"), std::nullopt);
  EXPECT_EQ(fieldOf(request, "Content-Length"), std::to_string(bodyOf(request).size()));
  EXPECT_EQ(fieldOf(request, "Transfer-Encoding"), std::nullopt);
}

// Takes a second: curl waits that long for the answer that does not come.
TEST(FaultUpload, AServerThatIgnoresTheQuestionGetsTheBodyAllTheSame) {
  const WireWorld world({WireReply{wiredFile()}}, {.transport = {.expect100 = true}});
  const auto file = upload(world.client, std::make_shared<Letters>(2 * mebibyte));
  ASSERT_TRUE(file.ok()) << file.error();
  const std::string request = world.server.requests().at(0);
  EXPECT_EQ(fieldOf(request, "Expect"), "100-continue");
  EXPECT_GT(bodyOf(request).size(), 2 * mebibyte);
}

TEST(FaultUpload, AServerThatIsAskedMayRefuseBeforeAnyByte) {
  const ScriptedWorld world(
      [](ScriptedConnection& connection) {
        connection.read_head();
        connection.send(tooLarge);
        connection.skip_all();
      },
      {.transport = {.expect100 = true}});
  const auto source = std::make_shared<Letters>(64 * mebibyte);
  expectTooLarge(upload(world.client, source));
  EXPECT_EQ(source->given(), 0U);
}

TEST(FaultUpload, AServerThatWantsNoQuestionIsNotAskedASecondTime) {
  std::atomic<int> requests = 0;
  const ScriptedWorld world(
      [&requests](ScriptedConnection& connection) {
        const std::string head = connection.read_head();
        if (!head.empty()) ++requests;
        if (fieldOf(head, "Expect")) {
          connection.send("HTTP/1.1 417 Expectation Failed\r\nContent-Length: 0\r\n\r\n");
        } else {
          connection.skip(2 * mebibyte);
          connection.send(wiredFile());
        }
        connection.skip_all();
      },
      {.transport = {.expect100 = true}});
  const auto file = upload(world.client, std::make_shared<Letters>(2 * mebibyte));
  ASSERT_TRUE(file.ok()) << file.error();
  EXPECT_EQ(requests, 2);
}

// --- Redirects ---------------------------------------------------------------------------------

std::string redirectTo(const std::string& target) {
  return "HTTP/1.1 307 Temporary Redirect\r\nLocation: " + target + "\r\nContent-Length: 0\r\n\r\n";
}

TEST(FaultUpload, A307ToAnotherPathGetsTheWholeBodyAgain) {
  const WireWorld world({WireReply{redirectTo("/v2/files")}, WireReply{wiredFile()}});
  const auto file = uploadText(world.client);
  ASSERT_TRUE(file.ok()) << file.error();
  const auto requests = world.server.requests();
  ASSERT_EQ(requests.size(), 2U);
  EXPECT_EQ(requestLineOf(requests[1]), "POST /v2/files HTTP/1.1");
  EXPECT_EQ(bodyOf(requests[0]), bodyOf(requests[1]));
  EXPECT_THAT(requests[1], HasSubstr("\r\n\r\nhello\r\n--"));
  EXPECT_EQ(fieldOf(requests[1], "Authorization"), "Bearer sk-test");
  EXPECT_EQ(fieldOf(requests[1], "Content-Type"), fieldOf(requests[0], "Content-Type"));
}

TEST(FaultUpload, A307InTheMiddleOfALargeBodyGetsItFromTheStart) {
  std::atomic<bool> isWhole = false;
  const ScriptedWorld world([&](ScriptedConnection& connection) {
    const std::string head = connection.read_head();
    if (requestLineOf(head) != "POST /v2/files HTTP/1.1") {
      connection.skip(mebibyte);
      connection.send(redirectTo("/v2/files"));
      connection.finish_sending();
      connection.skip_all();
      return;
    }
    const auto length = parse_decimal(*fieldOf(head, "Content-Length")).value_or(0);
    isWhole = length > 16 * mebibyte && connection.skip(length) == length;
    connection.send(wiredFile());
    connection.skip_all();
  });
  const auto file = upload(world.client, std::make_shared<Letters>(16 * mebibyte));
  ASSERT_TRUE(file.ok()) << file.error();
  EXPECT_TRUE(isWhole);
}

TEST(FaultUpload, A307WithABodyThatCannotBeSentAgainIsAnError) {
  const WireWorld world({WireReply{redirectTo("/v2/files")}, WireReply{wiredFile()}});
  const auto source = std::make_shared<Letters>(5, Letters::Rewinds::no);
  const auto file = upload(world.client, source, retrying);
  ASSERT_FALSE(file.ok());
  EXPECT_EQ(file.error().name(), "UnexpectedClientError");
  EXPECT_STREQ(file.error().what(),
               "Unexpected HTTP client error: the body has to be sent again, and cannot be read "
               "again");
  EXPECT_EQ(file.error().attempts(), 1);
  EXPECT_EQ(world.server.requests().size(), 1U);
}

TEST(FaultUpload, A303GetsNoBody) {
  const WireWorld world(
      {WireReply{"HTTP/1.1 303 See Other\r\nLocation: /v1/files/x\r\nContent-Length: 0\r\n\r\n"},
       WireReply{wiredFile()}});
  ASSERT_TRUE(uploadText(world.client).ok());
  const std::string second = world.server.requests().at(1);
  EXPECT_EQ(requestLineOf(second), "GET /v1/files/x HTTP/1.1");
  EXPECT_EQ(fieldOf(second, "Content-Type"), std::nullopt);
  EXPECT_EQ(bodyOf(second), "");
}

TEST(FaultUpload, AnotherOriginGetsTheBodyAndNoKey) {
  WireServer elsewhere({WireReply{wiredFile()}});
  const WireWorld world({WireReply{redirectTo(elsewhere.url("/v1/files"))}});
  const auto file = uploadText(world.client, {.fetchOptions = {.headers = {{"Cookie", "a=b"}}}});
  ASSERT_TRUE(file.ok()) << file.error();
  EXPECT_EQ(fieldOf(world.server.requests().at(0), "Authorization"), "Bearer sk-test");
  const std::string request = elsewhere.requests().at(0);
  EXPECT_EQ(fieldOf(request, "Authorization"), std::nullopt);
  EXPECT_EQ(fieldOf(request, "Cookie"), std::nullopt);
  EXPECT_THAT(request, Not(HasSubstr("sk-test")));
  EXPECT_EQ(bodyOf(request), bodyOf(world.server.requests().at(0)));
}

TEST(FaultUpload, RedirectsInACircleEnd) {
  const WireWorld world({WireReply{redirectTo("/v1/files")}});
  const auto file = uploadText(world.client, retrying);
  ASSERT_FALSE(file.ok());
  EXPECT_EQ(file.error().name(), "ConnectionError");
  EXPECT_STREQ(file.error().what(), "Unable to make request: the server redirects too often");
}

TEST(FaultUpload, ARedirectToAnythingButHttpIsAConnectionError) {
  for (const char* const target : {"file:///etc/passwd", "ftp://127.0.0.1/x", "gopher://x", "//",
                                   "http://user:pw@127.0.0.1/", "http://"}) {
    const WireWorld world({WireReply{redirectTo(target)}});
    const auto file = uploadText(world.client);
    ASSERT_FALSE(file.ok()) << target;
    EXPECT_EQ(file.error().name(), "ConnectionError") << target << file.error();
    EXPECT_EQ(world.server.requests().size(), 1U) << target;
  }
}

TEST(FaultUpload, RedirectsAreTheCallersToForbidOrToSee) {
  const WireWorld world({WireReply{redirectTo("/v2/files")}});
  const auto forbidden = uploadText(world.client, {.fetchOptions = {.redirect = Redirect::error}});
  EXPECT_EQ(forbidden.error().name(), "ConnectionError");
  const auto manual = uploadText(world.client, {.fetchOptions = {.redirect = Redirect::manual}});
  ASSERT_FALSE(manual.ok());
  EXPECT_EQ(manual.error().statusCode(), 307);
  EXPECT_THAT(manual.error().what(),
              StartsWith("Unexpected API response status or content-type: Status 307"));
  EXPECT_EQ(world.server.requests().size(), 2U);
}

}  // namespace
}  // namespace argot::openai
