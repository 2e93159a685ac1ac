#include "http/head_tokens.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace argot::http {
namespace {

using namespace std::string_literals;

constexpr std::size_t header_count_max = 100;

ErrorCode refusal_of(const std::string& head) {
  const Result<HeadTokens> tokens = tokenize_head(head, header_count_max);
  EXPECT_FALSE(tokens) << testing::PrintToString(head) << " is accepted";
  return tokens ? ErrorCode::internal : tokens.error().code;
}

TEST(HeadTokens, WordsAreViewsOfTheHead) {
  const std::string head =
      "PUT /a?b HTTP/1.0\r\nHost: example.org\r\nX-Empty:\r\nX-Spaced: \t a  b \t\r\n\r\n";
  const Result<HeadTokens> tokens = tokenize_head(head, header_count_max);
  ASSERT_TRUE(tokens);
  EXPECT_EQ(tokens->method, "PUT");
  EXPECT_EQ(tokens->target, "/a?b");
  EXPECT_TRUE(tokens->is_http_1_0);
  ASSERT_EQ(tokens->headers.size(), 3U);
  EXPECT_EQ(tokens->headers[0].name, "Host");
  EXPECT_EQ(tokens->headers[1].value, "");
  EXPECT_EQ(tokens->headers[2].value, "a  b");
  for (const HeaderView& header : tokens->headers) {
    EXPECT_GE(header.value.data(), head.data());
    EXPECT_LE(header.value.data() + header.value.size(), head.data() + head.size());
  }
}

TEST(HeadTokens, ValuesMayHoldTabsAndBytesAboveAscii) {
  const std::string head = "GET / HTTP/1.1\r\nX: a\tb \xC3\xA9 \xFF\r\n\r\n";
  const Result<HeadTokens> tokens = tokenize_head(head, header_count_max);
  ASSERT_TRUE(tokens);
  EXPECT_EQ(tokens->headers.front().value, "a\tb \xC3\xA9 \xFF");
}

TEST(HeadTokens, FoldedLinesAreRefusedInEveryForm) {
  for (const std::string& fields : {"A: b\r\n c\r\n"s, "A: b\r\n\tc\r\n"s, "A:\r\n b\r\n"s,
                                    "A: b\r\n \r\n"s, "A:\r\n \r\nB: c\r\n"s, " A: b\r\n"s,
                                    "\tA: b\r\n"s, "A: b\r\n Transfer-Encoding: chunked\r\n"s}) {
    EXPECT_EQ(refusal_of("GET / HTTP/1.1\r\n" + fields + "\r\n"), ErrorCode::bad_framing);
  }
}

TEST(HeadTokens, NamesAreTokensThatTouchTheirColon) {
  for (const std::string& field :
       {"Host : a"s, "Host\t: a"s, ": a"s, "Ho st: a"s, "Host"s, "Ho\"st: a"s, "H\xC3\xB6st: a"s,
        "Host\0: a"s, "(a): b"s, "a/b: c"s, "a@b: c"s, "a,b: c"s, "a[0]: c"s, "a{b}: c"s,
        "\x7F: c"s, "Host\r: a"s}) {
    EXPECT_EQ(refusal_of("GET / HTTP/1.1\r\n" + field + "\r\n\r\n"), ErrorCode::bad_framing);
  }
}

TEST(HeadTokens, ControlsInValuesAreRefused) {
  for (int control = 0; control <= 0x7F; ++control) {
    if (control == '\t' || (control >= 0x20 && control != 0x7F)) continue;
    const std::string value = "a"s + static_cast<char>(control) + "b";
    EXPECT_EQ(refusal_of("GET / HTTP/1.1\r\nX: " + value + "\r\n\r\n"), ErrorCode::bad_framing)
        << control;
  }
}

TEST(HeadTokens, RequestLinesHaveThreeWordsAndTwoSpaces) {
  for (const std::string& line : {""s,
                                  "GET"s,
                                  "GET /"s,
                                  "GET  / HTTP/1.1"s,
                                  "GET /  HTTP/1.1"s,
                                  "GET / HTTP/1.1 "s,
                                  " GET / HTTP/1.1"s,
                                  "GET\t/\tHTTP/1.1"s,
                                  "GET / / HTTP/1.1"s,
                                  "/ HTTP/1.1"s,
                                  "G@T / HTTP/1.1"s,
                                  "GET / http/1.1"s,
                                  "GET / HTTP/1.1x"s,
                                  "GET / HTTP/11"s,
                                  "GET / HTTP/1,1"s,
                                  "GET / XTTP/1.1"s,
                                  "GET / HTTP/1.\x01"s,
                                  "GET / HTTP/1."s,
                                  "GET / HTTP/.1"s,
                                  "GET / HTTP /1.1"s,
                                  "G\0T / HTTP/1.1"s,
                                  "GET /\x7F HTTP/1.1"s,
                                  "GET /\x01 HTTP/1.1"s,
                                  "GET / HTTP/01.1"s,
                                  "GET / HTTP/1.10"s}) {
    EXPECT_EQ(refusal_of(line + "\r\nHost: a\r\n\r\n"), ErrorCode::bad_framing) << line;
  }
}

TEST(HeadTokens, OtherVersionsAreNamedAsSuch) {
  for (const std::string& version : {"HTTP/0.9"s, "HTTP/1.2"s, "HTTP/1.9"s, "HTTP/2.0"s,
                                     "HTTP/3.0"s, "HTTP/9.9"s, "HTTP/0.0"s}) {
    EXPECT_EQ(refusal_of("GET / " + version + "\r\nHost: a\r\n\r\n"),
              ErrorCode::http_version_unsupported)
        << version;
  }
  // How a client of HTTP/2 opens without being asked to.
  EXPECT_EQ(refusal_of("PRI * HTTP/2.0\r\n\r\n"), ErrorCode::http_version_unsupported);
}

TEST(HeadTokens, OneHeadAndNothingElse) {
  EXPECT_EQ(refusal_of(""), ErrorCode::bad_framing);
  EXPECT_EQ(refusal_of("GET / HTTP/1.1\r\nHost: a\r\n"), ErrorCode::bad_framing);
  EXPECT_EQ(refusal_of("GET / HTTP/1.1\r\nHost: a\r\n\r\nX"), ErrorCode::bad_framing);
  EXPECT_EQ(refusal_of("GET / HTTP/1.1\r\nHost: a\r\n\r\n\r\n"), ErrorCode::bad_framing);
}

TEST(HeadTokens, BareLineEndsAreRefused) {
  for (const std::string& head :
       {"GET / HTTP/1.1\nHost: a\r\n\r\n"s, "GET / HTTP/1.1\r\nHost: a\n\r\n"s,
        "GET / HTTP/1.1\r\nHost: a\r\n\n"s, "GET / HTTP/1.1\rHost: a\r\n\r\n"s,
        "GET / HTTP/1.1\r\nHost: a\rX: b\r\n\r\n"s, "GET / HTTP/1.1\r\nHost: a\r\r\n\r\n"s,
        "GET / HTTP/1.1\n\n"s, "GET / HTTP/1.1\r\nHost: a\r\n\r"s}) {
    EXPECT_EQ(refusal_of(head), ErrorCode::bad_framing) << testing::PrintToString(head);
  }
}

TEST(HeadTokens, AsManyFieldsAsAllowedAndNotOneMore) {
  const auto head_with = [](std::size_t count) {
    std::string head = "GET / HTTP/1.1\r\n";
    for (std::size_t field = 0; field < count; ++field) head += "a: b\r\n";
    return head + "\r\n";
  };
  EXPECT_TRUE(tokenize_head(head_with(header_count_max - 1), header_count_max));
  EXPECT_TRUE(tokenize_head(head_with(header_count_max), header_count_max));
  EXPECT_EQ(refusal_of(head_with(header_count_max + 1)), ErrorCode::headers_too_large);
}

}  // namespace
}  // namespace argot::http
