#include "http/content_disposition.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <string_view>

#include "http/characters.h"
#include "http/parameters.h"

namespace argot::http {
namespace {

using namespace std::string_literals;

// What a reader of `filename*`, or of `filename` where that is all, takes the name to be.
std::string name_read_from(std::string_view header) {
  const auto parsed = parse_parameterized(header, QuotedPairs::standard);
  EXPECT_TRUE(parsed) << header;
  if (!parsed) return {};
  EXPECT_EQ(parsed->value, "attachment");
  if (const auto extended = parsed->find("filename*"))
    return decode_extended(*extended).value_or("?");
  return std::string(parsed->find("filename").value_or("?"));
}

TEST(ContentDisposition, PlainNamesStandInQuotes) {
  EXPECT_EQ(attachment_disposition("sentiment.jsonl"), "attachment; filename=\"sentiment.jsonl\"");
  EXPECT_EQ(attachment_disposition("a b (1); c=d.txt"),
            "attachment; filename=\"a b (1); c=d.txt\"");
  EXPECT_EQ(attachment_disposition("100%.txt"), "attachment; filename=\"100%.txt\"");
}

TEST(ContentDisposition, OtherNamesComeTwice) {
  EXPECT_EQ(attachment_disposition("caf\u00e9.txt"),
            "attachment; filename=\"caf_.txt\"; filename*=UTF-8''caf%C3%A9.txt");
  EXPECT_EQ(attachment_disposition("\u65e5\u672c.pdf"),
            "attachment; filename=\"__.pdf\"; filename*=UTF-8''%E6%97%A5%E6%9C%AC.pdf");
  EXPECT_EQ(attachment_disposition("\U0001F600"),
            "attachment; filename=\"_\"; filename*=UTF-8''%F0%9F%98%80");
  EXPECT_EQ(attachment_disposition("a\"b.txt"),
            "attachment; filename=\"a_b.txt\"; filename*=UTF-8''a%22b.txt");
}

TEST(ContentDisposition, PercentSignsAreNotDecodedByAccident) {
  EXPECT_EQ(attachment_disposition("a%41.txt"),
            "attachment; filename=\"a%41.txt\"; filename*=UTF-8''a%2541.txt");
  EXPECT_EQ(attachment_disposition("a%4"), "attachment; filename=\"a%4\"");
  EXPECT_EQ(attachment_disposition("%%41"),
            "attachment; filename=\"%%41\"; filename*=UTF-8''%25%2541");
}

TEST(ContentDisposition, PathsBecomeOneName) {
  EXPECT_EQ(attachment_disposition("../../etc/passwd"),
            "attachment; filename=\".._.._etc_passwd\"");
  EXPECT_EQ(attachment_disposition("C:\\temp\\a.txt"), "attachment; filename=\"C:_temp_a.txt\"");
  EXPECT_EQ(attachment_disposition("."), "attachment; filename=\"_\"");
  EXPECT_EQ(attachment_disposition(".."), "attachment; filename=\"__\"");
  EXPECT_EQ(attachment_disposition(".htaccess"), "attachment; filename=\".htaccess\"");
}

TEST(ContentDisposition, ControlsAreLeftOut) {
  EXPECT_EQ(attachment_disposition("a\r\nSet-Cookie: b"),
            "attachment; filename=\"aSet-Cookie: b\"");
  EXPECT_EQ(attachment_disposition("a\0b\tc\x7F\x1B"s), "attachment; filename=\"abc\"");
  EXPECT_EQ(attachment_disposition("a\u0085b\u009fc"), "attachment; filename=\"abc\"");
  EXPECT_EQ(attachment_disposition("a\u00a0b"),
            "attachment; filename=\"a_b\"; filename*=UTF-8''a%C2%A0b");
}

TEST(ContentDisposition, BidirectionalControlsAreLeftOut) {
  for (const std::string_view control :
       {"\u202a", "\u202b", "\u202c", "\u202d", "\u202e", "\u2066", "\u2067", "\u2068", "\u2069"}) {
    EXPECT_EQ(attachment_disposition("a" + std::string(control) + "txt.exe"),
              "attachment; filename=\"atxt.exe\"");
  }
  // Their neighbours are ordinary characters.
  for (const std::string_view neighbour : {"\u2029", "\u202f", "\u2065", "\u206a"}) {
    EXPECT_EQ(name_read_from(attachment_disposition(neighbour)), neighbour);
  }
}

TEST(ContentDisposition, SomeNameIsAlwaysLeft) {
  EXPECT_EQ(attachment_disposition(""), "attachment; filename=\"file\"");
  EXPECT_EQ(attachment_disposition("\r\n"), "attachment; filename=\"file\"");
  EXPECT_EQ(attachment_disposition("\u202e"), "attachment; filename=\"file\"");
}

TEST(ContentDisposition, BytesThatAreNotUtf8AreReplaced) {
  EXPECT_EQ(attachment_disposition("a\xFF"),
            "attachment; filename=\"a_\"; filename*=UTF-8''a%EF%BF%BD");
  EXPECT_EQ(name_read_from(attachment_disposition("\xC3")), "\uFFFD");
  EXPECT_EQ(name_read_from(attachment_disposition("\xC0\xAF")), "\uFFFD\uFFFD");
  EXPECT_EQ(name_read_from(attachment_disposition("\xE6\x97x")), "\uFFFD\uFFFDx");
  EXPECT_EQ(name_read_from(attachment_disposition("\xED\xA0\x80")), "\uFFFD\uFFFD\uFFFD");
}

TEST(ContentDisposition, NamesComeBackFromTheHeader) {
  for (const std::string_view name :
       {"a.txt", "a'b.txt", "a;b=c.txt", "a, b", "\u00fcber \"all\" 100%25.txt", "%", "%%",
        "%E2%82%AC", "~!#$&+-^`|", "\u4e2d\u6587 \U0001F600.jsonl", "a  b", "(){}[]<>@,;:?=*"}) {
    EXPECT_EQ(name_read_from(attachment_disposition(name)), name);
  }
}

TEST(ContentDisposition, AnyBytesMakeAHeaderOfVisibleAscii) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  for (int round = 0; round < 5'000; ++round) {
    std::string name(random() % 40, '\0');
    for (char& c : name) c = static_cast<char>(random());
    const std::string header = attachment_disposition(name);
    for (const char c : header) EXPECT_TRUE(is_visible(c) || c == ' ');
    EXPECT_EQ(std::ranges::count(header, '"'), 2);
    EXPECT_EQ(name_read_from(header).find_first_of("/\\\r\n\""s + '\0') == std::string::npos ||
                  name.find('"') != std::string::npos,
              true);
  }
}

}  // namespace
}  // namespace argot::http
