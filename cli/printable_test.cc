#include "cli/printable.h"

#include <gtest/gtest.h>

#include <limits>

namespace argot::cli {
namespace {

TEST(Visible, EscapesWhatATerminalWouldObeyAndLeavesBackslashesAlone) {
  EXPECT_EQ(visible("a\\n 'b' caf\xC3\xA9"), "a\\n 'b' caf\xC3\xA9");
  EXPECT_EQ(visible("a\nb\x1B[2J\xFF"), "a\\nb\\x1B[2J\\xFF");
}

TEST(Printable, NothingThatATerminalObeysIsLeft) {
  EXPECT_EQ(printable("plain \xC3\xA9 \xF0\x9F\x98\x80"), "plain \xC3\xA9 \xF0\x9F\x98\x80");
  EXPECT_EQ(printable("a\tb\nc\rd"), "a\\tb\\nc\\rd");
  EXPECT_EQ(printable("\x1B[2J\x07\x7F"), "\\x1B[2J\\x07\\x7F");
  EXPECT_EQ(printable("\xC2\x9B"), "\\u{009B}");            // CSI of C1
  EXPECT_EQ(printable("a\xE2\x80\xAE"), "a\\u{202E}");      // right-to-left override
  EXPECT_EQ(printable("a\xE2\x81\xA6"), "a\\u{2066}");      // isolate
  EXPECT_EQ(printable("\xFF\xC3"), "\\xFF\\xC3");           // no UTF-8
  EXPECT_EQ(printable("\xED\xA0\x80"), "\\xED\\xA0\\x80");  // a surrogate
  EXPECT_EQ(printable("back\\slash"), "back\\\\slash");
}

TEST(Printable, JsonStaysTheSameJson) {
  EXPECT_EQ(printable_json(R"({"a":"\n\\"})"), R"({"a":"\n\\"})");
  EXPECT_EQ(printable_json("{\"a\":\"\xC2\x9B\x7F\"}"), "{\"a\":\"\\u009B\\u007F\"}");
}

TEST(Printable, TextsAreCutByColumns) {
  EXPECT_EQ(cut_to_columns("train.jsonl", 11), "train.jsonl");
  EXPECT_EQ(cut_to_columns("train.jsonl", 10), "train.j...");
  EXPECT_EQ(cut_to_columns("train.jsonl", 2), "..");
  EXPECT_EQ(cut_to_columns("train.jsonl", 0), "");
  // Two columns each, and no half of one.
  EXPECT_EQ(column_count("\xE4\xB8\xAD\xE6\x96\x87"), 4U);
  EXPECT_EQ(cut_to_columns("\xE4\xB8\xAD\xE6\x96\x87\xE4\xB8\xAD", 4), "...");
  EXPECT_EQ(cut_to_columns("\xE4\xB8\xAD\xE6\x96\x87\xE4\xB8\xAD", 5), "\xE4\xB8\xAD...");
}

TEST(Printable, SizesHaveAtMostThreeDigits) {
  EXPECT_EQ(short_bytes(0), "0 B");
  EXPECT_EQ(short_bytes(999), "999 B");
  EXPECT_EQ(short_bytes(1000), "1.0 KB");
  EXPECT_EQ(short_bytes(1536), "1.5 KB");
  EXPECT_EQ(short_bytes(10'188), "9.9 KB");
  EXPECT_EQ(short_bytes(10'190), "10 KB");
  EXPECT_EQ(short_bytes(1'023'487), "999 KB");
  EXPECT_EQ(short_bytes(1'023'488), "1.0 MB");
  EXPECT_EQ(short_bytes(std::uint64_t{512} << 20U), "512 MB");
  EXPECT_EQ(short_bytes(std::numeric_limits<std::uint64_t>::max()), "16 EB");
}

TEST(Printable, TimesAreThoseOfAClockAndOfACalendar) {
  EXPECT_EQ(short_duration(0), "0:00");
  EXPECT_EQ(short_duration(67), "1:07");
  EXPECT_EQ(short_duration(3'723), "1:02:03");
  EXPECT_EQ(time_text(0), "1970-01-01T00:00:00Z");
  EXPECT_EQ(time_text(253'402'300'799), "9999-12-31T23:59:59Z");
  EXPECT_EQ(time_text(253'402'300'800), "253402300800");
  EXPECT_EQ(time_text(-1), "-1");
}

}  // namespace
}  // namespace argot::cli
