#include "api/api.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

#include "http/head_parser.h"
#include "openai/error.h"
#include "tests/support/api_world.h"
#include "tests/support/route_requests.h"

namespace argot::api {
namespace {

using testing::add_target;
using testing::ApiWorld;
using testing::FormText;
using testing::request_to;
using testing::RequestText;
using testing::unknown_id_for;
using testing::WireReply;

std::vector<Route> routes_with_keys() {
  std::vector<Route> found;
  for (const Route& route : routes()) {
    if (route.permission) found.push_back(route);
  }
  return found;
}

// --- The inventory: no route waits for the catalogue on an event loop ----------------------------

TEST(ApiInventory, BeginSaysWhetherItWillAskTheCatalogue) {
  ApiWorld world;
  const auto says_so = [&world](const std::string& target, const std::string& method) {
    const std::string head = method + " " + target + " HTTP/1.1\r\nHost: x\r\n\r\n";
    return world.api.begin_waits(http::parse_head(head).value());
  };
  for (const Route& route : routes()) {
    EXPECT_FALSE(says_so(std::string(route.pattern), std::string(route.method_text)));
  }
  world.front.say_that_reads_wait();
  // Whoever asks now gets nothing but a 503.
  world.front.fail_everything(ErrorCode::unavailable);
  for (const Route& route : routes()) {
    RequestText request = request_to(route, unknown_id_for(route));
    if (!route.permission) request.target = std::string(route.pattern);
    request.header("Authorization", "Bearer " + world.key);
    const bool asked = world.send(request).status == 503;
    EXPECT_EQ(says_so(request.target, request.method), asked)
        << route.method_text << " " << route.pattern;
  }
  EXPECT_FALSE(says_so("/nowhere", "GET"));
}

// --- The inventory: no route forgets to ask -----------------------------------------------------

TEST(ApiInventory, EveryRouteRefusesWithoutAKey) {
  ApiWorld world;
  for (const Route& route : routes_with_keys()) {
    const WireReply reply = world.send(request_to(route, unknown_id_for(route)));
    EXPECT_EQ(reply.status, 401) << route.method_text << " " << route.pattern;
    EXPECT_EQ(reply.header("openai-organization"), "");
  }
  EXPECT_EQ(world.file_count(), 0U);
}

TEST(ApiInventory, EveryRouteRefusesAWrongKey) {
  ApiWorld world;
  std::string forged = world.key;
  forged.back() = forged.back() == '1' ? '2' : '1';
  for (const std::string& key : {forged, mint_key(world.random).text, std::string("sk-test")}) {
    for (const Route& route : routes_with_keys()) {
      const WireReply reply = world.send(request_to(route, unknown_id_for(route)).key(key));
      EXPECT_EQ(reply.status, 401) << route.method_text << " " << route.pattern;
      if (route.method == http::Method::head) continue;
      EXPECT_EQ(openai::decode_error(reply.body).code, "invalid_api_key");
      EXPECT_EQ(reply.body.find(key), std::string::npos);
    }
  }
  EXPECT_EQ(world.file_count(), 0U);
}

TEST(ApiInventory, EveryRouteRefusesAKeyThatLacksItsScope) {
  ApiWorld world;
  for (const Route& route : routes_with_keys()) {
    const std::string id = add_target(world, route, world.key);
    const std::uint64_t files = world.file_count();
    const std::string key = world.add_key(world.scope, ~testing::bits(*route.permission));
    const WireReply reply = world.send(request_to(route, id).key(key));
    EXPECT_EQ(reply.status, 401) << route.method_text << " " << route.pattern;
    EXPECT_EQ(world.file_count(), files);
    if (route.method == http::Method::head) continue;
    EXPECT_NE(reply.body.find("Missing scopes: api.files."), std::string::npos) << reply.body;
  }
}

TEST(ApiInventory, EveryRouteAnswersAKeyWithItsScopeAlone) {
  ApiWorld world;
  for (const Route& route : routes_with_keys()) {
    const std::string id = add_target(world, route, world.key);
    const std::string key = world.add_key(world.scope, testing::bits(*route.permission));
    const WireReply reply = world.send(request_to(route, id).key(key));
    EXPECT_EQ(reply.status, 200) << route.method_text << " " << route.pattern << reply.body;
  }
}

TEST(ApiInventory, WithoutAuthNoRouteAsksForAKey) {
  ApiWorld world({.no_auth = true});
  for (const Route& route : routes()) {
    const std::string id = add_target(world, route, "");
    RequestText request = request_to(route, id);
    if (!route.permission) request.target = route.pattern;
    EXPECT_EQ(world.send(request).status, 200) << route.method_text << " " << route.pattern;
  }
}

// --- Tenants: what is foreign does not exist
// ------------------------------------------------------

// The reply with everything taken out that may differ between two equal answers.
std::string comparable(const WireReply& reply, const std::string& id) {
  std::string text = reply.head + "\r\n\r\n" + reply.body;
  for (const std::string name : {"x-request-id", "Date", "openai-processing-ms"}) {
    const std::size_t at = text.find("\r\n" + name + ": ");
    EXPECT_NE(at, std::string::npos) << name;
    text.erase(at, text.find("\r\n", at + 2) - at);
  }
  for (std::size_t at = 0; !id.empty() && (at = text.find(id)) != std::string::npos;) {
    text.replace(at, id.size(), "ID");
  }
  return text;
}

TEST(ApiTenants, ForeignAndUnknownIdsGetEqualAnswers) {
  ApiWorld world;
  const catalog::Scope stranger = world.add_organization("theirs");
  const std::string foreign_key = world.add_key(stranger);
  const auto project = *world.catalog.create_project(world.scope.organization_id, "second");
  const std::string narrow_key =
      world.add_key({.organization_id = project.organization_id, .project_id = project.id});

  for (const Route& route : routes_with_keys()) {
    if (route.pattern.find('{') == std::string_view::npos) continue;
    SCOPED_TRACE(std::string(route.method_text) + " " + std::string(route.pattern));
    const auto answer = [&](const std::string& id, const std::string& key) {
      const WireReply reply = world.send(request_to(route, id).key(key));
      EXPECT_EQ(reply.status, 404);
      return comparable(reply, id);
    };
    const std::string foreign_id = add_target(world, route, foreign_key);
    const std::string sibling_id = add_target(world, route, world.key);
    const std::string unknown_id = unknown_id_for(route);
    const std::uint64_t files = world.file_count();
    EXPECT_EQ(answer(foreign_id, world.key), answer(unknown_id, world.key));
    EXPECT_EQ(answer(sibling_id, narrow_key), answer(unknown_id, narrow_key));
    EXPECT_EQ(world.file_count(), files);
  }
}

TEST(ApiTenants, AForeignCursorIsAsGoodAsAnUnknownOne) {
  ApiWorld world;
  const std::string foreign_key = world.add_key(world.add_organization("theirs"));
  const std::string own = world.add_file("x");
  world.clock.advance(std::chrono::seconds(10));
  const std::string foreign_id = ApiWorld::id_in(
      world.upload(FormText().field("purpose", "user_data").file("a", "x"), foreign_key).body);
  // An id right beside the foreign one that never was.
  std::string unknown = foreign_id;
  unknown.back() = unknown.back() == '1' ? '2' : '1';
  for (const std::string query : {"?after=", "?order=asc&after="}) {
    const WireReply with_foreign = world.get("/v1/files" + query + foreign_id);
    EXPECT_EQ(with_foreign.status, 200);
    EXPECT_EQ(comparable(with_foreign, ""),
              comparable(world.get("/v1/files" + query + unknown), ""));
  }
  EXPECT_NE(world.get("/v1/files?after=" + foreign_id).body.find(own), std::string::npos);
}

TEST(ApiTenants, ListsShowOnesOwnFilesOnly) {
  ApiWorld world;
  const std::string foreign_key = world.add_key(world.add_organization("theirs"));
  const std::string own = world.add_file("x");
  world.key = foreign_key;
  EXPECT_EQ(world.get("/v1/files").body.find(own), std::string::npos);
}

// --- Replies: what every one of them has
// ----------------------------------------------------------

bool is_request_id(const std::string& text) {
  return text.size() == 36 && text.starts_with("req_") &&
         text.find_first_not_of("0123456789abcdef", 4) == std::string::npos;
}

TEST(ApiReplies, EveryReplyHasTheUsualHeaders) {
  ApiWorld world;
  const std::string id = world.add_file("x");
  std::vector<WireReply> replies = {
      world.get("/v1/files"),
      world.get("/v1/files/" + id),
      world.get("/v1/files/" + id + "/content"),
      world.get("/v1/files/nope"),
      world.get("/nowhere"),
      world.send({.target = "/v1/files"}),
      world.send({.method = "PUT", .target = "/v1/files"}),
      world.send({.target = "/healthz"}),
      *world.client.send("GET / HTTP/9.9\r\n\r\n"),
      *world.client.send("nonsense\r\n\r\n"),
      world.upload(FormText()),
  };
  std::vector<std::string> ids;
  for (const WireReply& reply : replies) {
    SCOPED_TRACE(reply.head);
    EXPECT_TRUE(is_request_id(reply.header("x-request-id")));
    ids.push_back(reply.header("x-request-id"));
    EXPECT_EQ(reply.header("openai-processing-ms"), "0");
    EXPECT_EQ(reply.header("openai-version"), "2020-10-01");
    EXPECT_EQ(reply.header("X-Content-Type-Options"), "nosniff");
    EXPECT_EQ(reply.header("Server"), "");
    EXPECT_EQ(reply.header("Access-Control-Allow-Origin"), "");
    EXPECT_NE(reply.header("Date"), "");
  }
  std::ranges::sort(ids);
  EXPECT_EQ(std::ranges::adjacent_find(ids), ids.end());
}

TEST(ApiReplies, TheTenantIsNamedOnceItIsKnown) {
  ApiWorld world;
  const WireReply reply = world.get("/v1/files");
  EXPECT_EQ(reply.header("openai-organization"), world.scope.organization_id);
  EXPECT_EQ(reply.header("openai-project"),
            world.catalog.projects(world.scope.organization_id)->front().id);
  EXPECT_EQ(world.send({.target = "/v1/files"}).header("openai-organization"), "");
}

TEST(ApiReplies, UnknownUrlsNeedNoKey) {
  ApiWorld world;
  const WireReply reply = world.send({.method = "POST", .target = "/v1/file?key=secret"});
  EXPECT_EQ(reply.status, 404);
  EXPECT_EQ(reply.header("Content-Type"), "application/json");
  EXPECT_EQ(openai::decode_error(reply.body).message, "Invalid URL (POST /v1/file)");
}

TEST(ApiReplies, AWrongMethodIsToldTheRightOnes) {
  ApiWorld world;
  const WireReply reply = world.send({.method = "PATCH", .target = "/v1/files/x"});
  EXPECT_EQ(reply.status, 405);
  EXPECT_EQ(reply.header("Allow"), "GET, DELETE");
  EXPECT_EQ(openai::decode_error(reply.body).message,
            "Not allowed to PATCH on /v1/files/x. (HINT: Perhaps you meant to use a different HTTP "
            "method?)");
}

TEST(ApiReplies, ARequestThatNeverBecameOneClosesTheConnection) {
  ApiWorld world;
  const WireReply reply = *world.client.send("GET /v1/files HTTP/1.1\r\n\r\n");
  EXPECT_EQ(reply.status, 400);
  EXPECT_EQ(reply.header("Connection"), "close");
  EXPECT_EQ(openai::decode_error(reply.body).message,
            "The request is not well-formed HTTP/1.1: no Host header.");
}

TEST(ApiReplies, IdsAreEchoedInPart) {
  ApiWorld world;
  const WireReply reply = world.get("/v1/files/" + std::string(3'000, 'x'));
  EXPECT_EQ(openai::decode_error(reply.body).message,
            "No such File object: " + std::string(256, 'x'));
}

TEST(ApiReplies, AnUploadWithoutAKeyIsAnsweredBeforeItsBody) {
  ApiWorld world;
  const WireReply reply =
      world.send(RequestText{.method = "POST", .target = "/v1/files"}
                     .header("Content-Length", "536870912")
                     .header("Content-Type", "multipart/form-data; boundary=b"));
  EXPECT_EQ(reply.status, 401);
}

// --- The log
// --------------------------------------------------------------------------------------

TEST(ApiLog, EveryRequestHasOneLine) {
  ApiWorld world;
  world.get("/v1/files?purpose=x");
  world.add_file("x");
  world.get("/nowhere");
  *world.client.send("nonsense\r\n\r\n");
  EXPECT_EQ(
      std::ranges::count_if(world.log.lines(),
                            [](const std::string& line) { return line.starts_with("request "); }),
      4);
}

TEST(ApiLog, TheLineSaysWhoWhatAndHowMuch) {
  ApiWorld world;
  const WireReply reply = world.get("/v1/files?purpose=x");
  EXPECT_EQ(world.log.lines().back(),
            "request method=GET path=/v1/files status=200 ms=0 request_id=" +
                reply.header("x-request-id") + " key=" + parse_key(world.key)->public_id +
                " received_bytes=0 sent_bytes=" + std::to_string(reply.body.size()) + " error=");
}

TEST(ApiLog, NoKeyAndNoContentGoIn) {
  ApiWorld world;
  const std::string unknown_key = mint_key(world.random).text;
  world.send(RequestText{.target = "/v1/files"}.key(unknown_key));
  world.send(RequestText{.target = "/v1/files?key=CANARY"}.key("CANARY-" + world.key));
  world.upload(FormText().field("purpose", "CANARY").file("CANARY.txt", "CANARY"));
  world.upload(FormText().file("a.txt", "CANARY").field("purpose", "user_data"));
  world.upload(FormText().field("expires_after[seconds]", "CANARY"));
  world.get("/v1/files?order=CANARY");
  EXPECT_GE(world.log.lines().size(), 6U);
  for (const std::string& line : world.log.lines()) {
    EXPECT_EQ(line.find("CANARY"), std::string::npos) << line;
    EXPECT_EQ(line.find("sk-argot"), std::string::npos) << line;
    EXPECT_EQ(line.find(world.key.substr(20)), std::string::npos) << line;
    EXPECT_EQ(line.find(unknown_key.substr(66)), std::string::npos) << line;
  }
}

TEST(ApiLog, AnUploadThatBrokeOffIsLoggedAsSuch) {
  ApiWorld world;
  const FormText form = FormText().file("a.txt", "x");
  const std::string bytes = RequestText{.method = "POST", .target = "/files", .body = form.body()}
                                .key(world.key)
                                .header("Content-Type", form.content_type())
                                .bytes();
  EXPECT_EQ(world.client.send(bytes.substr(0, bytes.size() - 1)), std::nullopt);
  const std::string line = world.log.lines().back();
  EXPECT_TRUE(line.starts_with("request_abandoned method=POST path=/files ms=0 ")) << line;
  EXPECT_NE(line.find("received_bytes=" + std::to_string(form.body().size() - 1)),
            std::string::npos);
}

TEST(ApiLog, TimeIsCountedFromTheHead) {
  ApiWorld world;
  const std::string head = "GET /v1/files/" + world.add_file("x") +
                           "/content HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer " + world.key +
                           "\r\n\r\n";
  const auto request = http::parse_head(head);
  auto begun = world.api.begin(*request);
  auto exchange = std::get<std::unique_ptr<http::Exchange>>(std::move(begun));
  world.clock.advance(std::chrono::milliseconds(1'234));
  const http::Response reply = exchange->finish();
  const auto found = std::ranges::find(reply.headers, "openai-processing-ms", &http::Header::name);
  ASSERT_NE(found, reply.headers.end());
  EXPECT_EQ(found->value, "1234");
}

}  // namespace
}  // namespace argot::api
