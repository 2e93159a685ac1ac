#include "jsonl/patterns.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "json/string_scan.h"

namespace argot::jsonl {
namespace {

// A record with its gaps marked: <text> for a string, [text] for one that is filled, #text# for an
// id, ~text~ for a number.
struct Marked {
  explicit Marked(std::string_view text) {
    bool is_in_gap = false;
    for (const char byte : text) {
      const std::size_t mark = std::string_view("<[#~").find(byte);
      if (is_in_gap && std::string_view(">]#~").contains(byte)) {
        gaps.back().end = record.size();
        is_in_gap = false;
      } else if (!is_in_gap && mark != std::string_view::npos) {
        gaps.push_back({.begin = record.size(), .kind = static_cast<Gap::Kind>(mark)});
        is_in_gap = true;
      } else {
        record += byte;
      }
    }
  }

  std::string record;
  std::vector<Gap> gaps;
};

// The model of what is found and its id, "model/id"; "-" where nothing is.
std::string found(Patterns& patterns, std::string_view record) {
  std::string padded = std::string(record) + "\n";
  padded.append(json::string_padding_bytes, '"');
  const auto* const match = patterns.find(std::string_view(padded).substr(0, record.size()));
  if (match == nullptr) return "-";
  EXPECT_EQ(match->record, record);
  return match->facts->model + "/" + std::string(match->id);
}

void learn(Patterns& patterns, std::string_view marked, std::string model) {
  const Marked record(marked);
  EXPECT_EQ(found(patterns, record.record), "-");
  patterns.learn(record.record, record.gaps,
                 {.messages = {}, .url = {}, .model = std::move(model)});
}

TEST(Patterns, FindsWhatDiffersInGapsOnly) {
  Patterns patterns;
  EXPECT_EQ(found(patterns, R"({"a":"x"})"), "-");
  learn(patterns, R"({"a":"<x>","b":"[y]","c":"#z#","d":~1~,"e":"f"})", "m");
  EXPECT_EQ(found(patterns, R"({"a":"x","b":"y","c":"z","d":1,"e":"f"})"), "m/z");
  EXPECT_EQ(found(patterns, R"({"a":"","b":"\"","c":"","d":-1.5e9,"e":"f"})"), "m/");
  EXPECT_EQ(found(patterns, "{\"a\":\"\xC3\xA9\",\"b\":\"y\",\"c\":\"i\\\\\",\"d\":0,\"e\":\"f\"}"),
            R"(m/i\\)");
}

TEST(Patterns, DoesNotTakeOtherThingsForOnesLikeThem) {
  Patterns patterns;
  learn(patterns, R"({"a":"<x>","b":"[y]","d":~1~,"e":"f"})", "m");
  for (const std::string_view other :
       {R"({"a":"x","b":"y","d":1,"e":"g"})",    // what is no gap
        R"({"a":"x","b":"y","d":1,"e":"f"} )",   // more behind it
        R"({"a":"x","b":"y","d":1,"e":"f")",     // less
        R"( {"a":"x","b":"y","d":1,"e":"f"})",   // more before it
        R"({"a":"x" ,"b":"y","d":1,"e":"f"})",   // white space
        R"({"a":"x","b":"","d":1,"e":"f"})",     // a gap that must be filled
        R"({"a":"x","b":"y","d":01,"e":"f"})",   // no number
        R"({"a":"x","b":"y","d":,"e":"f"})",     //
        R"({"a":"x","b":"y","d":"1","e":"f"})",  // another kind
        R"({"a":1,"b":"y","d":1,"e":"f"})",      //
        R"({"a":"\q","b":"y","d":1,"e":"f"})",   // no string
        R"({"a":"x\","b":"y","d":1,"e":"f"})",   //
        R"({"a":"x)", R"({)", "", "{\"a\":\"\xC3\",\"b\":\"y\",\"d\":1,\"e\":\"f\"}",
        "{\"a\":\"x\ty\",\"b\":\"y\",\"d\":1,\"e\":\"f\"}"}) {
    EXPECT_EQ(found(patterns, other), "-") << other;
  }
  EXPECT_NE(found(patterns, R"({"a":"x","b":"y","d":1,"e":"f"})"), "-");
}

TEST(Patterns, TellsThoseApartThatBeginAlike) {
  Patterns patterns;
  learn(patterns, R"(({"a":"<x>"}))", "one");
  learn(patterns, R"(({"a":"<x>"},{"a":"<y>"}))", "two");
  learn(patterns, R"(({"a":"<x>"},{"b":"<y>"}))", "other");
  learn(patterns, R"(({"a":"<x>"},{"a":"<y>"},{"a":"<y>"}))", "three");
  EXPECT_EQ(found(patterns, R"(({"a":"1"}))"), "one/");
  EXPECT_EQ(found(patterns, R"(({"a":"1"},{"a":"2"}))"), "two/");
  EXPECT_EQ(found(patterns, R"(({"a":"1"},{"b":"2"}))"), "other/");
  EXPECT_EQ(found(patterns, R"(({"a":"1"},{"a":"2"},{"a":"3"}))"), "three/");
  EXPECT_EQ(found(patterns, R"(({"a":"1"},{"a":"2"},{"b":"3"}))"), "-");
}

// What is found where the lines begin, and how much of them it is.
std::string found_in_lines(Patterns& patterns, std::string_view lines) {
  std::string padded(lines);
  padded.append(json::string_padding_bytes, '"');
  const auto* const match = patterns.find(std::string_view(padded).substr(0, lines.size()));
  return match != nullptr ? match->facts->model + "/" + std::to_string(match->record.size()) : "-";
}

TEST(Patterns, FindsWhereTheRecordEnds) {
  Patterns patterns;
  learn(patterns, R"({"a":"<x>"})", "m");
  EXPECT_EQ(found_in_lines(patterns, "{\"a\":\"x\"}\n"), "m/9");
  EXPECT_EQ(found_in_lines(patterns, "{\"a\":\"xyz\"}\r\n{\"a\":\"x\"}\n"), "m/11");
  EXPECT_EQ(found_in_lines(patterns, "{\"a\":\"x\"} \n"), "-");
  EXPECT_EQ(found_in_lines(patterns, "{\"a\":\"x\"}\r\r\n"), "-");
  EXPECT_EQ(found_in_lines(patterns, "{\"a\":\"x\"}\r{\"a\":\"x\"}\n"), "-");
  EXPECT_EQ(found_in_lines(patterns, "{\"a\":\"x\n\"}\n"), "-");
  EXPECT_EQ(found_in_lines(patterns, "{\"a\":\"x\"\n}\n"), "-");
}

// A return that is a part of the record is one before that of the ending.
TEST(Patterns, KnowsTheReturnOfARecordFromThatOfItsLine) {
  Patterns patterns;
  learn(patterns, "{\"a\":\"<x>\"}\r", "m");
  EXPECT_EQ(found_in_lines(patterns, "{\"a\":\"x\"}\r\r\n"), "m/10");
  EXPECT_EQ(found_in_lines(patterns, "{\"a\":\"x\"}\r\n"), "-");
}

TEST(Patterns, EveryByteBetweenGapsIsCompared) {
  for (std::size_t bytes = 1; bytes <= 40; ++bytes) {
    Patterns patterns;
    const std::string key = R"({")" + std::string(bytes, 'k');
    learn(patterns, key + R"(":"<x>"})", "m");
    learn(patterns, R"({"":"<x>",")" + key.substr(2) + R"(":1})", "n");
    const std::string record = key + R"(":"y"})";
    ASSERT_EQ(found(patterns, record), "m/");
    for (std::size_t place = 0; place < record.size(); ++place) {
      if (record[place] == 'y') continue;
      std::string other = record;
      other[place] ^= 0x10;
      ASSERT_EQ(found(patterns, other), "-") << other;
    }
  }
}

TEST(Patterns, WhereNothingStandsBetweenGapsNothingIsLearnt) {
  Patterns patterns;
  learn(patterns, R"([~1~~2~])", "m");
  learn(patterns, R"([~1~~2~])", "m");
}

TEST(Patterns, KnowsThoseWithoutGaps) {
  Patterns patterns;
  learn(patterns, "{}", "empty");
  learn(patterns, R"({"a":true})", "full");
  EXPECT_EQ(found(patterns, "{}"), "empty/");
  EXPECT_EQ(found(patterns, R"({"a":true})"), "full/");
  EXPECT_EQ(found(patterns, R"({"a":true}})"), "-");
}

TEST(Patterns, WhatIsLearntTwiceStaysWhatItWas) {
  Patterns patterns;
  const Marked record(R"({"a":"<x>"})");
  patterns.learn(record.record, record.gaps, {.messages = {}, .url = {}, .model = "first"});
  patterns.learn(record.record, record.gaps, {.messages = {}, .url = {}, .model = "second"});
  EXPECT_EQ(found(patterns, record.record), "first/");
}

TEST(Patterns, ForgetsAllWhereThereIsNoRoom) {
  Patterns patterns;
  learn(patterns, R"({"a":"<x>"})", "first");
  std::string last;
  for (int count = 0; found(patterns, R"({"a":"x"})") != "-"; ++count) {
    ASSERT_LT(count, 300);
    last = R"({"b":")" + std::string(static_cast<std::size_t>(count), 'x') + R"("})";
    learn(patterns, last, "later");
  }
  EXPECT_EQ(found(patterns, last), "later/");
}

TEST(Patterns, WhatIsTooLargeIsNotLearnt) {
  Patterns patterns;
  learn(patterns, R"({"a":")" + std::string(40'000, 'x') + R"("})", "long");
  learn(patterns, R"({"a":")" + std::string(40'000, 'x') + R"("})", "long");
  std::string many = "[0";
  for (std::size_t count = 0; count <= Patterns::gaps_max; ++count) many += ",~1~";
  learn(patterns, many + "]", "many");
  learn(patterns, many + "]", "many");
}

TEST(Patterns, SeldomLearnsWhereEveryRecordIsDifferent) {
  Patterns patterns;
  int known = 0;
  for (int count = 0; count < 1000; ++count) {
    const std::string record = R"({"a")" + std::string(static_cast<std::size_t>(count), ' ') + "}";
    const Marked marked(record);
    EXPECT_EQ(found(patterns, record), "-");
    patterns.learn(record, marked.gaps, {});
    // A hit would start the counting anew: a copy is asked.
    Patterns copy = patterns;
    if (found(copy, record) != "-") ++known;
  }
  EXPECT_GT(known, 40);
  EXPECT_LT(known, 80);
}

}  // namespace
}  // namespace argot::jsonl
