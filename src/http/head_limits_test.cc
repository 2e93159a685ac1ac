// find_head_end(): where a head ends, and which ones are refused before they have ended.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <string_view>

#include "http/head_parser.h"

namespace argot::http {
namespace {

using namespace std::string_literals;

// "1234" for a head of that size, "more" if bytes are missing, else the error.
std::string outcome_of(std::string_view received, std::size_t searched = 0,
                       const HeadLimits& limits = {}) {
  const auto end = find_head_end(received, searched, limits);
  if (!end) return std::string(name(end.error().code));
  return *end ? std::to_string(**end) : "more";
}

// What comes out if the bytes arrive in pieces of `piece` bytes.
std::string outcome_in_pieces(std::string_view bytes, std::size_t piece) {
  std::string outcome = "more";
  std::size_t searched = 0;
  while (searched < bytes.size() && outcome == "more") {
    const std::size_t size = std::min(searched + piece, bytes.size());
    outcome = outcome_of(bytes.substr(0, size), searched);
    searched = size;
  }
  return outcome;
}

TEST(FindHeadEnd, HeadEndsAfterItsEmptyLine) {
  const std::string head = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
  EXPECT_EQ(outcome_of(head), std::to_string(head.size()));
  EXPECT_EQ(outcome_of(head + "GET /next HTTP/1.1\r\n\r\n"), std::to_string(head.size()));
  for (std::size_t size = 0; size < head.size(); ++size) {
    EXPECT_EQ(outcome_of(head.substr(0, size)), "more") << size;
  }
}

TEST(FindHeadEnd, BodyBytesBehindTheHeadAreNotLookedAt) {
  const std::string head = "POST / HTTP/1.1\r\nHost: a\r\n\r\n";
  EXPECT_EQ(outcome_of(head + "\0\n\r\xFF"s), std::to_string(head.size()));
}

TEST(FindHeadEnd, EmptyLinesBeforeTheRequestBelongToTheHead) {
  const std::string head = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
  EXPECT_EQ(outcome_of("\r\n" + head), std::to_string(head.size() + 2));
  EXPECT_EQ(outcome_of("\r\n\r\n\r\n\r\n" + head), std::to_string(head.size() + 8));
  EXPECT_EQ(outcome_of("\r\n\r\n\r\n\r\n\r\n" + head), "bad_framing");
  EXPECT_EQ(outcome_of("\r\n\r\n\r\n\r\n"), "more");
  EXPECT_EQ(outcome_of("\r"), "more");
  EXPECT_EQ(outcome_of("\n"), "bad_framing");
  EXPECT_EQ(outcome_of("\r\n\n"), "bad_framing");
  EXPECT_EQ(outcome_of("\r\rGET"), "bad_framing");
}

TEST(FindHeadEnd, BadBytesAreRefusedAtOnce) {
  EXPECT_EQ(outcome_of("GET / HTTP/1.1\n"), "bad_framing");
  EXPECT_EQ(outcome_of("GET / HTTP/1.1\r\nHost: a\n"), "bad_framing");
  EXPECT_EQ(outcome_of("GET / HTTP/1.1\rH"), "bad_framing");
  EXPECT_EQ(outcome_of("GET / HTTP/1.1\r\r"), "bad_framing");
  EXPECT_EQ(outcome_of("GET / HTTP/1.1\r\nHost: a\r\n\rX"), "bad_framing");
  EXPECT_EQ(outcome_of("GET /\0"s), "bad_framing");
  // The first bytes of a TLS handshake on a plain port.
  EXPECT_EQ(outcome_of("\x16\x03\x01\x00\xA5"s), "bad_framing");
}

TEST(FindHeadEnd, RequestLineAtItsLimit) {
  const HeadLimits limits;
  ASSERT_EQ(limits.request_line_bytes, 8192U);
  const auto line_of = [](std::size_t bytes) {
    return "GET /" + std::string(bytes - 14, 'a') + " HTTP/1.1";
  };
  const std::string rest = "\r\nHost: a\r\n\r\n";
  for (const std::size_t bytes : {limits.request_line_bytes - 1, limits.request_line_bytes}) {
    const std::string head = line_of(bytes) + rest;
    EXPECT_EQ(outcome_of(head), std::to_string(head.size()));
    EXPECT_EQ(outcome_of("\r\n" + head), std::to_string(head.size() + 2));
  }
  EXPECT_EQ(outcome_of(line_of(limits.request_line_bytes + 1) + rest), "uri_too_long");
  // Refused with the byte that is one too many, not with the end of the line.
  EXPECT_EQ(outcome_of(std::string(limits.request_line_bytes, 'a')), "more");
  EXPECT_EQ(outcome_of(std::string(limits.request_line_bytes, 'a') + "\r"), "more");
  EXPECT_EQ(outcome_of(std::string(limits.request_line_bytes + 1, 'a')), "uri_too_long");
}

TEST(FindHeadEnd, HeadAtItsLimit) {
  const HeadLimits limits;
  ASSERT_EQ(limits.head_bytes, 16384U);
  const auto head_of = [](std::size_t bytes) {
    const std::string start = "GET / HTTP/1.1\r\nHost: a\r\nX: ";
    return start + std::string(bytes - start.size() - 4, 'x') + "\r\n\r\n";
  };
  for (const std::size_t bytes : {limits.head_bytes - 1, limits.head_bytes}) {
    EXPECT_EQ(outcome_of(head_of(bytes)), std::to_string(bytes));
    EXPECT_TRUE(parse_head(head_of(bytes)));
  }
  EXPECT_EQ(outcome_of(head_of(limits.head_bytes + 1)), "headers_too_large");
  EXPECT_EQ(outcome_of(head_of(limits.head_bytes + 5).substr(0, limits.head_bytes)), "more");
  EXPECT_EQ(outcome_of(head_of(limits.head_bytes + 5).substr(0, limits.head_bytes + 1)),
            "headers_too_large");
}

TEST(FindHeadEnd, LimitsCanBeSet) {
  const HeadLimits limits{.request_line_bytes = 14, .head_bytes = 27};
  EXPECT_EQ(outcome_of("GET / HTTP/1.1\r\nHost: a\r\n\r\n", 0, limits), "27");
  EXPECT_EQ(outcome_of("GET /a HTTP/1.1\r\nHost: a\r\n\r\n", 0, limits), "uri_too_long");
  EXPECT_EQ(outcome_of("GET / HTTP/1.1\r\nHost: ab\r\n\r\n", 0, limits), "headers_too_large");
}

TEST(FindHeadEnd, FirstByteThatSettlesItDecides) {
  const std::string long_line(9000, 'a');
  EXPECT_EQ(outcome_of("a\nb" + long_line), "bad_framing");
  EXPECT_EQ(outcome_of(long_line + "\n"), "uri_too_long");
  EXPECT_EQ(outcome_of("GET / HTTP/1.1\r\nX: " + std::string(20000, 'x') + "\n"),
            "headers_too_large");
}

TEST(FindHeadEnd, OutcomeDoesNotDependOnTheCutting) {
  const std::string line = "GET /" + std::string(8178, 'a') + " HTTP/1.1";
  for (const std::string& bytes :
       {"GET / HTTP/1.1\r\nHost: a\r\n\r\nrest"s, "\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"s,
        "GET / HTTP/1.1\nHost: a\r\n\r\n"s, "GET / HTTP/1.1\r\nHost: a\n\r\n"s,
        "GET /\0 HTTP/1.1\r\n\r\n"s, "GET / HTTP/1.1\r\nA: b\rc\r\n\r\n"s,
        line + "\r\nHost: a\r\n\r\n", line + "x\r\nHost: a\r\n\r\n", "\r\n\r\n\r\n\r\n\r\nGET"s,
        "GET / HTTP/1.1\r\nX: " + std::string(16364, 'x') + "\rx",
        "GET / HTTP/1.1\r\nX: " + std::string(17000, 'x') + "\r\n\r\n"}) {
    const std::string whole = outcome_of(bytes);
    for (const std::size_t piece : {1U, 2U, 3U, 5U, 64U, 4096U}) {
      EXPECT_EQ(outcome_in_pieces(bytes, piece), whole)
          << testing::PrintToString(bytes.substr(0, 60)) << " in pieces of " << piece;
    }
  }
}

TEST(FindHeadEnd, RandomLineEndsAreNeverMisread) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  constexpr std::string_view alphabet = "\r\n\r\n\r\nab:";
  for (int round = 0; round < 20'000; ++round) {
    std::string bytes;
    for (auto size = random() % 24; size > 0; --size) {
      bytes += alphabet[random() % alphabet.size()];
    }
    const std::string whole = outcome_of(bytes);
    EXPECT_EQ(outcome_in_pieces(bytes, 1 + random() % 4), bytes.empty() ? "more" : whole);
    if (whole == "more" || whole == "bad_framing") continue;
    const std::string head = bytes.substr(0, std::stoul(whole));
    EXPECT_TRUE(head.ends_with("\r\n\r\n"));
    for (std::size_t at = 0; at < head.size(); ++at) {
      if (head[at] == '\n') {
        ASSERT_GT(at, 0U);
        EXPECT_EQ(head[at - 1], '\r');
      }
      if (head[at] == '\r') {
        EXPECT_EQ(head[at + 1], '\n');
      }
    }
  }
}

}  // namespace
}  // namespace argot::http
