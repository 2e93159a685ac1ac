// Downloads from servers whose connections break: to files, which go on by themselves or in the
// next call, and as streams.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <vector>

#include "argot_open_ai/funcs/filesDownloadFileTo.hpp"
#include "argot_open_ai/funcs/filesOpenDownload.hpp"
#include "detail/wire_fixture.h"
#include "tests/support/fakes.h"

namespace argot::openai {
namespace {

using namespace std::chrono_literals;
using detail::Clocks;
using detail::fieldOf;
using detail::retrying;
using detail::Then;
using detail::wired;
using detail::wiredJson;
using detail::WireReply;
using detail::WireServer;
using detail::WireWorld;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using Tree = std::map<std::string, std::string>;
using Waits = std::vector<std::chrono::milliseconds>;

std::string someContent() {
  std::string content(20'000, '\0');
  for (std::size_t i = 0; i < content.size(); ++i) content[i] = static_cast<char>(i * i >> 3);
  return content;
}

/// Where the breaks come, in bytes of the body.
const std::vector<std::size_t> breaks{0, 1, 10'000, 19'999};

/// A server of one content with ranges, whose n-th reply stops after so many bytes of its body.
WireServer::Answer contentServer(std::vector<std::size_t> cuts, Then then = Then::reset) {
  return [cuts = std::move(cuts), then](const std::string& request, std::size_t n) {
    std::string body = someContent();
    std::string fields = "ETag: \"one\"\r\nContent-Type: application/jsonl\r\n";
    std::string status = "200 OK";
    if (const auto range = fieldOf(request, "Range"); range && fieldOf(request, "If-Range")) {
      std::size_t first = 0;
      std::from_chars(range->data() + 6, range->data() + range->size(), first);
      const std::string size = std::to_string(body.size());
      fields.append("Content-Range: bytes ").append(std::to_string(first)).append("-");
      fields.append(std::to_string(body.size() - 1)).append("/").append(size).append("\r\n");
      body.erase(0, first);
      status = "206 Partial Content";
    }
    WireReply reply{wired(status, fields, body)};
    if (n <= cuts.size()) {
      reply.bytes.resize(reply.bytes.size() - body.size() + cuts[n - 1]);
      reply.then = then;
    }
    return reply;
  };
}

std::string rangeOf(const std::string& request) { return fieldOf(request, "Range").value_or(""); }

class FaultDownload : public ::testing::Test {
 protected:
  Result<DownloadInfo> download(const WireWorld& world, const RequestOptions& options = {}) {
    return filesDownloadFileTo(world.client.core, {.fileId = "file-abc"}, folder_ / "a", options);
  }

  static std::string note(const WireWorld& world) {
    return "argot download 1\nurl " + world.server.url("/v1/files/file-abc/content") +
           "\netag \"one\"\nsize 20000\n";
  }

  Tree tree() const {
    Tree tree;
    for (const auto& entry : std::filesystem::directory_iterator(folder_.path())) {
      std::ostringstream text;
      text << std::ifstream(entry.path(), std::ios::binary).rdbuf();
      tree[entry.path().filename()] = text.str();
    }
    return tree;
  }

  argot::testing::TempFolder folder_;
};

TEST_F(FaultDownload, ABreakLeavesAPartFromWhichTheNextCallGoesOn) {
  for (const std::size_t at : breaks) {
    SCOPED_TRACE("reset at byte " + std::to_string(at) + " of the body");
    const WireWorld world(contentServer({at}));
    const auto broken = download(world);
    ASSERT_FALSE(broken.ok());
    EXPECT_EQ(broken.error().name(), "ConnectionError");
    EXPECT_THAT(broken.error().what(), HasSubstr("reset"));
    EXPECT_EQ(broken.error().attempts(), 1);
    if (at == 0) {
      EXPECT_THAT(tree(), IsEmpty());
    } else {
      EXPECT_EQ(tree(),
                (Tree{{"a.part", someContent().substr(0, at)}, {"a.part.note", note(world)}}));
    }

    const auto info = download(world);
    ASSERT_TRUE(info.ok()) << info.error();
    EXPECT_EQ(info->resumedFrom, at);
    EXPECT_EQ(info->bytes, 20'000U);
    EXPECT_EQ(tree(), (Tree{{"a", someContent()}}));
    const auto requests = world.server.requests();
    ASSERT_EQ(requests.size(), 2U);
    EXPECT_EQ(rangeOf(requests[0]), "");
    EXPECT_EQ(rangeOf(requests[1]), at == 0 ? "" : "bytes=" + std::to_string(at) + "-");
    EXPECT_EQ(fieldOf(requests[1], "If-Range"),
              at == 0 ? std::nullopt : std::optional<std::string>("\"one\""));
    std::filesystem::remove(folder_ / "a");
  }
}

TEST_F(FaultDownload, BreaksAreMendedWithinOneCallWhereRetriesAreOn) {
  for (const std::size_t at : breaks) {
    SCOPED_TRACE("reset at byte " + std::to_string(at) + " of the body");
    const WireWorld world(contentServer({at}));
    const auto info = download(world, retrying);
    ASSERT_TRUE(info.ok()) << info.error();
    EXPECT_EQ(info->resumedFrom, 0U);
    EXPECT_EQ(tree(), (Tree{{"a", someContent()}}));
    EXPECT_EQ(world.client.time.waits, Waits{500ms});
    EXPECT_EQ(rangeOf(world.server.requests().at(1)),
              at == 0 ? "" : "bytes=" + std::to_string(at) + "-");
    std::filesystem::remove(folder_ / "a");
  }
}

TEST_F(FaultDownload, ABodyShorterThanItSaysIsGoneOnFromAsWell) {
  const WireWorld world(contentServer({5'000, 5'000}, Then::close));
  const auto info = download(world, retrying);
  ASSERT_TRUE(info.ok()) << info.error();
  EXPECT_EQ(tree(), (Tree{{"a", someContent()}}));
  EXPECT_EQ(rangeOf(world.server.requests().at(1)), "bytes=5000-");
  EXPECT_EQ(rangeOf(world.server.requests().at(2)), "bytes=10000-");
}

TEST_F(FaultDownload, AStallIsGoneOnFromAsWell) {
  const SDKOptions options{.transport = {.stallTimeout = 150ms}};
  const WireWorld once(contentServer({10'000}, Then::stall), options);
  const auto stalled = download(once);
  ASSERT_FALSE(stalled.ok());
  EXPECT_EQ(stalled.error().name(), "RequestTimeoutError");
  EXPECT_EQ(tree().at("a.part"), someContent().substr(0, 10'000));
  ASSERT_TRUE(download(once).ok());
  EXPECT_EQ(tree(), (Tree{{"a", someContent()}}));

  const WireWorld twice(contentServer({10'000}, Then::stall), options);
  ASSERT_TRUE(download(twice, retrying).ok());
  EXPECT_EQ(rangeOf(twice.server.requests().at(1)), "bytes=10000-");
}

TEST_F(FaultDownload, TheDeadlineEndsItInTheMiddleAndKeepsThePart) {
  const WireWorld world(contentServer({10'000}, Then::stall), {}, Clocks::real);
  RequestOptions options = retrying;
  options.timeout = 250ms;
  const auto late = download(world, options);
  ASSERT_FALSE(late.ok());
  EXPECT_STREQ(late.error().what(), "Request timed out: the deadline has passed");
  EXPECT_EQ(late.error().attempts(), 1);
  EXPECT_EQ(tree().at("a.part"), someContent().substr(0, 10'000));
}

TEST_F(FaultDownload, ARefusalWritesNothing) {
  for (const char* const status : {"404 Not Found", "500 Internal Server Error"}) {
    const WireWorld world({WireReply{wiredJson(status, R"({"error":{"message":"no"}})")}});
    EXPECT_EQ(download(world).error().name(), "SDKError");
    EXPECT_THAT(tree(), IsEmpty());
  }
}

TEST_F(FaultDownload, AHeadThatBreaksWritesNothing) {
  for (const std::size_t at : {std::size_t{0}, std::size_t{5}, std::size_t{30}}) {
    const std::string reply = wired("200 OK", "ETag: \"one\"\r\n", someContent());
    const WireWorld world({WireReply{reply.substr(0, at), Then::reset}});
    EXPECT_EQ(download(world).error().name(), "ConnectionError");
    EXPECT_THAT(tree(), IsEmpty());
  }
}

/// What a stream gives, and the error it ends with.
struct Pulled {
  std::string text{};
  std::optional<Error> error{};
};

Pulled pull(const WireWorld& world, const RequestOptions& options = {}) {
  Pulled pulled;
  auto stream = filesOpenDownload(world.client.core, {.fileId = "file-abc"}, options);
  if (!stream.ok()) return {.error = stream.error()};
  std::array<std::byte, 777> room;  // NOLINT(*-member-init): filled by read
  for (;;) {
    const Result<std::size_t> count = stream->read(room);
    if (!count.ok()) {
      pulled.error = count.error();
      return pulled;
    }
    if (*count == 0) return pulled;
    pulled.text.append(reinterpret_cast<const char*>(room.data()), *count);
  }
}

TEST(FaultSink, GetsEveryByteOnceAcrossBreaks) {
  const WireWorld world(contentServer(breaks));
  std::string got;
  const auto sink = [&](std::span<const std::byte> bytes) {
    got.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    return true;
  };
  RequestOptions options = retrying;
  options.retries->maxAttempts = 10;
  const auto info = filesDownloadFileTo(world.client.core, {.fileId = "file-abc"}, sink, options);
  ASSERT_TRUE(info.ok());
  EXPECT_EQ(info->bytes, someContent().size());
  EXPECT_EQ(got, someContent());
}

TEST(FaultSink, WhatItThrowsIsTheErrorAndEndsTheTransfer) {
  const WireWorld world(contentServer({}));
  const auto sink = [](std::span<const std::byte>) -> bool { throw std::runtime_error("no room"); };
  const auto info = filesDownloadFileTo(world.client.core, {.fileId = "file-abc"}, sink, retrying);
  ASSERT_FALSE(info.ok());
  ASSERT_NE(info.error().as<UnexpectedClientError>(), nullptr) << info.error();
  EXPECT_EQ(info.error().as<UnexpectedClientError>()->cause().text, "no room");
  EXPECT_EQ(world.server.requests().size(), 1U);
}

TEST(FaultSink, ItsRefusalIsAnAbort) {
  const WireWorld world(contentServer({}));
  const auto sink = [](std::span<const std::byte>) { return false; };
  const auto info = filesDownloadFileTo(world.client.core, {.fileId = "file-abc"}, sink, retrying);
  ASSERT_FALSE(info.ok());
  EXPECT_NE(info.error().as<RequestAbortedError>(), nullptr) << info.error();
  EXPECT_THAT(info.error().what(), HasSubstr("the sink wants no more"));
  EXPECT_EQ(world.server.requests().size(), 1U);
}

TEST(FaultSink, AStopWithTheLastPieceIsAnAbortAsWell) {
  const WireWorld world(contentServer({}));
  std::stop_source stop;
  std::size_t got = 0;
  const auto sink = [&](std::span<const std::byte> bytes) {
    got += bytes.size();
    if (got == someContent().size()) stop.request_stop();
    return true;
  };
  const auto info = filesDownloadFileTo(world.client.core, {.fileId = "file-abc"}, sink,
                                        {.fetchOptions = {.signal = stop.get_token()}});
  ASSERT_FALSE(info.ok());
  EXPECT_NE(info.error().as<RequestAbortedError>(), nullptr) << info.error();
}

TEST(FaultSink, MayCallWithTheSameClient) {
  const WireWorld world(contentServer({}));
  std::string inner;
  const auto take = [&](std::span<const std::byte> bytes) {
    inner.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    return true;
  };
  const auto sink = [&](std::span<const std::byte>) {
    inner.clear();
    return filesDownloadFileTo(world.client.core, {.fileId = "file-abc"}, take).ok();
  };
  const auto info = filesDownloadFileTo(world.client.core, {.fileId = "file-abc"}, sink);
  EXPECT_TRUE(info.ok());
  EXPECT_EQ(inner, someContent());
}

TEST(FaultStream, GivesEveryByteBeforeABreakAndThenTheError) {
  for (const std::size_t at : breaks) {
    SCOPED_TRACE("reset at byte " + std::to_string(at) + " of the body");
    const WireWorld world(contentServer({at}));
    const Pulled pulled = pull(world);
    EXPECT_EQ(pulled.text, someContent().substr(0, at));
    ASSERT_TRUE(pulled.error);
    EXPECT_EQ(pulled.error->name(), "ConnectionError");
    EXPECT_EQ(pulled.error->attempts(), 1);
    EXPECT_EQ(pulled.error->attemptLog(), "1 attempt over 0.0 s: 200 then connection");
    EXPECT_EQ(world.server.requests().size(), 1U);
  }
}

TEST(FaultStream, GoesOnFromTheSameByteWhereRetriesAreOn) {
  for (const std::size_t at : breaks) {
    SCOPED_TRACE("reset at byte " + std::to_string(at) + " of the body");
    const WireWorld world(contentServer({at}));
    const Pulled pulled = pull(world, retrying);
    ASSERT_FALSE(pulled.error) << *pulled.error;
    EXPECT_EQ(pulled.text, someContent());
    const auto requests = world.server.requests();
    ASSERT_EQ(requests.size(), 2U);
    EXPECT_EQ(rangeOf(requests[1]), at == 0 ? "" : "bytes=" + std::to_string(at) + "-");
    EXPECT_EQ(fieldOf(requests[1], "If-Range"),
              at == 0 ? std::nullopt : std::optional<std::string>("\"one\""));
  }
}

TEST(FaultStream, GoesOnAsOftenAsThereAreAttempts) {
  RequestOptions options = retrying;
  options.retries->maxAttempts = 5;
  const WireWorld enough(contentServer({5'000, 5'000, 5'000, 1}));
  const Pulled whole = pull(enough, options);
  ASSERT_FALSE(whole.error) << *whole.error;
  EXPECT_EQ(whole.text, someContent());
  const WireWorld toomany(contentServer({5'000, 5'000, 5'000, 1, 1}));
  const Pulled part = pull(toomany, options);
  EXPECT_EQ(part.text, someContent().substr(0, 15'002));
  ASSERT_TRUE(part.error);
  EXPECT_EQ(part.error->name(), "ConnectionError");
  EXPECT_EQ(part.error->attempts(), 5);
}

TEST(FaultStream, DoesNotMixTwoContents) {
  const WireWorld world(
      [first = contentServer({10'000})](const std::string& request, std::size_t n) {
        if (n == 1) return first(request, n);
        return WireReply{wired("200 OK", "ETag: \"two\"\r\n", std::string(20'000, 'x'))};
      });
  const Pulled pulled = pull(world, retrying);
  EXPECT_EQ(pulled.text, someContent().substr(0, 10'000));
  ASSERT_TRUE(pulled.error);
  EXPECT_EQ(pulled.error->name(), "ConnectionError");
}

TEST(FaultStream, DestroyedEarlyItClosesItsConnection) {
  const WireWorld world(contentServer({10'000}, Then::stall));
  {
    auto stream = filesOpenDownload(world.client.core, {.fileId = "file-abc"});
    ASSERT_TRUE(stream.ok()) << stream.error();
    std::array<std::byte, 10> room{};
    EXPECT_EQ(stream->read(room).value(), 10U);
  }
  const Pulled pulled = pull(world);
  EXPECT_EQ(pulled.text, someContent());
  EXPECT_EQ(world.server.accepted(), 2);
}

}  // namespace
}  // namespace argot::openai
