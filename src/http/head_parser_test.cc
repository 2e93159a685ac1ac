// parse_head(): what a head means, and the ways in which two readers could disagree on it.
#include "http/head_parser.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace argot::http {
namespace {

using namespace std::string_literals;
using Kind = BodyFraming::Kind;

// The error's name, or "accepted".
std::string head_outcome(std::string_view head) {
  const Result<Request> request = parse_head(head);
  return request ? "accepted" : std::string(name(request.error().code));
}

std::string post(const std::string& fields, const std::string& version = "HTTP/1.1") {
  return "POST /v1/files " + version + "\r\nHost: a\r\n" + fields + "\r\n";
}

struct Case {
  std::string fields;
  std::string outcome;
};

void expect_outcomes(const std::vector<Case>& cases, const std::string& version = "HTTP/1.1") {
  for (const Case& one : cases) {
    EXPECT_EQ(head_outcome(post(one.fields, version)), one.outcome)
        << testing::PrintToString(one.fields);
  }
}

Request parsed(const std::string& head) {
  Result<Request> request = parse_head(head);
  EXPECT_TRUE(request) << testing::PrintToString(head) << describe(request.error());
  return request ? *std::move(request) : Request{};
}

TEST(ParseHead, TellsWhatWasAsked) {
  const std::string head =
      "GET /v1/files?limit=2 HTTP/1.1\r\nHost: 127.0.0.1:8080\r\nAuthorization: Bearer k\r\n"
      "accept:  */* \r\n\r\n";
  const Request request = parsed(head);
  EXPECT_EQ(request.method, Method::get);
  EXPECT_EQ(request.method_text, "GET");
  EXPECT_EQ(request.target, "/v1/files?limit=2");
  EXPECT_EQ(request.path, "/v1/files");
  EXPECT_EQ(request.query, "limit=2");
  EXPECT_EQ(request.header("AUTHORIZATION"), "Bearer k");
  EXPECT_EQ(request.header("Accept"), "*/*");
  EXPECT_FALSE(request.header("Cookie"));
  EXPECT_EQ(request.framing.kind, Kind::none);
  EXPECT_FALSE(request.framing.has_body());
  EXPECT_FALSE(request.is_http_1_0);
  EXPECT_TRUE(request.keep_alive);
  EXPECT_FALSE(request.expects_continue);
}

TEST(ParseHead, KnowsTheMethodsByTheirExactNames) {
  const std::vector<std::pair<std::string, Method>> methods{
      {"GET", Method::get},     {"HEAD", Method::head},     {"POST", Method::post},
      {"PUT", Method::put},     {"PATCH", Method::patch},   {"DELETE", Method::delete_},
      {"TRACE", Method::other}, {"get", Method::other},     {"OPTIONS", Method::options},
      {"GETX", Method::other},  {"CONNECT", Method::other}, {"!#$%&'*+-.^_`|~09", Method::other}};
  for (const auto& [text, method] : methods) {
    const std::string head = text + " / HTTP/1.1\r\nHost: a\r\n\r\n";
    const Request request = parsed(head);
    EXPECT_EQ(request.method, method) << text;
    EXPECT_EQ(request.method_text, text);
  }
}

TEST(ParseHead, EmptyLinesBeforeTheRequestAreSkipped) {
  const std::string head = "\r\n\r\nGET /a HTTP/1.1\r\nHost: a\r\n\r\n";
  EXPECT_EQ(parsed(head).path, "/a");
  EXPECT_EQ(head_outcome("\r\n\r\n\r\n\r\n\r\nGET /a HTTP/1.1\r\nHost: a\r\n\r\n"), "bad_framing");
  EXPECT_EQ(head_outcome("\r\n\r\n"), "bad_framing");
}

TEST(ParseHead, AbsoluteFormAgreesWithHost) {
  EXPECT_EQ(parsed("GET http://Example.org/x?y HTTP/1.1\r\nHost: example.ORG\r\n\r\n").path, "/x");
  EXPECT_EQ(parsed("GET http://example.org HTTP/1.0\r\n\r\n").path, "/");
  EXPECT_EQ(head_outcome("GET http://example.org/ HTTP/1.1\r\nHost: example.com\r\n\r\n"),
            "bad_framing");
  EXPECT_EQ(head_outcome("GET http://example.org/ HTTP/1.1\r\nHost: example.org:80\r\n\r\n"),
            "bad_framing");
  EXPECT_EQ(head_outcome("GET http://example.org/ HTTP/1.1\r\n\r\n"), "bad_framing");
}

TEST(ParseHead, OtherTargetsAreRefused) {
  for (const std::string& line :
       {"OPTIONS * HTTP/1.1"s, "CONNECT a:80 HTTP/1.1"s, "GET a HTTP/1.1"s, "GET /#x HTTP/1.1"s,
        "GET /\xC3\xA9 HTTP/1.1"s, "GET /a b HTTP/1.1"s}) {
    EXPECT_EQ(head_outcome(line + "\r\nHost: a\r\n\r\n"), "bad_framing") << line;
  }
}

TEST(ParseHead, HostStandsOnceAndIsOne) {
  const auto with = [](const std::string& fields, const std::string& version) {
    return head_outcome("GET / " + version + "\r\n" + fields + "\r\n");
  };
  EXPECT_EQ(with("Host: a\r\n", "HTTP/1.1"), "accepted");
  EXPECT_EQ(with("hOST:a:80\r\n", "HTTP/1.1"), "accepted");
  EXPECT_EQ(with("", "HTTP/1.1"), "bad_framing");
  EXPECT_EQ(with("", "HTTP/1.0"), "accepted");
  EXPECT_EQ(with("Host:\r\n", "HTTP/1.1"), "bad_framing");
  for (const std::string& version : {"HTTP/1.0"s, "HTTP/1.1"s}) {
    EXPECT_EQ(with("Host: a\r\nHost: a\r\n", version), "bad_framing");
    EXPECT_EQ(with("Host: a\r\nX: y\r\nhost: b\r\n", version), "bad_framing");
    EXPECT_EQ(with("Host: a, b\r\n", version), "bad_framing");
    EXPECT_EQ(with("Host: a b\r\n", version), "bad_framing");
    EXPECT_EQ(with("Host: user@a\r\n", version), "bad_framing");
    EXPECT_EQ(with("Host: a/b\r\n", version), "bad_framing");
    EXPECT_EQ(with("Host: a:port\r\n", version), "bad_framing");
  }
}

TEST(ParseHead, ContentLengthIsOneNumberInDigits) {
  expect_outcomes({{"Content-Length: 0\r\n", "accepted"},
                   {"Content-Length: 00\r\n", "accepted"},
                   {"content-length:5\r\n", "accepted"},
                   {"Content-Length: 18446744073709551615\r\n", "accepted"},
                   {"Content-Length: 18446744073709551616\r\n", "bad_framing"},
                   {"Content-Length: 99999999999999999999999\r\n", "bad_framing"},
                   {"Content-Length:\r\n", "bad_framing"},
                   {"Content-Length: +5\r\n", "bad_framing"},
                   {"Content-Length: -5\r\n", "bad_framing"},
                   {"Content-Length: -0\r\n", "bad_framing"},
                   {"Content-Length: 5 5\r\n", "bad_framing"},
                   {"Content-Length: 5,5\r\n", "bad_framing"},
                   {"Content-Length: 5, 5\r\n", "bad_framing"},
                   {"Content-Length: 5,\r\n", "bad_framing"},
                   {"Content-Length: ,5\r\n", "bad_framing"},
                   {"Content-Length: 0x5\r\n", "bad_framing"},
                   {"Content-Length: 5.0\r\n", "bad_framing"},
                   {"Content-Length: 5e1\r\n", "bad_framing"},
                   {"Content-Length: 5;a\r\n", "bad_framing"},
                   {"Content-Length: \"5\"\r\n", "bad_framing"},
                   {"Content-Length: five\r\n", "bad_framing"},
                   {"Content-Length: \xC2\xB2\r\n", "bad_framing"},
                   {"Content-Length: 5\r\nContent-Length: 5\r\n", "bad_framing"},
                   {"Content-Length: 5\r\nX: y\r\ncontent-LENGTH: 6\r\n", "bad_framing"},
                   {"Content-Length: 0\r\nContent-Length: 0\r\n", "bad_framing"},
                   {"Content_Length: 5\r\n", "bad_framing"},
                   {"Content-Length : 5\r\n", "bad_framing"},
                   {"Content-Length\t: 5\r\n", "bad_framing"},
                   {"Content-Length: 5\v\r\n", "bad_framing"},
                   {"Content-Length:\r\n 5\r\n", "bad_framing"},
                   {"Content-Length: 1\r\n 5\r\n", "bad_framing"}});
}

TEST(ParseHead, FramingIsWhatTheHeadersSay) {
  EXPECT_EQ(parsed(post("Content-Length: 42\r\n")).framing.kind, Kind::length);
  EXPECT_EQ(parsed(post("Content-Length: 42\r\n")).framing.length, 42U);
  EXPECT_EQ(parsed(post("Content-Length: 18446744073709551615\r\n")).framing.length,
            std::numeric_limits<std::uint64_t>::max());
  EXPECT_EQ(parsed(post("Content-Length: 0\r\n")).framing.kind, Kind::length);
  EXPECT_FALSE(parsed(post("Content-Length: 0\r\n")).framing.has_body());
  EXPECT_EQ(parsed(post("Transfer-Encoding: chunked\r\n")).framing.kind, Kind::chunked);
  EXPECT_EQ(parsed(post("")).framing.kind, Kind::none);
  EXPECT_EQ(parsed(post("Content-Length: 5\r\n", "HTTP/1.0")).framing.length, 5U);
  EXPECT_EQ(parsed("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n").framing.length, 5U);
}

TEST(ParseHead, TransferEncodingIsChunkedAndNothingElse) {
  expect_outcomes({{"Transfer-Encoding: chunked\r\n", "accepted"},
                   {"transfer-encoding:Chunked\r\n", "accepted"},
                   {"Transfer-Encoding: \tchunked\t\r\n", "accepted"},
                   // A coding that we lack, with an end that could be found: 501.
                   {"Transfer-Encoding: gzip, chunked\r\n", "transfer_coding_unsupported"},
                   {"Transfer-Encoding: gzip,chunked\r\n", "transfer_coding_unsupported"},
                   {"Transfer-Encoding: identity, chunked\r\n", "transfer_coding_unsupported"},
                   // No end that could be found: 400.
                   {"Transfer-Encoding: gzip\r\n", "bad_framing"},
                   {"Transfer-Encoding: identity\r\n", "bad_framing"},
                   {"Transfer-Encoding: chunked, gzip\r\n", "bad_framing"},
                   {"Transfer-Encoding: chunked, identity\r\n", "bad_framing"},
                   {"Transfer-Encoding: chunked, chunked\r\n", "bad_framing"},
                   {"Transfer-Encoding: gzip, chunked, chunked\r\n", "bad_framing"},
                   {"Transfer-Encoding: chunked,\r\n", "bad_framing"},
                   {"Transfer-Encoding: ,chunked\r\n", "bad_framing"},
                   {"Transfer-Encoding: , chunked\r\n", "bad_framing"},
                   {"Transfer-Encoding: ,\r\n", "bad_framing"},
                   {"Transfer-Encoding:\r\n", "bad_framing"},
                   {"Transfer-Encoding: chunk\r\n", "bad_framing"},
                   {"Transfer-Encoding: chunkedx\r\n", "bad_framing"},
                   {"Transfer-Encoding: xchunked\r\n", "bad_framing"},
                   {"Transfer-Encoding: \"chunked\"\r\n", "bad_framing"},
                   {"Transfer-Encoding: 'chunked'\r\n", "bad_framing"},
                   {"Transfer-Encoding: chunked;q=1\r\n", "bad_framing"},
                   {"Transfer-Encoding: chunked x\r\n", "bad_framing"},
                   {"Transfer-Encoding: x chunked\r\n", "bad_framing"},
                   {"Transfer-Encoding: \vchunked\r\n", "bad_framing"},
                   {"Transfer-Encoding: chunked\f\r\n", "bad_framing"},
                   {"Transfer-Encoding: \xA0"
                    "chunked\r\n",
                    "bad_framing"},
                   {"Transfer-Encoding: chunked\x85\r\n", "bad_framing"},
                   {"Transfer-Encoding: chunked\0\r\n"s, "bad_framing"},
                   {"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "bad_framing"},
                   {"Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n", "bad_framing"},
                   {"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n", "bad_framing"},
                   {"Transfer-Encoding : chunked\r\n", "bad_framing"},
                   {"Transfer-Encoding\t: chunked\r\n", "bad_framing"},
                   {"Transfer_Encoding: chunked\r\n", "bad_framing"},
                   {"Transfer-Encoding\n: chunked\r\n", "bad_framing"},
                   {"Transfer-Encoding:\r\n chunked\r\n", "bad_framing"},
                   {"Transfer-Encoding:\n chunked\r\n", "bad_framing"},
                   {" Transfer-Encoding: chunked\r\n", "bad_framing"},
                   {"X: y\r\n Transfer-Encoding: chunked\r\n", "bad_framing"},
                   {"X: y\nTransfer-Encoding: chunked\r\n", "bad_framing"},
                   {"X: y\rTransfer-Encoding: chunked\r\n", "bad_framing"},
                   {"\"Transfer-Encoding\": chunked\r\n", "bad_framing"},
                   {"Transfer-Encoding\0: chunked\r\n"s, "bad_framing"},
                   // Headers of other names are other headers.
                   {"TE: trailers\r\n", "accepted"},
                   {"X-Transfer-Encoding: gzip\r\n", "accepted"},
                   {"Transfer-EncodingX: gzip\r\n", "accepted"}});
}

TEST(ParseHead, LengthAndChunksTogetherAreRefused) {
  expect_outcomes({{"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "bad_framing"},
                   {"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", "bad_framing"},
                   {"Transfer-Encoding: chunked\r\nContent-Length: 0\r\n", "bad_framing"},
                   {"Content-Length: 5\r\nTransfer-Encoding: gzip, chunked\r\n", "bad_framing"},
                   {"Content-Length: 5\r\nTransfer-Encoding: identity\r\n", "bad_framing"},
                   {"Content-Length: 5\r\nTransfer-Encoding:\r\n", "bad_framing"},
                   {"Content-Length: x\r\nTransfer-Encoding: chunked\r\n", "bad_framing"},
                   {"Content-Length:\r\nTransfer-Encoding: chunked\r\n", "bad_framing"},
                   {"Content_Length: 5\r\nTransfer-Encoding: chunked\r\n", "bad_framing"}});
}

TEST(ParseHead, LengthAndChunksTogetherAreRefusedForThatReason) {
  // Beast has no objection to this pair, so the reason shows that our own check stands.
  const auto request = parse_head(post("Transfer-Encoding: gzip\r\nContent-Length: 5\r\n"));
  ASSERT_FALSE(request);
  EXPECT_EQ(request.error().detail, "both Content-Length and Transfer-Encoding");
}

TEST(ParseHead, ChunksNeedVersionOneOne) {
  expect_outcomes({{"Transfer-Encoding: chunked\r\n", "bad_framing"},
                   {"Transfer-Encoding: gzip, chunked\r\n", "bad_framing"},
                   {"Transfer-Encoding: identity\r\n", "bad_framing"},
                   {"Content-Length: 5\r\n", "accepted"}},
                  "HTTP/1.0");
}

TEST(ParseHead, OnlyContinueCanBeExpected) {
  expect_outcomes({{"Expect: 100-continue\r\n", "accepted"},
                   {"Expect: 100-Continue\r\nContent-Length: 1\r\n", "accepted"},
                   {"Expect: 100-continue\r\nExpect: 100-continue\r\n", "accepted"},
                   {"Expect:\r\n", "expectation_failed"},
                   {"Expect: 200-ok\r\n", "expectation_failed"},
                   {"Expect: 100-continue, x\r\n", "expectation_failed"},
                   {"Expect: 100-continue\r\nExpect: x\r\n", "expectation_failed"}});
}

TEST(ParseHead, InterimReplyIsOnlyForThoseWhoWaitForIt) {
  const std::string expect = "Expect: 100-continue\r\n";
  EXPECT_TRUE(parsed(post(expect + "Content-Length: 1\r\n")).expects_continue);
  EXPECT_TRUE(parsed(post(expect + "Transfer-Encoding: chunked\r\n")).expects_continue);
  EXPECT_FALSE(parsed(post(expect)).expects_continue);
  EXPECT_FALSE(parsed(post(expect + "Content-Length: 0\r\n")).expects_continue);
  EXPECT_FALSE(parsed(post(expect + "Content-Length: 1\r\n", "HTTP/1.0")).expects_continue);
}

TEST(ParseHead, ConnectionDecidesWhetherToGoOn) {
  struct Persistence {
    std::string version;
    std::string fields;
    bool keep_alive;
  };
  for (const auto& [version, fields, keep_alive] : std::vector<Persistence>{
           {"HTTP/1.1", "", true},
           {"HTTP/1.1", "Connection: keep-alive\r\n", true},
           {"HTTP/1.1", "Connection: upgrade\r\n", true},
           {"HTTP/1.1", "Connection: close\r\n", false},
           {"HTTP/1.1", "Connection: CLOSE\r\n", false},
           {"HTTP/1.1", "Connection: keep-alive, close\r\n", false},
           {"HTTP/1.1", "Connection: close,keep-alive\r\n", false},
           {"HTTP/1.1", "Connection: x\r\nConnection: y , close\r\n", false},
           {"HTTP/1.1", "Connection: closed\r\n", true},
           {"HTTP/1.1", "X-Connection: close\r\n", true},
           {"HTTP/1.0", "", false},
           {"HTTP/1.0", "Connection: keep-alive\r\n", true},
           {"HTTP/1.0", "Connection: Keep-Alive\r\n", true},
           {"HTTP/1.0", "Connection: keep-alive, close\r\n", false},
           {"HTTP/1.0", "Connection: close\r\nConnection: keep-alive\r\n", false},
           {"HTTP/1.0", "Connection: x, keep-alive\r\n", true},
       }) {
    EXPECT_EQ(parsed(post(fields, version)).keep_alive, keep_alive) << version << fields;
  }
}

TEST(ParseHead, OtherVersionsAreNamedAsSuch) {
  EXPECT_EQ(head_outcome(post("", "HTTP/2.0")), "http_version_unsupported");
  EXPECT_EQ(head_outcome(post("", "HTTP/1.2")), "http_version_unsupported");
  EXPECT_EQ(head_outcome(post("", "HTTP/0.9")), "http_version_unsupported");
  EXPECT_EQ(head_outcome(post("", "HTTP/1.1.1")), "bad_framing");
  EXPECT_EQ(head_outcome("GET /\r\n\r\n"), "bad_framing");
}

TEST(ParseHead, HeaderCountAtItsLimit) {
  const auto head_with = [](std::size_t count) {
    std::string fields;
    for (std::size_t field = 1; field < count; ++field) fields += "a: b\r\n";
    return post(fields);
  };
  EXPECT_EQ(head_outcome(head_with(99)), "accepted");
  EXPECT_EQ(head_outcome(head_with(100)), "accepted");
  EXPECT_EQ(head_outcome(head_with(101)), "headers_too_large");
  EXPECT_FALSE(parse_head(post("a: b\r\n"), HeadLimits{.header_count = 1}));
}

TEST(ParseHead, HeadsOfRealClientsAreAccepted) {
  const std::string node =
      "POST /v1/files HTTP/1.1\r\nhost: 127.0.0.1:8080\r\nconnection: keep-alive\r\n"
      "content-type: multipart/form-data; boundary=openai-01hzy2\r\naccept: application/json\r\n"
      "user-agent: OpenAI/JS 7.57.0\r\nx-stainless-retry-count: 0\r\nauthorization: Bearer sk\r\n"
      "accept-language: *\r\nsec-fetch-mode: cors\r\naccept-encoding: gzip, deflate\r\n"
      "transfer-encoding: chunked\r\n\r\n";
  EXPECT_EQ(parsed(node).framing.kind, Kind::chunked);
  const std::string curl =
      "POST /v1/files HTTP/1.1\r\nHost: localhost:8080\r\nUser-Agent: curl/7.88.1\r\nAccept: "
      "*/*\r\n"
      "Content-Length: 2097365\r\nContent-Type: multipart/form-data; boundary=--------------------"
      "----5a1b\r\nExpect: 100-continue\r\n\r\n";
  EXPECT_TRUE(parsed(curl).expects_continue);
  const std::string bench = "GET /v1/files HTTP/1.0\r\nConnection: Keep-Alive\r\nHost: h\r\n\r\n";
  EXPECT_TRUE(parsed(bench).keep_alive);
}

}  // namespace
}  // namespace argot::http
