// Ids, names and header values that try to become structure of a request: they reach no other
// endpoint, add no line, and where that cannot be had nobody is connected to.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "argot_open_ai/funcs/filesCreateFile.hpp"
#include "argot_open_ai/funcs/filesDeleteFile.hpp"
#include "argot_open_ai/funcs/filesDownloadFile.hpp"
#include "argot_open_ai/funcs/filesDownloadFileTo.hpp"
#include "argot_open_ai/funcs/filesListFiles.hpp"
#include "argot_open_ai/funcs/filesOpenDownload.hpp"
#include "argot_open_ai/funcs/filesRetrieveFile.hpp"
#include "detail/wire_fixture.h"
#include "tests/support/fakes.h"

namespace argot::openai {
namespace {

using namespace std::string_literals;
using detail::bodyOf;
using detail::fieldOf;
using detail::requestLineOf;
using detail::WireClient;
using detail::wiredFile;
using detail::WireReply;
using detail::WireServer;
using detail::WireWorld;
using ::testing::AnyOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

/// The names of the errors that all operations with an id end with, each over a wire of its own.
std::vector<std::string_view> errorsOf(const ArgotOpenAiCore& core, const std::string& id,
                                       const std::string& path) {
  const auto nameOf = [](const auto& result) {
    return result.ok() ? std::string_view("none") : result.error().name();
  };
  const std::function<bool(std::span<const std::byte>)> sink = [](auto) { return true; };
  return {nameOf(filesRetrieveFile(core, {.fileId = id})),
          nameOf(filesDeleteFile(core, {.fileId = id})),
          nameOf(filesDownloadFile(core, {.fileId = id})),
          nameOf(filesDownloadFileTo(core, {.fileId = id}, path)),
          nameOf(filesDownloadFileTo(core, {.fileId = id}, sink)),
          nameOf(filesOpenDownload(core, {.fileId = id}))};
}

TEST(FaultInjection, IdsThatCouldLeaveTheirSegmentConnectToNobody) {
  const argot::testing::TempFolder folder;
  const WireWorld world({WireReply{wiredFile()}});
  for (const std::string& id : {""s, "."s, ".."s, "%2e"s, "%2E%2e"s, ".%2e"s, "%2e."s, "a\r\nX: y"s,
                                "a\nb"s, "a\rb"s, "a\0b"s, "\0"s, "a\tb"s, "\x7f"s, "\x01"s}) {
    EXPECT_THAT(errorsOf(world.client.core, id, folder / "a"),
                ::testing::Each("InvalidRequestError"))
        << ::testing::PrintToString(id);
  }
  EXPECT_EQ(world.server.accepted(), 0);
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

TEST(FaultInjection, IdsStayOneSegmentOfTheTarget) {
  const argot::testing::TempFolder folder;
  for (const auto& [id, segment] :
       std::vector<std::pair<std::string, std::string>>{{"a/b", "a%2Fb"},
                                                        {"../models", "..%2Fmodels"},
                                                        {"a?b", "a%3Fb"},
                                                        {"a#b", "a%23b"},
                                                        {"a b", "a%20b"},
                                                        {"a%2fb", "a%252fb"},
                                                        {"%2e%2e/x", "%252e%252e%2Fx"},
                                                        {"%252e%252e", "%25252e%25252e"},
                                                        {"..\\x", "..%5Cx"},
                                                        {"...", "..."},
                                                        {"..;", "..%3B"},
                                                        {"a&b=c", "a%26b%3Dc"},
                                                        {"a@b:80", "a%40b%3A80"},
                                                        {"{a,b}[1-2]", "%7Ba%2Cb%7D%5B1-2%5D"},
                                                        {"\xc3\xa9", "%C3%A9"},
                                                        {"\xff", "%FF"}}) {
    const WireWorld world({WireReply{wiredFile()}});
    (void)errorsOf(world.client.core, id, folder / "a");
    const auto requests = world.server.requests();
    ASSERT_EQ(requests.size(), 6U) << id;
    const std::string target = "/v1/files/" + segment;
    EXPECT_EQ(requestLineOf(requests[0]), "GET " + target + " HTTP/1.1");
    EXPECT_EQ(requestLineOf(requests[1]), "DELETE " + target + " HTTP/1.1");
    for (std::size_t i = 2; i < requests.size(); ++i) {
      EXPECT_EQ(requestLineOf(requests[i]), "GET " + target + "/content HTTP/1.1");
    }
  }
}

TEST(FaultInjection, QueriesStayValues) {
  const WireWorld world({WireReply{wiredFile()}});
  (void)filesListFiles(
      world.client.core,
      {.purpose = "a&limit=1#\r\nX: y\0z"s, .order = "asc HTTP/1.1", .after = "../x?\xc3\xa9"});
  EXPECT_EQ(requestLineOf(world.server.requests().at(0)),
            "GET /v1/files?after=..%2Fx%3F%C3%A9&order=asc%20HTTP%2F1.1"
            "&purpose=a%26limit%3D1%23%0D%0AX%3A%20y%00z HTTP/1.1");
}

// --- Names of files ----------------------------------------------------------------------------

/// The lines of the head of the first part.
std::string partHeadOf(const std::string& request) {
  const std::string_view body = bodyOf(request);
  const std::size_t line = body.find("\r\n") + 2;
  return std::string(body.substr(line, body.find("\r\n\r\n") + 4 - line));
}

TEST(FaultInjection, NamesOfFilesStayInTheirQuotes) {
  const std::vector<std::pair<std::string, std::string>> names{
      {"plain.jsonl", "plain.jsonl"},
      {"a\r\nX-Evil: 1\r\n\r\nbody", "a%0D%0AX-Evil: 1%0D%0A%0D%0Abody"},
      {"a\"; name=\"purpose", "a%22; name=%22purpose"},
      {"a\\\"b", "a\\%22b"},
      {"a\0b"s, "a%00b"},
      {"\x01\x1f\x7f\t", "%01%1F%7F%09"},
      {"\xc3\xa9\xe2\x82\xac.txt", "\xc3\xa9\xe2\x82\xac.txt"},
      {"\xff\xfe", "\xff\xfe"},
      {"../../etc/passwd", "../../etc/passwd"},
      {"100%22", "100%22"},
      {"", ""},
      {std::string(70'000, 'n'), std::string(70'000, 'n')}};
  const WireWorld world({WireReply{wiredFile()}});
  for (const auto& [name, shown] : names) {
    const auto file = filesCreateFile(
        world.client.core,
        {.file = CreateFileRequestFile{.fileName = name, .content = "hi"}, .purpose = "batch"});
    ASSERT_TRUE(file.ok()) << file.error();
    EXPECT_EQ(partHeadOf(world.server.requests().back()),
              "Content-Disposition: form-data; name=\"file\"; filename=\"" + shown +
                  "\"\r\nContent-Type: application/octet-stream\r\n\r\n");
  }
  const Blob blob("hi", {.name = "b\r\n\"c", .type = "text/plain"});
  ASSERT_TRUE(filesCreateFile(world.client.core, {.file = blob, .purpose = "batch"}).ok());
  EXPECT_EQ(partHeadOf(world.server.requests().back()),
            "Content-Disposition: form-data; name=\"file\"; filename=\"b%0D%0A%22c\"\r\n"
            "Content-Type: text/plain\r\n\r\n");
}

TEST(FaultInjection, MediaTypesOfPartsThatAreNoLineConnectToNobody) {
  const WireWorld world({WireReply{wiredFile()}});
  for (const std::string& type : {"text/plain\r\nX: y"s, "a\nb"s, "a\0b"s, "\xc3\xa9"s, "\x7f"s}) {
    const auto named = filesCreateFile(
        world.client.core,
        {.file = CreateFileRequestFile{.fileName = "a", .content = "hi", .contentType = type},
         .purpose = "batch"});
    EXPECT_EQ(named.error().name(), "SDKValidationError");
    const auto blob = filesCreateFile(world.client.core,
                                      {.file = Blob("hi", {.type = type}), .purpose = "batch"});
    EXPECT_EQ(blob.error().name(), "SDKValidationError");
  }
  EXPECT_EQ(world.server.accepted(), 0);
}

TEST(FaultInjection, OtherFieldsOfTheFormAreContentWhateverIsInThem) {
  const WireWorld world({WireReply{wiredFile()}});
  const std::string purpose = "a\r\n--argot\r\nContent-Disposition: form-data; name=\"x\"\r\n\r\nb";
  ASSERT_TRUE(filesCreateFile(world.client.core, {.file = Blob("hi"), .purpose = purpose}).ok());
  const std::string request = world.server.requests().at(0);
  const std::string type = *fieldOf(request, "Content-Type");
  const std::string boundary = type.substr(type.find("argot-"));
  EXPECT_THAT(std::string(bodyOf(request)),
              HasSubstr("name=\"purpose\"\r\n\r\n" + purpose + "\r\n--" + boundary + "--\r\n"));
  EXPECT_THAT(purpose, Not(HasSubstr(boundary)));
}

// --- Fields of the head ------------------------------------------------------------------------

const std::vector<std::string> breakers{
    "a\r\nX-Evil: 1", "a\nX-Evil: 1", "a\rX-Evil: 1", "a\0b"s, "\x01", "a\x7f", "\r\n", "a\r\n b"};

TEST(FaultInjection, ValuesWithABreakConnectToNobodyWhereverTheyComeFrom) {
  WireServer server({WireReply{wiredFile()}});
  const auto refused = [&server](SDKOptions options, const RequestOptions& call = {}) {
    const WireClient client(server.url("/v1"), std::move(options));
    const auto file = filesRetrieveFile(client.core, {.fileId = "f"}, call);
    ASSERT_FALSE(file.ok());
    EXPECT_EQ(file.error().name(), "InvalidRequestError") << file.error();
    EXPECT_THAT(file.error().what(), Not(HasSubstr("Evil"))) << "the value may be a secret";
  };
  for (const std::string& value : breakers) {
    refused({.apiKeyAuth = value});
    refused({.apiKeyAuth = "Bearer " + value});
    refused({.apiKeyAuth = [&value] { return value; }});
    refused({.transport = {.userAgentSuffix = value}});
    refused({}, {.fetchOptions = {.headers = {{"X-Field", value}}}});
    refused({}, {.fetchOptions = {.headers = {{"Authorization", value}}}});
    refused({}, {.fetchOptions = {.referrer = value}});
    const auto hooks = std::make_shared<SDKHooks>();
    hooks->beforeRequest.emplace_back([&value](const HookContext&, HttpRequest& request) {
      request.headers.set("X-Hook", value);
    });
    refused({.hooks = hooks});
    const auto early = std::make_shared<SDKHooks>();
    early->beforeCreateRequest.emplace_back([&value](const HookContext&, HttpRequest& request) {
      request.headers.set("X-Hook", value);
    });
    refused({.hooks = early});
    // A hook of the HTTPClient comes last of all.
    const auto http = std::make_shared<HTTPClient>(makeTransport({.proxy = ""}));
    http->addBeforeRequestHook(
        [&value](HttpRequest& request) { request.headers.set("X-Hook", value); });
    refused({.httpClient = http});
  }
  EXPECT_EQ(server.accepted(), 0);
}

TEST(FaultInjection, NamesThatAreNoTokenConnectToNobody) {
  const WireWorld world({WireReply{wiredFile()}});
  for (const std::string& name :
       {""s, " "s, "X Y"s, "X:"s, "X\r\nY"s, "X\0"s, "X\t"s, "\xc3\xa9"s, "X(y)"s, "X;"s, "X/Y"s,
        "Content-Length"s, "transfer-encoding"s, "Connection"s, "Expect"s}) {
    const auto file = filesRetrieveFile(world.client.core, {.fileId = "f"},
                                        {.fetchOptions = {.headers = {{name, "1"}}}});
    ASSERT_FALSE(file.ok()) << name;
    EXPECT_EQ(file.error().name(), "InvalidRequestError") << name;
  }
  EXPECT_EQ(world.server.accepted(), 0);
}

TEST(FaultInjection, OtherBytesOfValuesArriveAsTheyAre) {
  const WireWorld world({WireReply{wiredFile()}});
  for (const std::string& value :
       {"caf\xc3\xa9"s, "\xff"s, "a\tb"s, "\"quoted\""s, "a,b;c=d"s, "@/etc/passwd"s, ""s}) {
    const auto file = filesRetrieveFile(world.client.core, {.fileId = "f"},
                                        {.fetchOptions = {.headers = {{"X-Field", value}}}});
    ASSERT_TRUE(file.ok()) << file.error();
    EXPECT_EQ(fieldOf(world.server.requests().back(), "X-Field"), value);
  }
}

TEST(FaultInjection, AHookThatChangesTheUrlStaysWithinHttp) {
  for (const char* const url : {"file:///etc/passwd", "http://127.0.0.1:1/a b",
                                "http://127.0.0.1:1/\r\nX: y", "http://u:p@127.0.0.1:1/", ""}) {
    const auto hooks = std::make_shared<SDKHooks>();
    hooks->beforeRequest.emplace_back(
        [url](const HookContext&, HttpRequest& request) { request.url = url; });
    const WireWorld world({WireReply{wiredFile()}}, {.hooks = hooks});
    const auto file = filesRetrieveFile(world.client.core, {.fileId = "f"});
    ASSERT_FALSE(file.ok()) << url;
    EXPECT_EQ(file.error().name(), "InvalidRequestError") << url << file.error();
    EXPECT_EQ(world.server.accepted(), 0);
  }
}

}  // namespace
}  // namespace argot::openai
