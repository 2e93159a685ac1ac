// The exact bytes that the operations send.

#include <gtest/gtest.h>

#include <sstream>

#include "argot_open_ai/funcs/filesCreateFile.hpp"
#include "argot_open_ai/funcs/filesDeleteFile.hpp"
#include "argot_open_ai/funcs/filesDownloadFile.hpp"
#include "argot_open_ai/funcs/filesListFiles.hpp"
#include "argot_open_ai/funcs/filesRetrieveFile.hpp"
#include "argot_open_ai/funcs/uploadsAddUploadPart.hpp"
#include "argot_open_ai/funcs/uploadsCancelUpload.hpp"
#include "argot_open_ai/funcs/uploadsCompleteUpload.hpp"
#include "argot_open_ai/funcs/uploadsCreateUpload.hpp"
#include "detail/fake_surroundings.hpp"

namespace argot::openai {
namespace {

using detail::FakeWorld;
using detail::fileJson;
using testing::MockReply;
using testing::RecordedRequest;

constexpr const char* emptyList = R"({"object":"list","data":[],"has_more":false})";

constexpr const char* uploadJson =
    R"({"id":"upload_1","object":"upload","bytes":3,"created_at":1700000000,"filename":"a",)"
    R"("purpose":"user_data","status":"pending","expires_at":1700003600})";
constexpr const char* partJson =
    R"({"id":"part_1","object":"upload.part","created_at":1700000000,"upload_id":"upload_1"})";

RecordedRequest onlyRequest(const FakeWorld& world) {
  const auto requests = world.transport->requests();
  EXPECT_EQ(requests.size(), 1U);
  return requests.empty() ? RecordedRequest{} : requests.front();
}

std::string listURL(const ListFilesRequest& request) {
  const FakeWorld world({MockReply{.body = emptyList}});
  EXPECT_TRUE(filesListFiles(world.core, request).ok());
  return onlyRequest(world).url;
}

TEST(Requests, AListWithoutWishesIsThePlainPath) {
  EXPECT_EQ(listURL({}), "http://files.test/v1/files");
}

TEST(Requests, QueriesAreEncodedAsURIComponents) {
  EXPECT_EQ(listURL({.purpose = "fine tune&x=\xC3\xA9/+"}),
            "http://files.test/v1/files?purpose=fine%20tune%26x%3D%C3%A9%2F%2B");
  EXPECT_EQ(listURL({.purpose = ""}), "http://files.test/v1/files?purpose=");
  EXPECT_EQ(listURL({.limit = 100, .order = "asc", .after = "file-abc"}),
            "http://files.test/v1/files?after=file-abc&limit=100&order=asc");
}

TEST(Requests, HeadersAreThePagesOwn) {
  const FakeWorld world({MockReply{.body = emptyList}});
  ASSERT_TRUE(filesListFiles(world.core, {}).ok());
  EXPECT_EQ(onlyRequest(world).headers,
            (Headers{{"Accept", "application/json"},
                     {"Authorization", "Bearer sk-test"},
                     {"User-Agent", "speakeasy-sdk/cpp 0.1.0 2.438.15 2.3.0 argot-open-ai"}}));
}

TEST(Requests, MethodsAndPathsOfTheFiveOperations) {
  const FakeWorld world(
      std::make_shared<testing::MockTransport>([](const RecordedRequest& request) {
        if (request.method == "DELETE") {
          return MockReply{.body = R"({"id":"file-abc","object":"file","deleted":true})"};
        }
        return MockReply{.body = request.url.ends_with("/files") && request.method == "GET"
                                     ? emptyList
                                     : fileJson};
      }));
  ASSERT_TRUE(filesListFiles(world.core).ok());
  ASSERT_TRUE(filesCreateFile(world.core, {.file = Blob("x"), .purpose = "batch"}).ok());
  ASSERT_TRUE(filesRetrieveFile(world.core, {.fileId = "file-abc"}).ok());
  ASSERT_TRUE(filesDownloadFile(world.core, {.fileId = "file-abc"}).ok());
  ASSERT_TRUE(filesDeleteFile(world.core, {.fileId = "file-abc"}).ok());
  std::vector<std::string> lines;
  for (const RecordedRequest& request : world.transport->requests()) {
    lines.push_back(request.method + " " + request.url);
  }
  EXPECT_EQ(lines, (std::vector<std::string>{"GET http://files.test/v1/files",
                                             "POST http://files.test/v1/files",
                                             "GET http://files.test/v1/files/file-abc",
                                             "GET http://files.test/v1/files/file-abc/content",
                                             "DELETE http://files.test/v1/files/file-abc"}));
}

/// The body with its boundary as "B"; also checks the Content-Type.
std::string formOf(const RecordedRequest& request) {
  const std::string* const type = request.headers.find("content-type");
  const std::string start = "multipart/form-data; boundary=";
  EXPECT_TRUE(type != nullptr && type->starts_with(start));
  const std::string boundary = type == nullptr ? "" : type->substr(start.size());
  EXPECT_GE(boundary.size(), 32U);
  std::string body = request.body;
  for (std::size_t at = 0; (at = body.find(boundary, at)) != std::string::npos;) {
    body.replace(at, boundary.size(), "B");
  }
  return body;
}

TEST(Requests, TheFourOfAnUpload) {
  const FakeWorld world(
      {MockReply{.body = uploadJson}, MockReply{.body = partJson}, MockReply{.body = uploadJson}});
  const auto announced = uploadsCreateUpload(
      world.core, {.filename = "a", .purpose = "user_data", .bytes = 3, .mimeType = "text/plain"});
  ASSERT_TRUE(announced.ok()) << announced;
  EXPECT_EQ(announced->toJson(), uploadJson);
  const auto part = uploadsAddUploadPart(world.core, {.uploadId = "upload_1", .data = "abc"});
  ASSERT_TRUE(part.ok()) << part;
  EXPECT_EQ(part->toJson(), partJson);
  ASSERT_TRUE(
      uploadsCompleteUpload(world.core, {.uploadId = "upload_1", .partIds = {"part_1"}}).ok());
  ASSERT_TRUE(uploadsCancelUpload(world.core, {.uploadId = "upload_1"}).ok());

  const auto requests = world.transport->requests();
  std::vector<std::string> lines;
  for (const RecordedRequest& request : requests)
    lines.push_back(request.method + " " + request.url);
  EXPECT_EQ(lines, (std::vector<std::string>{"POST http://files.test/v1/uploads",
                                             "POST http://files.test/v1/uploads/upload_1/parts",
                                             "POST http://files.test/v1/uploads/upload_1/complete",
                                             "POST http://files.test/v1/uploads/upload_1/cancel"}));
  EXPECT_EQ(requests[0].body,
            R"({"filename":"a","purpose":"user_data","bytes":3,"mime_type":"text/plain"})");
  EXPECT_EQ(*requests[0].headers.find("Content-Type"), "application/json");
  EXPECT_EQ(formOf(requests[1]),
            "--B\r\nContent-Disposition: form-data; name=\"data\"; filename=\"upload\"\r\n"
            "Content-Type: application/octet-stream\r\n\r\nabc\r\n--B--\r\n");
  EXPECT_EQ(requests[2].body, R"({"part_ids":["part_1"]})");
  EXPECT_EQ(requests[3].body, "");
  EXPECT_EQ(requests[3].headers.find("Content-Type"), nullptr);
}

TEST(Requests, WrongOnesOfAnUploadAreNotSent) {
  const FakeWorld world({MockReply{.body = uploadJson}});
  const auto errors = {
      uploadsCompleteUpload(world.core, {.uploadId = ".."}).error(),
      uploadsCancelUpload(world.core, {.uploadId = ""}).error(),
      uploadsAddUploadPart(world.core, {.uploadId = "a\nb"}).error(),
      uploadsAddUploadPart(world.core, {.uploadId = "upload_1", .data = openAsBlob("/nowhere")})
          .error()};
  for (const Error& error : errors) EXPECT_NE(error.as<InvalidRequestError>(), nullptr) << error;
  EXPECT_NE(uploadsCreateUpload(world.core, {.filename = "a"}).error().as<SDKValidationError>(),
            nullptr);
  EXPECT_TRUE(world.transport->requests().empty());
}

// --- Ids never leave their segment of the path -------------------------------------------------

TEST(Requests, IdsAreOneSegmentOfThePath) {
  const FakeWorld world({MockReply{.body = fileJson}});
  for (const char* const id : {"a/b", "a?b", "a#b", "../models", "\xC3\xA9"}) {
    EXPECT_TRUE(filesRetrieveFile(world.core, {.fileId = id}).ok()) << id;
  }
  std::vector<std::string> urls;
  for (const RecordedRequest& request : world.transport->requests()) urls.push_back(request.url);
  const std::string base = "http://files.test/v1/files/";
  EXPECT_EQ(urls, (std::vector<std::string>{base + "a%2Fb", base + "a%3Fb", base + "a%23b",
                                            base + "..%2Fmodels", base + "%C3%A9"}));
}

TEST(Requests, IdsThatCouldLeaveItAreNotSent) {
  const FakeWorld world({MockReply{.body = fileJson}});
  const std::vector<std::string> ids{
      "", ".", "..", "%2e%2e", "%2E.", ".%2e", "a\nb", "a\rb", std::string("a\0b", 3), "\x7f"};
  for (const std::string& id : ids) {
    const auto refused = {filesRetrieveFile(world.core, {.fileId = id}).error(),
                          filesDeleteFile(world.core, {.fileId = id}).error(),
                          filesDownloadFile(world.core, {.fileId = id}).error()};
    for (const Error& error : refused) EXPECT_NE(error.as<InvalidRequestError>(), nullptr) << id;
  }
  EXPECT_TRUE(world.transport->requests().empty());
}

// --- The form of a create ----------------------------------------------------------------------

std::string formOf(CreateFileRequest request) {
  const FakeWorld world({MockReply{.body = fileJson}});
  const auto created = filesCreateFile(world.core, std::move(request));
  EXPECT_TRUE(created.ok());
  return formOf(onlyRequest(world));
}

TEST(CreateRequest, TheFileComesFirst) {
  EXPECT_EQ(
      formOf({.file = Blob("{}\n", {.name = "a.jsonl"}), .purpose = "fine-tune"}),
      "--B\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.jsonl\"\r\n"
      "Content-Type: application/octet-stream\r\n\r\n{}\n\r\n"
      "--B\r\nContent-Disposition: form-data; name=\"purpose\"\r\n\r\nfine-tune\r\n--B--\r\n");
}

TEST(CreateRequest, ExpiryAndMediaTypeGoAlong) {
  EXPECT_EQ(
      formOf({.file =
                  CreateFileRequestFile{
                      .fileName = "b.txt", .content = "hello", .contentType = "text/plain"},
              .purpose = Purpose::UserData,
              .expiresAfter = ExpiresAfter{.seconds = 3600}}),
      "--B\r\nContent-Disposition: form-data; name=\"file\"; filename=\"b.txt\"\r\n"
      "Content-Type: text/plain\r\n\r\nhello\r\n"
      "--B\r\nContent-Disposition: form-data; name=\"purpose\"\r\n\r\nuser_data\r\n"
      "--B\r\nContent-Disposition: form-data; name=\"expires_after[anchor]\"\r\n\r\ncreated_at"
      "\r\n--B\r\nContent-Disposition: form-data; name=\"expires_after[seconds]\"\r\n\r\n3600"
      "\r\n--B--\r\n");
}

TEST(CreateRequest, AStreamKeepsItsNameAndItsBytes) {
  std::istringstream stream("from a stream");
  const std::string form =
      formOf({.file = CreateFileRequestFile{.fileName = "s.txt", .content = stream},
              .purpose = "user_data"});
  EXPECT_NE(form.find("filename=\"s.txt\""), std::string::npos);
  EXPECT_NE(form.find("\r\n\r\nfrom a stream\r\n--B"), std::string::npos);
}

TEST(CreateRequest, AFileNameCannotBreakOutOfItsQuotes) {
  const std::string form =
      formOf({.file = Blob("x", {.name = "a\"; name=\"purpose\"\r\n\r\nevil\t\x01\xC3\xA9"}),
              .purpose = "user_data"});
  EXPECT_NE(form.find("filename=\"a%22; name=%22purpose%22%0D%0A%0D%0Aevil%09%01\xC3\xA9\"\r\n"),
            std::string::npos)
      << form;
}

TEST(CreateRequest, AMediaTypeWithALineBreakIsNotSent) {
  const FakeWorld world({MockReply{.body = fileJson}});
  const auto created = filesCreateFile(
      world.core, {.file = Blob("x", {.type = "text/plain\r\nX-Evil: 1"}), .purpose = "batch"});
  EXPECT_NE(created.error().as<SDKValidationError>(), nullptr);
  EXPECT_TRUE(world.transport->requests().empty());
}

TEST(CreateRequest, WithoutAPurposeNothingIsSent) {
  const FakeWorld world({MockReply{.body = fileJson}});
  const auto created = filesCreateFile(world.core, {.file = Blob("x")});
  ASSERT_NE(created.error().as<SDKValidationError>(), nullptr);
  EXPECT_EQ(created.error().as<SDKValidationError>()->issues().front().path, "purpose");
  EXPECT_TRUE(world.transport->requests().empty());
}

TEST(CreateRequest, AFileThatIsNotThereIsAnInvalidRequest) {
  const FakeWorld world({MockReply{.body = fileJson}});
  const auto created =
      filesCreateFile(world.core, {.file = openAsBlob("/nonexistent/a.jsonl"), .purpose = "batch"});
  ASSERT_NE(created.error().as<InvalidRequestError>(), nullptr);
  EXPECT_NE(std::string(created.error().what()).find("/nonexistent/a.jsonl"), std::string::npos);
  EXPECT_TRUE(world.transport->requests().empty());
}

TEST(CreateRequest, CarriesAKeyThatItsAttemptsShareAndCallsDoNot) {
  const FakeWorld world(
      {MockReply{.status = 503}, MockReply{.body = fileJson}, MockReply{.body = fileJson}},
      {.retryConfig = RetryConfig::backoffDefault()});
  for (int call = 0; call < 2; ++call) {
    ASSERT_TRUE(filesCreateFile(world.core, {.file = Blob("x"), .purpose = "batch"}).ok());
  }
  const auto requests = world.transport->requests();
  ASSERT_EQ(requests.size(), 3U);
  const auto key = [&](std::size_t index) {
    return *requests[index].headers.find("Idempotency-Key");
  };
  EXPECT_EQ(key(0), key(1));
  EXPECT_NE(key(1), key(2));
  EXPECT_EQ(requests[0].body, requests[1].body);
}

// --- Keys and headers of the caller ------------------------------------------------------------

Headers headersWith(SDKOptions options, const FetchOptions& fetch = {}) {
  const FakeWorld world({MockReply{.body = emptyList}}, std::move(options));
  const auto listed = filesListFiles(world.core, {}, {.fetchOptions = fetch});
  EXPECT_TRUE(listed.ok()) << listed.error();
  return onlyRequest(world).headers;
}

TEST(RequestHeaders, AKeyThatIsABearerAlreadyIsSentAsItIs) {
  EXPECT_EQ(*headersWith({.apiKeyAuth = "bearer  x"}).find("authorization"), "bearer  x");
}

TEST(RequestHeaders, AnEmptyKeyIsNoKey) {
  EXPECT_EQ(headersWith({.apiKeyAuth = ""}).find("authorization"), nullptr);
}

TEST(RequestHeaders, AProviderIsAskedOnceACall) {
  int asked = 0;
  const FakeWorld world({MockReply{.status = 503}, MockReply{.body = emptyList}},
                        {.apiKeyAuth = [&asked] { return "key-" + std::to_string(++asked); },
                         .retryConfig = RetryConfig::backoffDefault()});
  ASSERT_TRUE(filesListFiles(world.core).ok());
  EXPECT_EQ(asked, 1);
  ASSERT_EQ(world.transport->requests().size(), 2U);
  EXPECT_EQ(*world.transport->requests()[1].headers.find("authorization"), "Bearer key-1");
}

TEST(RequestHeaders, TheCallersGoOverTheOperations) {
  const Headers headers = headersWith(
      {}, {.headers = {{"accept", "application/vnd.mine"}, {"X-Extra", ""}, {"user-agent", "mine"}},
           .referrer = "http://page.test/"});
  EXPECT_EQ(*headers.find("Accept"), "application/vnd.mine");
  EXPECT_EQ(*headers.find("X-Extra"), "");
  EXPECT_EQ(*headers.find("Referer"), "http://page.test/");
  EXPECT_TRUE(headers.find("User-Agent")->starts_with("speakeasy-sdk/cpp "));
}

TEST(RequestHeaders, TheTypeOfAFormIsNotTheCallersToReplace) {
  const FetchOptions fetch{.headers = {{"content-type", "text/mine"}}};
  EXPECT_EQ(*headersWith({}, fetch).find("Content-Type"), "text/mine");
  const FakeWorld world({MockReply{.body = detail::fileJson}});
  const auto file = filesCreateFile(world.core, {.file = Blob("hi"), .purpose = "batch"},
                                    {.fetchOptions = fetch});
  ASSERT_TRUE(file.ok()) << file.error();
  EXPECT_TRUE(onlyRequest(world)
                  .headers.find("Content-Type")
                  ->starts_with("multipart/form-data; boundary=argot-"));
}

TEST(RequestHeaders, TheUserAgentTakesASuffix) {
  EXPECT_TRUE(headersWith({.transport = {.userAgentSuffix = "mine/1.0"}})
                  .find("User-Agent")
                  ->ends_with(" argot-open-ai mine/1.0"));
}

TEST(RequestHeaders, WhatCouldInjectAnotherIsNotSent) {
  const FakeWorld world({MockReply{.body = emptyList}});
  for (const Header& header :
       {Header{"X-A", "1\r\nX-B: 2"}, Header{"X-A", "1\n"}, Header{"X A", "1"}, Header{"", "1"},
        Header{"X-A", "1\r"}, Header{"X-A", "1\x7f"}, Header{"X-A", "\x01"},
        Header{"X-A\r\nX-B", "1"}, Header{"X-A:", "1"}, Header{"X-A", std::string("a\0b", 3)}}) {
    const auto listed = filesListFiles(world.core, {}, {.fetchOptions = {.headers = {header}}});
    ASSERT_FALSE(listed.ok());
    EXPECT_NE(listed.error().as<InvalidRequestError>(), nullptr) << listed.error();
  }
  const FakeWorld keyed({MockReply{.body = emptyList}}, {.apiKeyAuth = "sk-canary\r\nX-Evil: 1"});
  const auto listed = filesListFiles(keyed.core);
  ASSERT_NE(listed.error().as<InvalidRequestError>(), nullptr);
  EXPECT_EQ(std::string(listed.error().what()).find("canary"), std::string::npos);
  EXPECT_TRUE(world.transport->requests().empty());
  EXPECT_TRUE(keyed.transport->requests().empty());
}

}  // namespace
}  // namespace argot::openai
