#include "http/body_decoder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "base/limits.h"

namespace argot::http {
namespace {

using namespace std::string_literals;

constexpr BodyFraming chunked{.kind = BodyFraming::Kind::chunked, .length = 0};

BodyFraming counted(std::uint64_t length) {
  return {.kind = BodyFraming::Kind::length, .length = length};
}

struct Decoded {
  std::string body;
  std::string rest;  // behind the body
  bool is_done = false;

  friend bool operator==(const Decoded&, const Decoded&) = default;
};

// Feeds `raw` in pieces of `piece` bytes; nothing if the decoder refuses it.
std::optional<Decoded> decode(BodyFraming framing, std::string_view raw,
                              std::size_t piece = std::string_view::npos) {
  BodyDecoder decoder(framing);
  Decoded decoded;
  while (!raw.empty() && !decoder.done()) {
    std::string_view chunk = raw.substr(0, piece);
    raw.remove_prefix(chunk.size());
    while (!chunk.empty() && !decoder.done()) {
      const Result<BodyDecoder::Step> step = decoder.step(as_bytes(chunk));
      if (!step) {
        EXPECT_EQ(step.error().code, ErrorCode::bad_framing);
        return std::nullopt;
      }
      EXPECT_GT(step->consumed, 0U) << "no progress";
      EXPECT_LE(step->consumed, chunk.size());
      const std::string_view payload = as_text(step->payload);
      if (!payload.empty()) {
        EXPECT_GE(payload.data(), chunk.data()) << "not a view of the input";
        EXPECT_EQ(payload.data() + payload.size(), chunk.data() + step->consumed);
      }
      decoded.body += payload;
      chunk.remove_prefix(std::min(step->consumed, chunk.size()));
    }
    decoded.rest += chunk;
  }
  decoded.rest += raw;
  decoded.is_done = decoder.done();
  return decoded;
}

std::optional<Decoded> complete(std::string body, std::string rest = {}) {
  return Decoded{.body = std::move(body), .rest = std::move(rest), .is_done = true};
}

bool is_refused(std::string_view raw) {
  const bool refused = !decode(chunked, raw);
  EXPECT_EQ(!decode(chunked, raw, 1), refused) << "byte by byte differs";
  return refused;
}

TEST(BodyDecoder, WithoutABodyItIsDoneAtOnce) {
  EXPECT_TRUE(BodyDecoder(BodyFraming{}).done());
  EXPECT_TRUE(BodyDecoder(counted(0)).done());
  EXPECT_FALSE(BodyDecoder(counted(1)).done());
  EXPECT_FALSE(BodyDecoder(chunked).done());
  BodyDecoder none{BodyFraming{}};
  const auto step = none.step(as_bytes("GET / HTTP/1.1"));
  ASSERT_TRUE(step);
  EXPECT_EQ(step->consumed, 0U);
}

TEST(BodyDecoder, CountedBodyEndsWithItsLastByte) {
  EXPECT_EQ(decode(counted(5), "helloGET"), complete("hello", "GET"));
  EXPECT_EQ(decode(counted(5), "hello"), complete("hello"));
  EXPECT_EQ(decode(counted(5), "hell"), (Decoded{.body = "hell", .rest = "", .is_done = false}));
  EXPECT_EQ(decode(counted(5), "hello!", 1), complete("hello", "!"));
}

TEST(BodyDecoder, LargestLengthDoesNotOverflow) {
  BodyDecoder decoder(counted(std::numeric_limits<std::uint64_t>::max()));
  const auto step = decoder.step(as_bytes("hello"));
  ASSERT_TRUE(step);
  EXPECT_EQ(as_text(step->payload), "hello");
  EXPECT_FALSE(decoder.done());
}

TEST(BodyDecoder, EmptyInputIsNoStep) {
  BodyDecoder decoder(chunked);
  const auto step = decoder.step({});
  ASSERT_TRUE(step);
  EXPECT_EQ(step->consumed, 0U);
  EXPECT_FALSE(decoder.done());
}

TEST(BodyDecoder, ChunksAreJoinedHoweverCut) {
  const std::string raw =
      "5\r\nhello\r\n1;name=value\r\n \r\n00A;q=\"a;\\\"b\"\r\n0123456789\r\n0\r\nX-Sum: "
      "1\r\nY:\r\n\r\nnext";
  const std::string body = "hello 0123456789";
  for (std::size_t piece = 1; piece <= raw.size(); ++piece) {
    EXPECT_EQ(decode(chunked, raw, piece), complete(body, "next")) << piece;
  }
  for (std::size_t cut = 0; cut < raw.size() - 4; ++cut) {
    const auto decoded = decode(chunked, raw.substr(0, cut));
    ASSERT_TRUE(decoded) << cut;
    EXPECT_FALSE(decoded->is_done) << cut;
    EXPECT_TRUE(body.starts_with(decoded->body)) << cut;
  }
}

TEST(BodyDecoder, EmptyChunkedBody) {
  EXPECT_EQ(decode(chunked, "0\r\n\r\n"), complete(""));
  EXPECT_EQ(decode(chunked, "0000\r\n\r\nX"), complete("", "X"));
  EXPECT_EQ(decode(chunked, "0;a\r\n\r\n"), complete(""));
}

TEST(BodyDecoder, PayloadMayBeAnyBytes) {
  std::string all;
  for (int byte = 0; byte < 256; ++byte) all += static_cast<char>(byte);
  EXPECT_EQ(decode(chunked, "100\r\n" + all + "\r\n0\r\n\r\n", 7), complete(all));
  EXPECT_EQ(decode(chunked, "5\r\n0\r\n\r\n\r\n0\r\n\r\n"), complete("0\r\n\r\n"));
}

TEST(BodyDecoder, ChunkSizeIsHexadecimalDigitsAndNothingElse) {
  for (const std::string& size :
       {""s,    "-1"s,  "+5"s,       "0x5"s, "0X5"s, "x"s,   "g"s,  "5g"s,    " 5"s,
        "\t5"s, "5 "s,  "5\t"s,      "5 5"s, "5,5"s, "5.0"s, "5h"s, "\"5\""s, ";5"s,
        "5\v"s, "5\0"s, "\xC2\xB2"s, "5_0"s, "-2"s,  "5:"s,  "0x"s}) {
    EXPECT_TRUE(is_refused(size + "\r\nhello\r\n0\r\n\r\n")) << testing::PrintToString(size);
  }
  EXPECT_EQ(decode(chunked, "00a\r\n0123456789\r\n0\r\n\r\n"), complete("0123456789"));
  EXPECT_EQ(decode(chunked, "A\r\n0123456789\r\n0\r\n\r\n"), complete("0123456789"));
}

TEST(BodyDecoder, ChunkSizeAtItsLimit) {
  ASSERT_EQ(limits::chunk_size_digits_max, 16U);
  EXPECT_EQ(decode(chunked, "000000000000001\r\nx\r\n0\r\n\r\n"), complete("x"));
  EXPECT_EQ(decode(chunked, "0000000000000001\r\nx\r\n0\r\n\r\n"), complete("x"));
  EXPECT_TRUE(is_refused("00000000000000001\r\nx\r\n0\r\n\r\n"));
  EXPECT_TRUE(is_refused("10000000000000000\r\nx"));
  EXPECT_TRUE(is_refused("FFFFFFFFFFFFFFFFF\r\nx"));
  // The largest size there is: it must not wrap to a small one.
  const auto decoded =
      decode(chunked, "FFFFFFFFFFFFFFFF\r\n" + std::string(100, 'x') + "\r\n0\r\n\r\n");
  ASSERT_TRUE(decoded);
  EXPECT_EQ(decoded->body, std::string(100, 'x') + "\r\n0\r\n\r\n");
  EXPECT_FALSE(decoded->is_done);
}

TEST(BodyDecoder, LinesEndInCrLfExactly) {
  for (const std::string& raw :
       {"5\nhello\r\n0\r\n\r\n"s, "5\rhello\r\n0\r\n\r\n"s, "5\r\r\nhello\r\n0\r\n\r\n"s,
        "5\r\nhello\n0\r\n\r\n"s, "5\r\nhello\r0\r\n\r\n"s, "5\r\nhello0\r\n\r\n"s,
        "5\r\nhello!\r\n0\r\n\r\n"s, "5\r\nhell\r\n0\r\n\r\n"s, "5\r\nhelloXX0\r\n\r\n"s,
        "0\n\r\n"s, "0\r\n\n"s, "0\r\n\rX"s, "0\r\r\n"s, "5\r\nhello\r\n\r\n0\r\n\r\n"s,
        "\r\n5\r\nhello\r\n0\r\n\r\n"s, "5;a\nhello\r\n"s, "5;a\rhello\r\n"s, "0;\n\r\n"s}) {
    EXPECT_TRUE(is_refused(raw)) << testing::PrintToString(raw);
  }
}

TEST(BodyDecoder, BodyWithoutItsFinalLineIsNotDone) {
  for (const std::string_view raw : {"5\r\nhello\r\n", "5\r\nhello\r\n0", "5\r\nhello\r\n0\r\n",
                                     "5\r\nhello\r\n0\r\n\r", "5\r\nhello\r\n0\r\nA: b\r\n"}) {
    const auto decoded = decode(chunked, raw);
    ASSERT_TRUE(decoded);
    EXPECT_EQ(decoded->body, "hello");
    EXPECT_FALSE(decoded->is_done) << raw;
  }
}

TEST(BodyDecoder, ExtensionsAreSkipped) {
  for (const std::string& extension :
       {";a"s, ";a=b"s, ";a=\"b c\""s, ";a;b;c=d"s, " ;a"s, "\t ; a = b"s, ";a=\"\\\"\""s,
        ";a=\"\xC3\xA9\""s, ";"s, ";a='b'"s, ";a=\"\\\\\""s}) {
    EXPECT_EQ(decode(chunked, "1" + extension + "\r\nx\r\n0\r\n\r\n"), complete("x")) << extension;
  }
}

TEST(BodyDecoder, ExtensionsCannotHideALineEnd) {
  for (const std::string& extension : {";a=\"b"s, ";a=\"\r\n\""s, ";a=\"\\\""s, ";\x01"s, ";a\0"s,
                                       ";a\x7F"s, " a"s, "\t\t5"s, ";a\n"s, ";\"\\\r\n\""s}) {
    EXPECT_TRUE(is_refused("1" + extension + "\r\nx\r\n0\r\n\r\n"))
        << testing::PrintToString(extension);
  }
}

TEST(BodyDecoder, ExtensionAtItsLimit) {
  const std::size_t limit = limits::chunk_extension_bytes_max;
  ASSERT_EQ(limit, 256U);
  const auto raw_with = [](std::size_t bytes) {
    return "1;" + std::string(bytes - 1, 'a') + "\r\nx\r\n0\r\n\r\n";
  };
  EXPECT_EQ(decode(chunked, raw_with(limit - 1)), complete("x"));
  EXPECT_EQ(decode(chunked, raw_with(limit)), complete("x"));
  EXPECT_TRUE(is_refused(raw_with(limit + 1)));
  EXPECT_TRUE(is_refused("1" + std::string(limit, ' ') + ";\r\nx\r\n0\r\n\r\n"));
  // Each chunk has its own allowance.
  const std::string chunk = "1;" + std::string(limit - 1, 'a') + "\r\nx\r\n";
  EXPECT_EQ(decode(chunked, chunk + chunk + "0\r\n\r\n"), complete("xx"));
}

TEST(BodyDecoder, TrailersAreCheckedAndForgotten) {
  EXPECT_EQ(decode(chunked, "0\r\nA: b\r\nC:\td\r\nE:\r\n\r\nX"), complete("", "X"));
  EXPECT_EQ(decode(chunked, "0\r\nContent-Length: 5\r\n\r\nX"), complete("", "X"));
  for (const std::string& trailer :
       {"A : b\r\n"s, " A: b\r\n"s, "A: b\r\n c\r\n"s, "A\r\n"s, ": b\r\n"s, "A: b\n"s,
        "A: b\rC: d\r\n"s, "A: \0\r\n"s, "A: \x01\r\n"s, "A(: b\r\n"s, "GET / HTTP/1.1\r\n"s,
        "A: b\r\r\n"s, "\n"s}) {
    EXPECT_TRUE(is_refused("0\r\n" + trailer + "\r\n")) << testing::PrintToString(trailer);
  }
}

TEST(BodyDecoder, TrailersAtTheirLimit) {
  const std::size_t limit = limits::trailer_bytes_max;
  ASSERT_EQ(limit, 4096U);
  const auto raw_with = [](std::size_t bytes) {
    return "0\r\nA: " + std::string(bytes - 5, 'b') + "\r\n\r\n";
  };
  EXPECT_EQ(decode(chunked, raw_with(limit - 1)), complete(""));
  EXPECT_EQ(decode(chunked, raw_with(limit)), complete(""));
  EXPECT_TRUE(is_refused(raw_with(limit + 1)));
  std::string many = "0\r\n";
  for (std::size_t line = 0; line < limit / 4 + 1; ++line) many += "a:\r\n";
  EXPECT_TRUE(is_refused(many + "\r\n"));
}

TEST(BodyDecoder, RandomBodiesComeBackAsTheyWere) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  for (int round = 0; round < 500; ++round) {
    std::string body;
    std::string raw;
    for (auto chunks = random() % 6; chunks > 0; --chunks) {
      std::string chunk(1 + random() % 300, '\0');
      for (char& c : chunk) c = static_cast<char>(random());
      constexpr std::string_view digits = "0123456789abcdef";
      raw += digits[chunk.size() >> 8U & 0xFU];
      raw += digits[chunk.size() >> 4U & 0xFU];
      raw += digits[chunk.size() & 0xFU];
      raw += "\r\n" + chunk + "\r\n";
      body += chunk;
    }
    raw += "0\r\n\r\n";
    EXPECT_EQ(decode(chunked, raw + "rest", 1 + random() % 100), complete(body, "rest"));
  }
}

}  // namespace
}  // namespace argot::http
