#include "argot_open_ai/funcs/uploadsUploadFileChunked.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <sstream>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "argot_open_ai/funcs/uploadsUploadFileChunkedAsync.hpp"
#include "base/clock.h"
#include "detail/fake_surroundings.hpp"
#include "detail/fake_uploads.hpp"
#include "detail/wire_fixture.h"
#include "tests/support/fakes.h"

namespace argot::openai {
inline namespace v0 {
namespace {

using argot::testing::TempFolder;
using detail::FakeUploads;
using detail::FakeWorld;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::MockReply;

constexpr std::int64_t partBytes = 10;

/// Letters of which no two parts are alike.
std::string letters(std::size_t count) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) text += static_cast<char>('a' + (i * 7 + i / 26) % 26);
  return text;
}

MockReply refusal(int status) {
  return {.status = status, .body = R"({"error":{"message":"no","type":"x"}})"};
}

MockReply lost() {
  return {.failure = TransportFailure{.kind = TransportFailure::Kind::connection, .text = "reset"}};
}

/// A call against a FakeUploads.
struct ChunkedWorld {
  explicit ChunkedWorld(std::size_t bytes = 35) : content(letters(bytes)) {}

  Result<OpenAIFile> upload(UploadChunkedOptions with = {}, const RequestOptions& options = {}) {
    if (with.partBytes > 64) with.partBytes = partBytes;
    return uploadsUploadFileChunked(
        fake.core, {.file = Blob(content, {.name = "a.bin"}), .purpose = "user_data"}, with,
        options);
  }

  std::string content;
  FakeUploads server{};
  FakeWorld fake{server.transport()};
};

RequestOptions retrying() { return {.retries = RetryConfig::recommended()}; }

// --- Whole files -------------------------------------------------------------------------------

TEST(UploadFileChunked, MakesTheFileOfItsPartsWhateverItsSize) {
  const std::pair<std::size_t, std::size_t> cases[] = {{0, 0},  {1, 1},  {9, 1},  {10, 1},
                                                       {11, 2}, {20, 2}, {35, 4}, {100, 10}};
  for (const auto& [bytes, parts] : cases) {
    for (const std::size_t parallel : {1U, 3U, 64U}) {
      ChunkedWorld world(bytes);
      const auto file = world.upload({.parallel = parallel});
      ASSERT_TRUE(file.ok()) << bytes << ": " << file;
      EXPECT_EQ(file->id, "file-abc");
      EXPECT_EQ(world.server.content, world.content);
      EXPECT_EQ(world.server.countOf("part"), parts) << bytes;
      EXPECT_EQ(world.server.asked.size(), parts + 2);
      EXPECT_EQ(world.server.asked.front(), "create");
      EXPECT_EQ(world.server.asked.back(), "complete");
    }
  }
}

TEST(UploadFileChunked, SaysWhatTheFileIs) {
  ChunkedWorld world(12);
  const auto file = uploadsUploadFileChunked(
      world.fake.core,
      {.file = Blob(world.content, {.name = "\"a\".jsonl", .type = "text/jsonl"}),
       .purpose = "batch",
       .expiresAfter = ExpiresAfter{.seconds = 3600}},
      {.partBytes = partBytes, .parallel = 1, .md5 = "0123456789abcdef0123456789abcdef"});
  ASSERT_TRUE(file.ok()) << file;
  EXPECT_EQ(world.server.announcement,
            R"({"filename":"\"a\".jsonl","purpose":"batch","bytes":12,"mime_type":"text/jsonl",)"
            R"("expires_after":{"anchor":"created_at","seconds":3600}})");
  EXPECT_EQ(world.server.completion,
            R"({"part_ids":["part_1","part_2"],"md5":"0123456789abcdef0123456789abcdef"})");
  EXPECT_THAT(world.fake.transport->requests()[1].body,
              HasSubstr("Content-Disposition: form-data; name=\"data\"; filename=\"upload\"\r\n"));
}

TEST(UploadFileChunked, ReadsAFileOfADisk) {
  const TempFolder folder;
  const std::string path = folder / "chunked.bin";
  std::ofstream(path) << letters(35);
  ChunkedWorld world;
  const auto file =
      uploadsUploadFileChunked(world.fake.core, {.file = openAsBlob(path), .purpose = "user_data"},
                               {.partBytes = partBytes});
  EXPECT_TRUE(file.ok()) << file;
  EXPECT_EQ(world.server.content, letters(35));
  EXPECT_THAT(world.server.announcement, HasSubstr(R"("filename":"chunked.bin")"));
}

TEST(UploadFileChunked, CountsTheBytesOfTheFile) {
  for (const std::size_t parallel : {1U, 4U}) {
    ChunkedWorld world;
    world.server.beforePart = [](std::size_t n) {
      return n == 2 ? std::optional(refusal(503)) : std::nullopt;
    };
    std::vector<std::uint64_t> told;
    RequestOptions options = retrying();
    options.onProgress = [&](const Progress& progress) {
      told.push_back(progress.done);
      EXPECT_EQ(progress.total, 35U);
    };
    ASSERT_TRUE(world.upload({.parallel = parallel}, options).ok());
    EXPECT_TRUE(std::ranges::is_sorted(told));
    EXPECT_GT(told.size(), 2U);
    EXPECT_EQ(told.back(), 35U);
  }
}

// --- What fails --------------------------------------------------------------------------------

TEST(UploadFileChunked, TriesAPartAgainAndNamesTheOneThatItKnows) {
  ChunkedWorld world;
  // The server has the second part, and its reply is lost; it is busy before the third.
  world.server.beforePart = [](std::size_t n) -> std::optional<MockReply> {
    if (n == 2) return lost();
    if (n == 4) return refusal(503);
    return std::nullopt;
  };
  const auto file = world.upload({.parallel = 1}, retrying());
  ASSERT_TRUE(file.ok()) << file;
  EXPECT_EQ(world.server.content, world.content);
  EXPECT_EQ(world.server.completion, R"({"part_ids":["part_1","part_3","part_5","part_6"]})");
  EXPECT_EQ(world.fake.time.waits.size(), 2U);
}

TEST(UploadFileChunked, APartThatFailsForGoodCancelsTheUpload) {
  for (const std::size_t parallel : {1U, 4U}) {
    ChunkedWorld world;
    world.server.beforePart = [](std::size_t n) {
      return n == 2 ? std::optional(refusal(400)) : std::nullopt;
    };
    const auto file = world.upload({.parallel = parallel}, retrying());
    ASSERT_FALSE(file.ok());
    EXPECT_EQ(file.error().statusCode(), 400) << file;
    EXPECT_THAT(world.server.asked, ElementsAre("create", "part", "part", "cancel"));
  }
}

TEST(UploadFileChunked, TheFirstFailureIsTheOneThatIsTold) {
  ChunkedWorld world;
  world.server.beforePart = [](std::size_t n) {
    return std::optional(refusal(n == 1 ? 413 : 400));
  };
  EXPECT_EQ(world.upload().error().statusCode(), 413);
}

TEST(UploadFileChunked, AnUploadThatIsNotAnnouncedIsNotCancelled) {
  FakeWorld world({refusal(400)});
  const auto file = uploadsUploadFileChunked(world.core, {.file = Blob("x"), .purpose = "batch"});
  EXPECT_EQ(file.error().statusCode(), 400);
  EXPECT_EQ(world.transport->requests().size(), 1U);
}

TEST(UploadFileChunked, AReplyThatIsNotTheFileIsAnError) {
  const std::string head =
      R"({"id":"upload_1","object":"upload","bytes":35,"created_at":1,"filename":"a",)"
      R"("purpose":"user_data","status":"completed")";
  for (const std::string& rest :
       {std::string("}"), std::string(R"(,"file":{"id":"file-abc","object":"file","bytes":34,)") +
                              R"("created_at":1,"filename":"a","purpose":"user_data"}})"}) {
    ChunkedWorld world;
    world.server.beforeComplete = [&] { return std::optional(MockReply{.body = head + rest}); };
    const auto file = world.upload();
    ASSERT_FALSE(file.ok()) << rest;
    EXPECT_EQ(file.error().name(), "SDKValidationError");
    EXPECT_EQ(world.server.asked.back(), "cancel");
  }
}

TEST(UploadFileChunked, AFileThatChangesMeanwhileIsAnError) {
  const TempFolder folder;
  const std::string path = folder / "changing.bin";
  std::ofstream(path) << letters(35);
  ChunkedWorld world;
  world.server.beforePart = [&](std::size_t n) -> std::optional<MockReply> {
    if (n == 2) std::ofstream(path) << "something else of another size";
    return std::nullopt;
  };
  const auto file =
      uploadsUploadFileChunked(world.fake.core, {.file = openAsBlob(path), .purpose = "user_data"},
                               {.partBytes = partBytes, .parallel = 1});
  ASSERT_FALSE(file.ok());
  EXPECT_THAT(file.error().what(), HasSubstr("not the one of the first attempt"));
  EXPECT_THAT(world.server.asked, ElementsAre("create", "part", "part", "cancel"));
}

TEST(UploadFileChunked, WhatCannotBeSentInPartsIsNotAnnounced) {
  ChunkedWorld world;
  std::istringstream stream("text");
  const auto errorOf = [&](std::variant<Blob, CreateFileRequestFile> file,
                           UploadChunkedOptions with) {
    const auto sent = uploadsUploadFileChunked(
        world.fake.core, {.file = std::move(file), .purpose = "user_data"}, with);
    EXPECT_FALSE(sent.ok());
    EXPECT_NE(sent.error().as<InvalidRequestError>(), nullptr) << sent;
    return std::string(sent.error().what());
  };
  EXPECT_THAT(errorOf(CreateFileRequestFile{.fileName = "a", .content = stream}, {}),
              HasSubstr("expected a Blob"));
  EXPECT_THAT(errorOf(openAsBlob("/nowhere/at/all"), {}), HasSubstr("/nowhere/at/all"));
  EXPECT_THAT(errorOf(openAsBlob("/dev/null"), {}), HasSubstr("size is not known"));
  EXPECT_THAT(errorOf(openAsBlob("/proc/self/status"), {}), HasSubstr("changed"));
  const std::int64_t tooMany = std::int64_t{64 << 20} + 1;
  EXPECT_THAT(errorOf(Blob("x"), {.partBytes = 0}), HasSubstr("1 to 64 MiB"));
  EXPECT_THAT(errorOf(Blob("x"), {.partBytes = tooMany}), HasSubstr("1 to 64 MiB"));
  EXPECT_THAT(errorOf(Blob("x"), {.parallel = 0}), HasSubstr("1 to 64 parts"));
  EXPECT_THAT(errorOf(Blob("x"), {.parallel = 65}), HasSubstr("1 to 64 parts"));
  EXPECT_THAT(errorOf(Blob(letters(4'097)), {.partBytes = 1}), HasSubstr("4,096"));
  EXPECT_TRUE(world.server.asked.empty());
}

TEST(UploadFileChunked, HasFourThousandParts) {
  ChunkedWorld world(4'096);
  EXPECT_TRUE(world.upload({.partBytes = 1}).ok());
  EXPECT_EQ(world.server.countOf("part"), 4'096U);
}

// --- The end from outside ----------------------------------------------------------------------

TEST(UploadFileChunked, ItsSignalEndsItAndCancelsTheUpload) {
  for (const std::size_t parallel : {1U, 4U}) {
    ChunkedWorld world;
    std::stop_source stop;
    world.server.beforePart = [&](std::size_t n) -> std::optional<MockReply> {
      if (n == 2) stop.request_stop();
      return std::nullopt;
    };
    const auto file =
        world.upload({.parallel = parallel}, {.fetchOptions = {.signal = stop.get_token()}});
    ASSERT_FALSE(file.ok());
    EXPECT_EQ(file.error().name(), "RequestAbortedError");
    EXPECT_THAT(world.server.asked, ElementsAre("create", "part", "part", "cancel"));
  }
}

TEST(UploadFileChunked, TheTimeoutIsForAllRequestsTogether) {
  ChunkedWorld world;
  world.server.beforePart = [&](std::size_t) -> std::optional<MockReply> {
    world.fake.time.pass(std::chrono::milliseconds(40));
    return std::nullopt;
  };
  const auto file = world.upload({.parallel = 1}, {.timeout = std::chrono::milliseconds(100)});
  ASSERT_FALSE(file.ok());
  EXPECT_EQ(file.error().name(), "RequestTimeoutError");
  EXPECT_EQ(world.server.countOf("part"), 3U);
}

TEST(UploadFileChunked, CallbacksThatThrowEndIt) {
  ChunkedWorld checkpoints;
  const auto first = checkpoints.upload(
      {.onCheckpoint = [](const UploadCheckpoint&) { throw std::runtime_error("full"); }});
  EXPECT_EQ(first.error().name(), "RequestAbortedError");
  EXPECT_THAT(first.error().what(), HasSubstr("onCheckpoint threw: full"));

  ChunkedWorld progress;
  const auto second =
      progress.upload({}, {.onProgress = [](const Progress&) { throw std::runtime_error("no"); }});
  EXPECT_EQ(second.error().name(), "RequestAbortedError");
  EXPECT_EQ(progress.server.asked.back(), "cancel");
}

// --- Going on ----------------------------------------------------------------------------------

TEST(UploadFileChunked, GoesOnWithThePartsThatAreMissing) {
  for (const std::size_t parallel : {1U, 4U}) {
    ChunkedWorld world;
    std::optional<UploadCheckpoint> last;
    const auto keep = [&](const UploadCheckpoint& checkpoint) { last = checkpoint; };
    world.server.beforePart = [](std::size_t n) {
      return n == 3 ? std::optional(refusal(503)) : std::nullopt;
    };
    const auto broken = world.upload({.parallel = parallel, .onCheckpoint = keep});
    EXPECT_EQ(broken.error().statusCode(), 503);
    EXPECT_EQ(world.server.countOf("cancel"), 0U);
    ASSERT_TRUE(last);
    EXPECT_EQ(last->uploadId, "upload_1");
    EXPECT_EQ(last->expiresAt, 1'900'000'000);
    EXPECT_THAT(last->partIds, ElementsAre("part_1", "part_2", "", ""));

    world.server.beforePart = nullptr;
    const auto kept = UploadCheckpoint::fromJson(last->toJson());
    ASSERT_TRUE(kept.ok()) << kept.error();
    std::vector<std::uint64_t> told;
    // The size of the parts is that of the beginning.
    const auto file = world.upload(
        {.partBytes = 7, .parallel = parallel, .resume = *kept, .onCheckpoint = keep},
        {.onProgress = [&](const Progress& progress) { told.push_back(progress.done); }});
    ASSERT_TRUE(file.ok()) << file;
    EXPECT_EQ(world.server.content, world.content);
    EXPECT_EQ(world.server.countOf("create"), 1U);
    EXPECT_EQ(world.server.countOf("part"), 5U);
    EXPECT_GE(told.front(), 20U);
    EXPECT_THAT(last->partIds, ElementsAre("part_1", "part_2", "part_4", "part_5"));
  }
}

TEST(UploadFileChunked, GoesOnWhereOnlyTheEndIsMissing) {
  ChunkedWorld world;
  std::optional<UploadCheckpoint> last;
  world.server.beforeComplete = [] { return std::optional(lost()); };
  EXPECT_FALSE(
      world.upload({.onCheckpoint = [&](const UploadCheckpoint& now) { last = now; }}).ok());
  world.server.beforeComplete = nullptr;
  EXPECT_TRUE(world.upload({.resume = last}).ok());
  EXPECT_EQ(world.server.countOf("part"), 4U);
  EXPECT_EQ(world.server.content, world.content);
}

TEST(UploadFileChunked, WhatGoesOnIsKeptAsWell) {
  ChunkedWorld world;
  std::optional<UploadCheckpoint> first;
  ASSERT_TRUE(world
                  .upload({.onCheckpoint =
                               [&](const UploadCheckpoint& now) {
                                 if (!first) first = now;
                               }})
                  .ok());
  world.server.beforePart = [](std::size_t) { return std::optional(refusal(503)); };
  EXPECT_FALSE(world.upload({.resume = first}).ok());
  EXPECT_EQ(world.server.countOf("cancel"), 0U);
}

TEST(UploadFileChunked, NeverMixesTwoContents) {
  ChunkedWorld world;
  std::optional<UploadCheckpoint> last;
  ASSERT_TRUE(
      world.upload({.onCheckpoint = [&](const UploadCheckpoint& now) { last = now; }}).ok());
  const std::size_t before = world.server.asked.size();
  UploadCheckpoint shorter = *last;
  shorter.partIds.pop_back();
  UploadCheckpoint coarse = *last;
  coarse.partBytes = 0;
  world.content.back() = '!';
  for (const UploadCheckpoint& kept : {*last, shorter, coarse}) {
    const auto file = world.upload({.resume = kept});
    ASSERT_FALSE(file.ok());
    EXPECT_NE(file.error().as<InvalidRequestError>(), nullptr) << file;
    world.content = letters(35);
  }
  EXPECT_EQ(world.server.asked.size(), before);
}

TEST(UploadCheckpointJson, IsCheckedWhenItIsRead) {
  const UploadCheckpoint checkpoint{.uploadId = "upload_1",
                                    .expiresAt = 5,
                                    .bytes = 3,
                                    .partBytes = 2,
                                    .partIds = {"part_1", ""},
                                    .stamp = "3-1"};
  EXPECT_EQ(checkpoint.toJson(),
            R"({"upload_id":"upload_1","expires_at":5,"bytes":3,"part_bytes":2,)"
            R"("part_ids":["part_1",""],"stamp":"3-1"})");
  EXPECT_EQ(*UploadCheckpoint::fromJson(checkpoint.toJson()), checkpoint);
  for (const char* const bad : {"", "{", "[]", "{}", R"({"upload_id":1})"}) {
    const auto read = UploadCheckpoint::fromJson(bad);
    ASSERT_FALSE(read.ok()) << bad;
    EXPECT_NE(read.error().as<SDKValidationError>(), nullptr);
  }
  std::string wrongPart = checkpoint.toJson();
  wrongPart.replace(wrongPart.find("\"part_1\""), 8, "7");
  EXPECT_THAT(UploadCheckpoint::fromJson(wrongPart).error().what(), HasSubstr("part_ids.0"));
}

// --- Over the wire -----------------------------------------------------------------------------

using detail::Clocks;
using detail::Then;
using detail::WireReply;
using detail::WireWorld;

/// A FakeUploads at the other end of a real connection.
WireReply wiredAnswer(FakeUploads& server, const std::string& request) {
  const std::string_view line = detail::requestLineOf(request);
  const std::size_t begin = line.find(' ') + 1;
  const MockReply reply =
      server.answer({.url = std::string(line.substr(begin, line.rfind(' ') - begin)),
                     .body = std::string(detail::bodyOf(request))});
  return {.bytes = detail::wiredJson(std::to_string(reply.status) + " Some", reply.body)};
}

CreateFileRequest fileOf(const std::string& content) {
  return {.file = Blob(content, {.name = "a.bin"}), .purpose = "user_data"};
}

TEST(UploadFileChunkedOverTheWire, SendsPartsAtTheSameTime) {
  FakeUploads server;
  const std::string content = letters(900'000);
  WireWorld world(
      [&](const std::string& request, std::size_t) { return wiredAnswer(server, request); });
  const auto file = uploadsUploadFileChunked(world.client.core, fileOf(content),
                                             {.partBytes = 100'000, .parallel = 3});
  ASSERT_TRUE(file.ok()) << file;
  EXPECT_EQ(server.content, content);
  // The loop has connections of its own.
  EXPECT_LE(world.server.accepted(), 1 + 3);
}

TEST(UploadFileChunkedOverTheWire, HasAsManyPartsUnderWayAsItMay) {
  FakeUploads server;
  // No part is ever answered, so that those which came are those that may be under way.
  WireWorld world(
      [&](const std::string& request, std::size_t) {
        WireReply reply = wiredAnswer(server, request);
        if (server.asked.back() == "part") reply = {.then = Then::stall};
        return reply;
      },
      {}, Clocks::real);
  const auto file = uploadsUploadFileChunked(world.client.core, fileOf(letters(100)),
                                             {.partBytes = partBytes, .parallel = 3},
                                             {.timeout = std::chrono::milliseconds(1'000)});
  ASSERT_FALSE(file.ok());
  EXPECT_EQ(file.error().name(), "RequestTimeoutError") << file;
  EXPECT_EQ(server.countOf("part"), 3U);
  EXPECT_EQ(server.countOf("cancel"), 1U);
}

TEST(UploadFileChunkedOverTheWire, AFailureEndsTheOthers) {
  FakeUploads server;
  WireWorld world(
      [&](const std::string& request, std::size_t) {
        WireReply reply = wiredAnswer(server, request);
        if (server.asked.back() != "part") return reply;
        if (server.countOf("part") < 3) return WireReply{.then = Then::stall};
        return WireReply{.bytes = detail::wiredJson("400 Bad Request", "{}")};
      },
      {}, Clocks::real);
  constexpr std::chrono::seconds timeout{10};
  const SteadyTime start = SystemClock().steady();
  const auto file =
      uploadsUploadFileChunked(world.client.core, fileOf(letters(100)),
                               {.partBytes = partBytes, .parallel = 3}, {.timeout = timeout});
  ASSERT_FALSE(file.ok());
  EXPECT_EQ(file.error().statusCode(), 400) << file;
  EXPECT_EQ(server.asked.back(), "cancel");
  EXPECT_LT(SystemClock().steady() - start, timeout);
}

TEST(UploadFileChunkedOverTheWire, ItsSignalEndsTransfers) {
  for (const bool isAsync : {false, true}) {
    FakeUploads server;
    std::stop_source stop;
    WireWorld world(
        [&](const std::string& request, std::size_t) {
          WireReply reply = wiredAnswer(server, request);
          if (server.asked.back() == "part") reply = {.then = Then::stall};
          if (server.countOf("part") == 2) stop.request_stop();
          return reply;
        },
        {}, Clocks::real);
    const UploadChunkedOptions upload{.partBytes = partBytes, .parallel = 2};
    const RequestOptions options{.fetchOptions = {.signal = stop.get_token()}};
    const auto file = isAsync ? uploadsUploadFileChunkedAsync(world.client.core,
                                                              fileOf(letters(100)), upload, options)
                                    .get()
                              : uploadsUploadFileChunked(world.client.core, fileOf(letters(100)),
                                                         upload, options);
    ASSERT_FALSE(file.ok());
    EXPECT_EQ(file.error().name(), "RequestAbortedError") << file;
    EXPECT_EQ(server.asked.back(), "cancel");
  }
}

TEST(UploadFileChunkedOverTheWire, RunsInTheBackground) {
  FakeUploads server;
  const std::string content = letters(300'000);
  WireWorld world(
      [&](const std::string& request, std::size_t) { return wiredAnswer(server, request); });
  const auto file = uploadsUploadFileChunkedAsync(world.client.core, fileOf(content),
                                                  {.partBytes = 50'000, .parallel = 4})
                        .get();
  ASSERT_TRUE(file.ok()) << file;
  EXPECT_EQ(server.content, content);
}

}  // namespace
}  // namespace v0
}  // namespace argot::openai
