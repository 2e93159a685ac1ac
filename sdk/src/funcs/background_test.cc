// The operations in the background: the same calls, on a thread of the client's own.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <future>
#include <memory>
#include <stop_token>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "argot_open_ai/argot_open_ai.hpp"
#include "argot_open_ai/funcs/filesCreateFileAsync.hpp"
#include "argot_open_ai/funcs/filesDeleteFileAsync.hpp"
#include "argot_open_ai/funcs/filesDownloadFileAsync.hpp"
#include "argot_open_ai/funcs/filesDownloadFileToAsync.hpp"
#include "argot_open_ai/funcs/filesListFilesAsync.hpp"
#include "argot_open_ai/funcs/filesRetrieveFile.hpp"
#include "argot_open_ai/funcs/filesRetrieveFileAsync.hpp"
#include "argot_open_ai/funcs/filesWaitForProcessingAsync.hpp"
#include "detail/fake_content.hpp"
#include "detail/fake_surroundings.hpp"
#include "tests/support/fakes.h"
#include "tests/support/scripted_server.h"

namespace argot::openai {
inline namespace v0 {
namespace {

using argot::testing::ScriptedConnection;
using argot::testing::ScriptedServer;
using argot::testing::TempFolder;
using detail::FakeWorld;
using detail::fileJson;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string listJson() {
  return std::string(R"({"object":"list","data":[)") + fileJson +
         R"(],"first_id":"file-abc","last_id":"file-abc","has_more":false})";
}

std::vector<std::string> asked(const FakeWorld& world) {
  std::vector<std::string> requests;
  for (const auto& request : world.transport->requests()) {
    requests.push_back(request.method + " " + request.url.substr(sizeof("http://files.test") - 1));
  }
  return requests;
}

TEST(Background, HasEveryOperation) {
  FakeWorld list({{.body = listJson()}});
  EXPECT_EQ(filesListFilesAsync(list.core, {.purpose = "batch"}).get()->data.size(), 1U);
  EXPECT_THAT(asked(list), ElementsAre("GET /v1/files?purpose=batch"));

  FakeWorld create({{.body = fileJson}});
  EXPECT_EQ(filesCreateFileAsync(create.core,
                                 {.file = Blob("{}\n", {.name = "a.jsonl"}), .purpose = "batch"})
                .get()
                ->id,
            "file-abc");
  EXPECT_THAT(asked(create), ElementsAre("POST /v1/files"));
  EXPECT_THAT(create.transport->requests().front().body, HasSubstr("{}\n"));

  FakeWorld gone({{.body = R"({"id":"file-abc","object":"file","deleted":true})"}});
  EXPECT_TRUE(filesDeleteFileAsync(gone.core, {.fileId = "file-abc"}).get()->deleted);
  EXPECT_THAT(asked(gone), ElementsAre("DELETE /v1/files/file-abc"));

  FakeWorld one({{.body = fileJson}});
  EXPECT_EQ(filesRetrieveFileAsync(one.core, {.fileId = "file-abc"}).get()->filename, "a.jsonl");
  EXPECT_THAT(asked(one), ElementsAre("GET /v1/files/file-abc"));

  FakeWorld content({{.body = "text"}});
  EXPECT_EQ(*filesDownloadFileAsync(content.core, {.fileId = "file-abc"}).get(), "text");
  EXPECT_THAT(asked(content), ElementsAre("GET /v1/files/file-abc/content"));
}

TEST(Background, HasTheOperationsOfUploads) {
  const char* const uploadJson =
      R"({"id":"upload_1","object":"upload","bytes":3,"created_at":1,"filename":"a",)"
      R"("purpose":"user_data","status":"pending","expires_at":2})";
  FakeWorld world({{.body = uploadJson},
                   {.body = R"({"id":"part_1","created_at":1,"upload_id":"upload_1"})"},
                   {.body = uploadJson}});
  const Uploads uploads(world.core);
  EXPECT_EQ(
      uploads.createUploadAsync({.filename = "a", .purpose = "user_data", .bytes = 3}).get().id,
      "upload_1");
  EXPECT_EQ(uploads.addUploadPartAsync({.uploadId = "upload_1", .data = "abc"}).get().id, "part_1");
  EXPECT_EQ(uploads.completeUploadAsync({.uploadId = "upload_1", .partIds = {"part_1"}}).get().id,
            "upload_1");
  EXPECT_EQ(uploads.cancelUploadAsync({.uploadId = "upload_1"}).get().status,
            UploadStatus::Pending);
  EXPECT_THAT(asked(world), ElementsAre("POST /v1/uploads", "POST /v1/uploads/upload_1/parts",
                                        "POST /v1/uploads/upload_1/complete",
                                        "POST /v1/uploads/upload_1/cancel"));
}

TEST(Background, DownloadsToAPathAndToAFunction) {
  FakeWorld world({{.body = "text"}});
  const TempFolder folder;
  const std::string path = folder / "downloaded";
  EXPECT_EQ(filesDownloadFileToAsync(world.core, {.fileId = "file-abc"}, path).get()->bytes, 4U);
  EXPECT_EQ(std::filesystem::file_size(path), 4U);

  std::size_t bytes = 0;
  const auto sink = [&](std::span<const std::byte> piece) {
    bytes += piece.size();
    return true;
  };
  EXPECT_TRUE(filesDownloadFileToAsync(world.core, {.fileId = "file-abc"}, sink).get().ok());
  EXPECT_EQ(bytes, 4U);
}

TEST(Background, WaitsForTheVerdict) {
  std::string uploaded = fileJson;
  uploaded.replace(uploaded.find("processed"), 9, "uploaded");
  FakeWorld world({{.body = uploaded}, {.body = uploaded}, {.body = fileJson}});
  EXPECT_EQ(filesWaitForProcessingAsync(world.core, {.fileId = "file-abc"}).get()->status,
            Status(Status::Processed));
  EXPECT_EQ(world.time.waits.size(), 2U);
}

TEST(Background, MethodsThrow) {
  const auto answer = [](const testing::RecordedRequest& request) -> testing::MockReply {
    if (request.url.ends_with("/content")) return {.body = "text"};
    if (request.url.ends_with("/missing")) return {.status = 404, .body = "{}"};
    if (request.method == "DELETE") {
      return {.body = R"({"id":"file-abc","object":"file","deleted":true})"};
    }
    return {.body = request.method == "POST" || request.url.ends_with("file-abc") ? fileJson
                                                                                  : listJson()};
  };
  const ArgotOpenAi client(
      {.apiKeyAuth = "sk-test",
       .httpClient = std::make_shared<HTTPClient>(std::make_shared<testing::MockTransport>(answer)),
       .serverURL = "http://files.test/v1"});
  EXPECT_EQ(client.files.listFilesAsync().get().data.size(), 1U);
  EXPECT_EQ(client.files.createFileAsync({.file = Blob("x"), .purpose = "user_data"}).get().id,
            "file-abc");
  EXPECT_EQ(client.files.retrieveFileAsync({.fileId = "file-abc"}).get().id, "file-abc");
  EXPECT_EQ(client.files.downloadFileAsync({.fileId = "file-abc"}).get(), "text");
  EXPECT_TRUE(client.files.deleteFileAsync({.fileId = "file-abc"}).get().deleted);
  EXPECT_EQ(client.files.waitForProcessingAsync({.fileId = "file-abc"}).get().id, "file-abc");
  EXPECT_EQ(client.files.downloadFileToAsync({.fileId = "file-abc"}, [](auto) { return true; })
                .get()
                .bytes,
            4U);
  EXPECT_THROW(client.files.retrieveFileAsync({.fileId = "missing"}).get(), SDKError);
}

TEST(Background, ErrorsAreThoseOfTheCall) {
  FakeWorld world({{.status = 404, .body = "{}"}});
  const auto missing = filesRetrieveFileAsync(world.core, {.fileId = "file-abc"}).get();
  ASSERT_FALSE(missing.ok());
  EXPECT_EQ(missing.error().statusCode(), 404);
  const auto refused = filesRetrieveFileAsync(world.core, {.fileId = ".."}).get();
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().name(), "InvalidRequestError");
}

TEST(Background, ACallOutlivesItsClient) {
  auto world = std::make_unique<FakeWorld>(std::vector<testing::MockReply>{{.body = fileJson}});
  auto core = std::make_unique<ArgotOpenAiCore>(world->core);
  Future<Result<OpenAIFile>> future = filesRetrieveFileAsync(*core, {.fileId = "file-abc"});
  core.reset();
  EXPECT_TRUE(std::move(future).get().ok());
}

TEST(Background, WaitingOnTheBackgroundThreadIsRefused) {
  // Answers once the continuation is there: a call that has ended already continues here instead.
  std::promise<void> attached;
  const std::shared_future<void> continued = attached.get_future().share();
  FakeWorld world(std::make_shared<testing::MockTransport>(
      [continued](const testing::RecordedRequest&) -> testing::MockReply {
        continued.wait();
        return {.body = fileJson};
      }));
  std::optional<Future<Result<OpenAIFile>>> second;
  std::promise<Result<OpenAIFile>> refused;
  filesRetrieveFileAsync(world.core, {.fileId = "file-abc"}).then([&](Result<OpenAIFile>) {
    second = filesRetrieveFileAsync(world.core, {.fileId = "file-abc"});
    refused.set_value(std::move(*second).get());
  });
  attached.set_value();
  const Result<OpenAIFile> result = refused.get_future().get();
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().name(), "UnexpectedClientError");
  EXPECT_THAT(result.error().what(), HasSubstr("background thread"));
  // The call goes on, and another thread may wait for it.
  EXPECT_TRUE(std::move(*second).get().ok());
}

// --- Over the built-in transport.

ArgotOpenAiCore coreOf(const ScriptedServer& server, TransportOptions transport = {}) {
  transport.proxy = "";
  return ArgotOpenAiCore(
      {.apiKeyAuth = "sk-test", .serverURL = server.url("/v1"), .transport = std::move(transport)});
}

std::string reply(std::string_view json) {
  return "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " +
         std::to_string(json.size()) + "\r\n\r\n" + std::string(json);
}

int threadsOfThisProcess() {
  int count = 0;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/task")) {
    count += entry.is_directory() ? 1 : 0;
  }
  return count;
}

TEST(BackgroundTransfers, NeedNoThreadOfTheirOwn) {
  constexpr std::size_t calls = 50;
  std::promise<void> release;
  const std::shared_future<void> released = release.get_future().share();
  std::atomic<std::size_t> there = 0;
  ScriptedServer server([&](ScriptedConnection& connection) {
    connection.read_request();
    ++there;
    there.notify_all();
    released.wait();
    connection.send(reply(fileJson));
  });
  const ArgotOpenAiCore core = coreOf(server);
  const int before = threadsOfThisProcess();
  std::vector<Future<Result<OpenAIFile>>> futures;
  for (std::size_t i = 0; i < calls; ++i) {
    futures.push_back(filesRetrieveFileAsync(core, {.fileId = "file-abc"}));
  }
  for (std::size_t seen = there; seen < calls; seen = there) there.wait(seen);
  // The server has a thread for each connection, the client one for all.
  EXPECT_LE(threadsOfThisProcess() - before, static_cast<int>(calls) + 1);
  release.set_value();
  for (auto& future : futures) EXPECT_TRUE(std::move(future).get().ok());
}

TEST(BackgroundTransfers, TakeTurnsBeyondTheMost) {
  ScriptedServer server([](ScriptedConnection& connection) {
    while (!connection.read_request().empty()) connection.send(reply(fileJson));
  });
  const ArgotOpenAiCore core = coreOf(server, {.maxBackgroundTransfers = 2});
  std::vector<Future<Result<OpenAIFile>>> futures;
  for (int i = 0; i < 40; ++i) {
    futures.push_back(filesRetrieveFileAsync(core, {.fileId = "file-abc"}));
  }
  for (auto& future : futures) EXPECT_TRUE(std::move(future).get().ok());
  // Connections are kept, so there were as many as calls at once.
  EXPECT_LE(server.accepted(), 2);
}

TEST(BackgroundTransfers, EndWithTheirSignal) {
  std::promise<void> there;
  ScriptedServer server([&](ScriptedConnection& connection) {
    connection.read_request();
    there.set_value();
    connection.stall();
  });
  const ArgotOpenAiCore core = coreOf(server);
  std::stop_source stop;
  Future<Result<OpenAIFile>> future = filesRetrieveFileAsync(
      core, {.fileId = "file-abc"}, {.fetchOptions = {.signal = stop.get_token()}});
  there.get_future().get();
  stop.request_stop();
  const Result<OpenAIFile> result = std::move(future).get();
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().name(), "RequestAbortedError");
}

TEST(BackgroundTransfers, UploadAndDownloadSideBySide) {
  const std::string content(5'000'000, 'x');
  ScriptedServer server([&](ScriptedConnection& connection) {
    for (std::string request; !(request = connection.read_request()).empty();) {
      if (request.starts_with("POST")) {
        const auto count = std::ranges::count(request, 'x');
        connection.send(reply(count >= std::ssize(content) ? fileJson : "{}"));
      } else {
        connection.send("HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(content.size()) +
                        "\r\n\r\n" + content);
      }
    }
  });
  const ArgotOpenAiCore core = coreOf(server);
  std::vector<Future<Result<OpenAIFile>>> up;
  std::vector<Future<Result<std::string>>> down;
  for (int i = 0; i < 8; ++i) {
    up.push_back(filesCreateFileAsync(
        core, {.file = Blob(content, {.name = "a.txt"}), .purpose = "user_data"}));
    down.push_back(filesDownloadFileAsync(core, {.fileId = "file-abc"}));
  }
  for (auto& future : up) {
    const auto file = std::move(future).get();
    EXPECT_TRUE(file.ok()) << file;
  }
  for (auto& future : down) {
    const auto text = std::move(future).get();
    EXPECT_TRUE(text.ok() && *text == content);
  }
}

}  // namespace
}  // namespace v0
}  // namespace argot::openai
