#include "tests/wire/transcript.h"

#include <gtest/gtest.h>

#include <string>
#include <variant>

namespace argot::wire {
namespace {

std::string error_of(std::string_view text) {
  const auto parsed = parse_transcript(text);
  return parsed ? "" : parsed.error().detail;
}

const Exchange& first_exchange(const Transcript& transcript) {
  return std::get<Exchange>(transcript.steps.front().what);
}

TEST(Transcript, ARequestAndItsReplyAreOneStep) {
  const auto parsed = parse_transcript(
      "# A comment.\n"
      "\n"
      "> POST /v1/files\n"
      "> header X-Test: a: b\n"
      "> form purpose=batch\n"
      "> form file=@notes.txt \"Dear\\r\\ndiary\\x21\" * 2\n"
      "< 400\n"
      "< header Content-Type: application/json\n"
      "< no header Allow\n"
      "< json {\"error\": 1,\n"
      "<       \"x\": 2}\n"
      "= blobs 0, rows 12\n");
  ASSERT_TRUE(parsed.has_value()) << parsed.error().detail;
  ASSERT_EQ(parsed->steps.size(), 2U);
  EXPECT_EQ(parsed->steps.front().line, 3U);
  const auto& [sent, expected] = first_exchange(*parsed);
  EXPECT_EQ(sent.text.method, "POST");
  EXPECT_EQ(sent.text.target, "/v1/files");
  EXPECT_EQ(sent.text.headers.front().value, "a: b");
  ASSERT_EQ(sent.form.size(), 2U);
  EXPECT_EQ(sent.form[0].name, "purpose");
  EXPECT_EQ(sent.form[0].filename, std::nullopt);
  EXPECT_EQ(sent.form[1].filename, "notes.txt");
  EXPECT_EQ(sent.form[1].content, "Dear\r\ndiary!Dear\r\ndiary!");
  EXPECT_EQ(expected.status, 400);
  EXPECT_EQ(expected.headers.front().second, "application/json");
  EXPECT_EQ(expected.absent_headers.front(), "Allow");
  EXPECT_EQ(expected.json, "{\"error\": 1,\n\"x\": 2}");
  const auto& left = std::get<Left>(parsed->steps.back().what);
  EXPECT_EQ(left.blobs, 0U);
  EXPECT_EQ(left.rows, 12U);
}

TEST(Transcript, TheNextRequestEndsTheOneBefore) {
  const auto parsed = parse_transcript("> GET /a\n< 200\n> GET /b\n> no key\n< 401\n");
  ASSERT_TRUE(parsed.has_value());
  ASSERT_EQ(parsed->steps.size(), 2U);
  EXPECT_EQ(first_exchange(*parsed).sent.key_name, "key");
  EXPECT_EQ(std::get<Exchange>(parsed->steps.back().what).sent.key_name, std::nullopt);
}

TEST(Transcript, SettingsComeFirstAndActionsAnywhere) {
  const auto parsed =
      parse_transcript("* set limits.file_bytes 10\n* key reader files_read\n> GET /\n< 404\n");
  ASSERT_TRUE(parsed.has_value());
  EXPECT_EQ(parsed->settings.front().first, "limits.file_bytes");
  EXPECT_EQ(parsed->settings.front().second, "10");
  EXPECT_EQ(std::get<Action>(parsed->steps.front().what).words.size(), 3U);
  EXPECT_EQ(error_of("> GET /\n< 200\n* set a 1\n"),
            "line 3: '* set' stands before everything else");
}

TEST(Transcript, WhatIsMisspeltIsSaidWithItsLine) {
  EXPECT_EQ(error_of("\n? GET /\n"), "line 2: a line begins with '#', '>', '<', '=' or '*'");
  EXPECT_EQ(error_of("> GET /\n> from a=b\n"), "line 2: '> from' means nothing inside a request");
  EXPECT_EQ(error_of("> GET /\n< 200\n< heder A: b\n"),
            "line 3: '< heder' means nothing inside a reply");
  EXPECT_EQ(error_of("> GET /\n< OK\n"), "line 2: a reply begins with '< STATUS'");
  EXPECT_EQ(error_of("< 200\n"), "line 1: there is no request before this reply");
  EXPECT_EQ(error_of("> GET /\n"), "the request of line 1 has no reply");
  EXPECT_EQ(error_of("> GET files\n"), "line 1: a request begins with '> METHOD /target'");
  EXPECT_EQ(error_of("> GET /\n> body \"x\n"), "line 2: a text in quotes has no end");
  EXPECT_EQ(error_of("> GET /\n> body \"\\q\"\n"), "line 2: there is no such escape");
  EXPECT_EQ(error_of("= blobs 0\n"), "line 1: expected '= blobs N, rows N'");
}

}  // namespace
}  // namespace argot::wire
