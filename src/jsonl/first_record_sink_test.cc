#include "jsonl/first_record_sink.h"

#include <gtest/gtest.h>

#include <ostream>
#include <string>

#include "tests/support/recut.h"

namespace argot::jsonl {

// Found by GoogleTest where a comparison fails.
void PrintTo(const FirstRecordFacts& facts, std::ostream* out) {
  *out << facts.bytes << " bytes, UTF-8 " << facts.is_utf8 << ", first record "
       << static_cast<int>(facts.first_record);
}

namespace {

using argot::testing::expect_same_however_cut;
using argot::testing::Play;

FirstRecordFacts facts_of(std::string_view text,
                          std::size_t line_bytes_max = limits::jsonl_line_bytes_max) {
  FirstRecordSink sink(line_bytes_max);
  EXPECT_TRUE(sink.write(as_bytes(text)));
  EXPECT_TRUE(sink.finish());
  return sink.facts();
}

void expect_facts(std::string_view text, FirstRecord first_record, bool is_utf8 = true) {
  SCOPED_TRACE(text.substr(0, 80));
  EXPECT_EQ(
      facts_of(text),
      (FirstRecordFacts{.bytes = text.size(), .is_utf8 = is_utf8, .first_record = first_record}));
  expect_same_however_cut(text, [](const Play& play) {
    FirstRecordSink sink;
    EXPECT_TRUE(play(sink));
    return sink.facts();
  });
}

FirstRecord first_of(std::string_view text, std::size_t line_bytes_max) {
  const FirstRecord whole = facts_of(text, line_bytes_max).first_record;
  expect_same_however_cut(text, [&](const Play& play) {
    FirstRecordSink sink(line_bytes_max);
    EXPECT_TRUE(play(sink));
    return sink.facts();
  });
  return whole;
}

TEST(FirstRecord, IsNoneWithoutALine) {
  expect_facts("", FirstRecord::none);
  expect_facts("\n", FirstRecord::none);
  expect_facts(" \t\r\n\r\n  ", FirstRecord::none);
  expect_facts("\xEF\xBB\xBF", FirstRecord::none);
  expect_facts("\xEF\xBB\xBF\r\n \n", FirstRecord::none);
}

TEST(FirstRecord, IsAnObject) {
  expect_facts(R"({"a":1})", FirstRecord::object);
  expect_facts("{}\n{}\n", FirstRecord::object);
  expect_facts("{\"a\":\"\xE4\xBD\xA0\"}\r\n{}\r\n", FirstRecord::object);
  expect_facts("  {\"a\":[1,2]} \t\n", FirstRecord::object);
  expect_facts("\n \r\n{\"a\":null}", FirstRecord::object);
}

TEST(FirstRecord, MayFollowAByteOrderMark) {
  expect_facts("\xEF\xBB\xBF{}\n", FirstRecord::object);
  expect_facts("\xEF\xBB\xBF\n\n{}\n", FirstRecord::object);
  expect_facts("\xEF\xBB\xBF\xEF\xBB\xBF{}\n", FirstRecord::other);
  expect_facts("\n\xEF\xBB\xBF{}\n", FirstRecord::other);
  expect_facts("\xEF\xBB", FirstRecord::other, false);
  expect_facts("\xEF\xBB{}\n", FirstRecord::other, false);
  expect_facts("\xEF{}\n", FirstRecord::other, false);
}

TEST(FirstRecord, IsOtherWhereTheLineIsNoObject) {
  expect_facts("Dear diary,\n{}\n", FirstRecord::other);
  expect_facts("{malformed json", FirstRecord::other);
  expect_facts("[1]\n{}\n", FirstRecord::other);
  expect_facts("1", FirstRecord::other);
  expect_facts("{}{}\n", FirstRecord::other);
  expect_facts("{} x\n", FirstRecord::other);
  expect_facts("{\n\"a\":1}\n", FirstRecord::other);
  expect_facts("{\"a\":\"\n\"}\n", FirstRecord::other);
  expect_facts("{}\r{}\n", FirstRecord::other);
  expect_facts(std::string_view("\0{}\n", 4), FirstRecord::other);
}

TEST(FirstRecord, DoesNotCareWhatComesAfterIt) {
  expect_facts("{}\nnot json\n", FirstRecord::object);
  expect_facts("{}\n{\"a\":\n", FirstRecord::object);
}

TEST(FirstRecord, IsOtherOnlyWhereItIsTheLineThatIsNotUtf8) {
  expect_facts("{\"a\":\"\xE9\"}\n", FirstRecord::other, false);
  expect_facts("{\"a\":\"\xE9\"}", FirstRecord::other, false);
  expect_facts("{}\n{\"a\":\"\xE9\"}\n", FirstRecord::object, false);
  expect_facts("{}\n\xE4\xBD", FirstRecord::object, false);
}

TEST(FirstRecord, MayBeAsLongAsTheLimit) {
  const std::string line = R"({"a":"bcdefgh"})";
  for (const std::string ending : {"", "\n", "\r\n", "\n{}\n", "\r\n\r\n"}) {
    SCOPED_TRACE("ending of " + std::to_string(ending.size()));
    EXPECT_EQ(first_of(line + ending, line.size()), FirstRecord::object);
    EXPECT_EQ(first_of(line + ending, line.size() - 1), FirstRecord::other);
    EXPECT_EQ(first_of(" " + line + ending, line.size()), FirstRecord::other);
    EXPECT_EQ(first_of("\n\n" + line + ending, line.size()), FirstRecord::object);
    EXPECT_EQ(first_of("\xEF\xBB\xBF" + line + ending, line.size()), FirstRecord::object);
  }
}

TEST(FirstRecord, IsNotMadeByALongBlankLine) {
  EXPECT_EQ(first_of(std::string(100, ' ') + "\n{}", 10), FirstRecord::object);
  EXPECT_EQ(first_of(std::string(100, ' '), 10), FirstRecord::none);
}

TEST(FirstRecord, HasADefaultLimitOf16MiB) {
  const std::size_t frame = std::string_view(R"({"a":""})").size();
  const std::string text(limits::jsonl_line_bytes_max - frame, 'x');
  EXPECT_EQ(facts_of("{\"a\":\"" + text + "\"}\n").first_record, FirstRecord::object);
  EXPECT_EQ(facts_of("{\"a\":\"" + text + "x\"}\n").first_record, FirstRecord::other);
}

TEST(FirstRecordSink, CountsAndChecksEveryByte) {
  std::string text = "{}\n";
  for (int line = 0; line < 5000; ++line) text += "{\"text\":\"\xE4\xBD\xA0\xE5\xA5\xBD\"}\n";
  expect_facts(text, FirstRecord::object);
  text += '\xFF';
  text.append(100, 'a');
  expect_facts(text, FirstRecord::object, false);
}

TEST(FirstRecordSinkDeathTest, HasNoFactsBeforeTheEnd) {
  FirstRecordSink sink;
  EXPECT_TRUE(sink.write(as_bytes("{}\n")));
  EXPECT_DEATH((void)sink.facts(), "");
}

}  // namespace
}  // namespace argot::jsonl
