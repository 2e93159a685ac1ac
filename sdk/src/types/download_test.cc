// Pulled downloads: what breaks and is mended, and what cannot be.

#include "argot_open_ai/types/download.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "argot_open_ai/funcs/filesOpenDownload.hpp"
#include "detail/fake_content.hpp"
#include "detail/fake_surroundings.hpp"

namespace argot::openai {
namespace {

using detail::FakeContent;
using detail::FakeWorld;
using ::testing::HasSubstr;
using testing::MockReply;
using testing::MockTransport;
using testing::RecordedRequest;

const RequestOptions mending{.retries = RetryConfig{.strategy = RetryConfig::Strategy::official,
                                                    .retryConnectionErrors = true}};

Result<DownloadStream> openStream(const FakeWorld& world, const RequestOptions& options = {}) {
  return filesOpenDownload(world.core, {.fileId = "file-abc"}, options);
}

// Read in pieces of a few bytes.
Result<std::string> readAll(DownloadStream& stream, std::size_t roomBytes = 3) {
  std::string all;
  std::vector<std::byte> room(roomBytes);
  for (;;) {
    const Result<std::size_t> count = stream.read(room);
    if (!count.ok()) return count.error();
    if (*count == 0) return all;
    all.append(reinterpret_cast<const char*>(room.data()), *count);
  }
}

Result<std::string> download(const FakeWorld& world, const RequestOptions& options = mending) {
  Result<DownloadStream> stream = openStream(world, options);
  if (!stream.ok()) return stream.error();
  return readAll(*stream);
}

std::string header(const RecordedRequest& request, std::string_view name) {
  const std::string* const value = request.headers.find(name);
  return value == nullptr ? "none" : *value;
}

TEST(DownloadStream, GivesTheContentAndWhatIsKnownOfIt) {
  FakeContent server{.content = "0123456789"};
  const FakeWorld world(server.transport());
  Result<DownloadStream> stream = openStream(world);
  ASSERT_TRUE(stream.ok()) << stream.error();
  EXPECT_EQ(stream->size(), 10U);
  EXPECT_EQ(*stream->headers().find("content-type"), "application/jsonl");
  EXPECT_EQ(readAll(*stream).unwrap(), "0123456789");
  EXPECT_EQ(stream->read({}).unwrap(), 0U);
  EXPECT_EQ(world.transport->requests()[0].url, "http://files.test/v1/files/file-abc/content");
}

TEST(DownloadStream, AnEmptyContentIsOneToo) {
  FakeContent server{};
  const FakeWorld world(server.transport());
  EXPECT_EQ(download(world).unwrap(), "");
}

TEST(DownloadStream, GoesOnFromTheByteWhereTheConnectionBroke) {
  const std::string content = "0123456789abcdef";
  for (std::size_t at = 0; at < content.size(); ++at) {
    FakeContent server{.content = content, .breaks = {at}};
    const FakeWorld world(server.transport());
    EXPECT_EQ(download(world).unwrap(), content) << at;
    const auto requests = world.transport->requests();
    ASSERT_EQ(requests.size(), 2U);
    EXPECT_EQ(header(requests[0], "Range"), "none");
    EXPECT_EQ(header(requests[1], "Range"), at == 0 ? "none" : "bytes=" + std::to_string(at) + "-");
    EXPECT_EQ(header(requests[1], "If-Range"), at == 0 ? "none" : "\"one\"");
  }
}

TEST(DownloadStream, ABreakBehindTheLastByteIsItsEnd) {
  FakeContent server{.content = "0123456789", .breaks = {10}};
  const FakeWorld world(server.transport());
  EXPECT_EQ(download(world, {}).unwrap(), "0123456789");
  EXPECT_EQ(server.replies, 1U);
}

TEST(DownloadStream, SurvivesManyBreaks) {
  FakeContent server{.content = "0123456789", .breaks = {1, 1, 0, 0, 3, 1}};
  const FakeWorld world(server.transport());
  EXPECT_EQ(download(world).unwrap(), "0123456789");
  EXPECT_EQ(server.replies, 7U);
}

TEST(DownloadStream, WithoutRetriesABreakIsAConnectionErrorForGood) {
  FakeContent server{.content = "0123456789", .breaks = {4}};
  const FakeWorld world(server.transport());
  Result<DownloadStream> stream = openStream(world);
  ASSERT_TRUE(stream.ok());
  const Result<std::string> all = readAll(*stream);
  ASSERT_FALSE(all.ok());
  EXPECT_NE(all.error().as<ConnectionError>(), nullptr) << all.error();
  EXPECT_EQ(readAll(*stream).error().name(), "ConnectionError");
  EXPECT_EQ(server.replies, 1U);
}

TEST(DownloadStream, NeverMixesTwoContents) {
  FakeContent server{
      .content = "0123456789", .breaks = {4}, .beforeReply = [](FakeContent& self, std::size_t n) {
        if (n != 2) return;
        self.content = "ABCDEFGHIJ";
        self.etag = "\"two\"";
      }};
  const FakeWorld world(server.transport());
  const Result<std::string> all = download(world);
  ASSERT_FALSE(all.ok());
  EXPECT_NE(all.error().as<ConnectionError>(), nullptr);
  EXPECT_THAT(all.error().what(), HasSubstr("after 4 bytes"));
}

TEST(DownloadStream, ContentThatChangesBeforeItsFirstByteIsTheNewOne) {
  FakeContent server{
      .content = "0123456789", .breaks = {0}, .beforeReply = [](FakeContent& self, std::size_t n) {
        if (n == 2) self = {.content = "ABC", .etag = "\"two\"", .replies = 2};
      }};
  const FakeWorld world(server.transport());
  Result<DownloadStream> stream = openStream(world, mending);
  EXPECT_EQ(readAll(*stream).unwrap(), "ABC");
  EXPECT_EQ(stream->size(), 3U);
}

TEST(DownloadStream, LeavesOutWhatAServerWithoutRangesSendsAgain) {
  const std::string content = "0123456789";
  for (std::size_t at = 1; at < content.size(); ++at) {
    for (std::size_t again = 0; again <= content.size(); ++again) {
      FakeContent server{.content = content, .hasRanges = false, .breaks = {at, again}};
      const FakeWorld world(server.transport());
      EXPECT_EQ(download(world).unwrap(), content) << at << ", " << again;
    }
  }
}

TEST(DownloadStream, WithoutAStrongEtagNothingGoesOn) {
  for (const std::string etag : {"", "W/\"one\"", "one", "\""}) {
    FakeContent server{.content = "0123456789", .etag = etag, .breaks = {4}};
    const FakeWorld world(server.transport());
    const Result<std::string> all = download(world);
    ASSERT_FALSE(all.ok()) << etag;
    EXPECT_THAT(all.error().what(), HasSubstr("after byte 4"));
    EXPECT_EQ(server.replies, 1U);
  }
}

TEST(DownloadStream, BeforeTheFirstByteItNeedsNoEtag) {
  FakeContent server{.content = "0123456789", .etag = "", .breaks = {0, 0}};
  const FakeWorld world(server.transport());
  EXPECT_EQ(download(world).unwrap(), "0123456789");
}

TEST(DownloadStream, NoticesABodyThatIsTooShort) {
  const auto answer = [](const RecordedRequest& request) {
    MockReply reply{.headers = {{"ETag", "\"one\""}, {"Content-Length", "10"}}, .body = "0123"};
    if (request.headers.find("Range") == nullptr) return reply;
    return MockReply{
        .status = 206, .headers = {{"Content-Range", "bytes 4-9/10"}}, .body = "456789"};
  };
  const FakeWorld world(std::make_shared<MockTransport>(answer));
  EXPECT_EQ(download(world).unwrap(), "0123456789");
  const Result<std::string> once = download(world, {});
  ASSERT_FALSE(once.ok());
  EXPECT_EQ(once.error().name(), "ConnectionError");
  EXPECT_THAT(once.error().what(), HasSubstr("4 of 10 bytes"));
}

TEST(DownloadStream, NoticesABodyThatIsTooLong) {
  const FakeWorld world({MockReply{.headers = {{"Content-Length", "4"}}, .body = "0123456789"}});
  const Result<std::string> all = download(world);
  ASSERT_FALSE(all.ok());
  EXPECT_EQ(all.error().name(), "ConnectionError");
  EXPECT_THAT(all.error().what(), HasSubstr("more than the 4 bytes"));
}

TEST(DownloadStream, AContentOfUnknownLengthLearnsItFromARange) {
  FakeContent server{.content = "0123456789", .hasLength = false, .breaks = {4}};
  const FakeWorld world(server.transport());
  Result<DownloadStream> stream = openStream(world, mending);
  ASSERT_TRUE(stream.ok());
  EXPECT_EQ(stream->size(), std::nullopt);
  EXPECT_EQ(readAll(*stream).unwrap(), "0123456789");
  EXPECT_EQ(stream->size(), 10U);
}

TEST(DownloadStream, TakesRangesThatAreShorterThanAskedFor) {
  FakeContent server{.content = "0123456789", .breaks = {1}, .rangeBytesMax = 4};
  const FakeWorld world(server.transport());
  EXPECT_EQ(download(world).unwrap(), "0123456789");
  EXPECT_EQ(server.replies, 4U);
}

TEST(DownloadStream, TakesNoRangeButTheOneItAskedFor) {
  const std::vector<Headers> wrong{
      {},
      {{"Content-Range", "bytes 3-9/10"}},
      {{"Content-Range", "bytes 5-9/10"}},
      {{"Content-Range", "bytes 4-9/11"}},
      {{"Content-Range", "bytes 4-10/10"}},
      {{"Content-Range", "bytes 4-3/10"}},
      {{"Content-Range", "bytes 4-9/"}},
      {{"Content-Range", "bytes */10"}},
      {{"Content-Range", "items 4-9/10"}},
      {{"Content-Range", "bytes 4-9/10"}, {"ETag", "\"two\""}},
  };
  for (const Headers& headers : wrong) {
    const FakeWorld world({MockReply{.headers = {{"ETag", "\"one\""}, {"Content-Length", "10"}},
                                     .body = "0123456789",
                                     .breaksAfter = 4},
                           MockReply{.status = 206, .headers = headers, .body = "456789"}});
    const Result<std::string> all = download(world);
    ASSERT_FALSE(all.ok());
    EXPECT_THAT(all.error().what(), HasSubstr("another range"));
    EXPECT_EQ(all.error().name(), "ConnectionError");
  }
}

TEST(DownloadStream, ARangeOfUnknownTotalIsFine) {
  const FakeWorld world(
      {MockReply{.headers = {{"ETag", "\"one\""}, {"Content-Length", "10"}},
                 .body = "0123456789",
                 .breaksAfter = 4},
       MockReply{.status = 206, .headers = {{"Content-Range", "BYTES 4-9/*"}}, .body = "456789"}});
  EXPECT_EQ(download(world).unwrap(), "0123456789");
}

TEST(DownloadStream, ARefusalIsTheResultOfOpening) {
  const FakeWorld world({MockReply{.status = 404, .body = "{}"}});
  const Result<DownloadStream> stream = openStream(world);
  ASSERT_FALSE(stream.ok());
  EXPECT_EQ(stream.error().statusCode(), 404);
  EXPECT_EQ(filesOpenDownload(world.core, {.fileId = ".."}).error().name(), "InvalidRequestError");
}

TEST(DownloadStream, EndsAtTheSignal) {
  FakeContent server{.content = "0123456789"};
  const FakeWorld world(server.transport());
  std::stop_source stop;
  Result<DownloadStream> stream = openStream(world, {.fetchOptions = {.signal = stop.get_token()}});
  ASSERT_TRUE(stream.ok());
  std::array<std::byte, 4> room{};
  EXPECT_EQ(stream->read(room).unwrap(), 4U);
  stop.request_stop();
  EXPECT_EQ(stream->read(room).error().name(), "RequestAbortedError");
}

TEST(DownloadStream, EndsAtTheSignalBehindTheLastByteToo) {
  FakeContent server{.content = "0123456789"};
  const FakeWorld world(server.transport());
  std::stop_source stop;
  Result<DownloadStream> stream = openStream(world, {.fetchOptions = {.signal = stop.get_token()}});
  ASSERT_TRUE(stream.ok());
  std::array<std::byte, 10> room{};
  EXPECT_EQ(stream->read(room).unwrap(), 10U);
  stop.request_stop();
  EXPECT_EQ(stream->read(room).error().name(), "RequestAbortedError");
}

TEST(DownloadStream, EndsAtTheSignalWhileItWaitsToGoOn) {
  FakeContent server{.content = "0123456789", .breaks = {4}};
  FakeWorld world(server.transport());
  std::stop_source stop;
  world.time.duringWait = [&stop] { stop.request_stop(); };
  RequestOptions options = mending;
  options.fetchOptions.signal = stop.get_token();
  EXPECT_EQ(download(world, options).error().name(), "RequestAbortedError");
  EXPECT_EQ(server.replies, 1U);
}

TEST(DownloadStream, ProgressNeverFallsAndEndsWithTheWhole) {
  FakeContent server{.content = std::string(1000, 'x'), .hasRanges = false, .breaks = {600, 300}};
  const FakeWorld world(server.transport());
  std::vector<std::uint64_t> told;
  RequestOptions options = mending;
  options.onProgress = [&told](const Progress& progress) {
    EXPECT_EQ(progress.total, 1000U);
    told.push_back(progress.done);
  };
  EXPECT_EQ(download(world, options).unwrap().size(), 1000U);
  EXPECT_GT(told.size(), 10U);
  EXPECT_TRUE(std::ranges::is_sorted(told));
  EXPECT_EQ(told.back(), 1000U);
}

TEST(DownloadStream, ProgressThatThrowsEndsIt) {
  FakeContent server{.content = "0123456789"};
  const FakeWorld world(server.transport());
  const RequestOptions options{
      .onProgress = [](const Progress&) { throw std::runtime_error("enough"); }};
  const Result<std::string> all = download(world, options);
  ASSERT_FALSE(all.ok());
  EXPECT_EQ(all.error().name(), "RequestAbortedError");
  EXPECT_THAT(all.error().what(), HasSubstr("enough"));
}

TEST(DownloadStream, OutlivesTheClientAndTheOptions) {
  FakeContent server{.content = "0123456789", .breaks = {4}};
  detail::FakeTime time;
  auto client = detail::Client::make(
      {.apiKeyAuth = "sk-test", .httpClient = std::make_shared<HTTPClient>(server.transport())},
      time.surroundings());
  std::optional<DownloadStream> kept;
  {
    auto core = std::make_unique<ArgotOpenAiCore>(*std::move(client));
    auto options = std::make_unique<RequestOptions>(mending);
    auto info = std::make_unique<ResponseInfo>();
    options->response = info.get();
    Result<DownloadStream> stream = filesOpenDownload(*core, {.fileId = "file-abc"}, *options);
    ASSERT_TRUE(stream.ok());
    EXPECT_EQ(info->status, 200);
    kept.emplace(*std::move(stream));
  }
  EXPECT_EQ(readAll(*kept).unwrap(), "0123456789");
}

TEST(DownloadStream, ATransportThatThrowsIsAnError) {
  struct Throwing final : ResponseStream {
    int status() const override { return 200; }
    const Headers& headers() const override { return none; }
    std::expected<std::size_t, TransportFailure> read(std::span<std::byte>) override {
      throw std::runtime_error("no bytes today");
    }
    Headers none{};
  };
  struct Opening final : Transport {
    std::expected<std::unique_ptr<ResponseStream>, TransportFailure> send(
        const HttpRequest&, const CallContext&) override {
      return std::make_unique<Throwing>();
    }
  };
  const ArgotOpenAiCore core(
      {.httpClient = std::make_shared<HTTPClient>(std::make_shared<Opening>())});
  Result<DownloadStream> stream = filesOpenDownload(core, {.fileId = "file-abc"});
  ASSERT_TRUE(stream.ok()) << stream.error();
  EXPECT_EQ(readAll(*stream).error().name(), "UnexpectedClientError");
}

}  // namespace
}  // namespace argot::openai
