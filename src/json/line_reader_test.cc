#include "json/line_reader.h"

#include <gtest/gtest.h>

#include <array>
#include <random>
#include <string>
#include <vector>

#include "json/fault.h"
#include "json/grammar_cases.h"
#include "json/object_checker.h"
#include "json/simdjson_twin.h"
#include "json/string_scan.h"
#include "json/tokens.h"

namespace argot::json {
namespace {

// A line in memory of exactly its size and the padding, so that a sanitizer sees any read beyond.
class PaddedLine {
 public:
  explicit PaddedLine(std::string_view line, std::string_view behind = "\n")
      : bytes_(line.size() + LineReader::padding_bytes), size_(line.size()) {
    line.copy(bytes_.data(), size_);
    behind.copy(bytes_.data() + size_, LineReader::padding_bytes);
  }

  std::string_view text() const { return {bytes_.data(), size_}; }

 private:
  std::vector<char> bytes_;
  std::size_t size_;
};

// Walks a value as header says that one must, with a look ahead in every object.
void walk(LineReader& reader, const Item& item, std::string_view leading) {
  const auto kind = item.kind();
  if (!kind || !item.is_well_formed()) return reader.break_off();
  if (*kind == Kind::object) {
    reader.each_member_led(
        item, leading, [](const Item*) {},
        [&](const ItemKey& key, const Item& value) {
          if (key.has_escapes && !has_good_escapes(key.written)) return reader.break_off();
          walk(reader, value, leading);
        });
  } else if (*kind == Kind::array) {
    reader.each_item(item, [&](const Item& value) { walk(reader, value, leading); });
  }
}

bool is_whole(LineReader& reader, std::string_view line, std::string_view leading) {
  reader.open(line);
  if (const auto root = reader.root()) walk(reader, *root, leading);
  if (!reader.is_broken()) reader.close();
  return !reader.is_broken();
}

bool begins_object(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  return first != std::string_view::npos && text[first] == '{';
}

// Whatever stands behind the line, and whether or not somebody looks ahead.
void expect_same_as_the_others(LineReader& reader, std::string_view line) {
  const bool is_object = is_json_object(line);
  ASSERT_EQ(find_fault(line, Root::object).has_value(), !is_object) << line;
  if (!begins_object(line)) return;
  for (const std::string_view behind :
       {"\n", "\n}]},\"a\":1}]}", "\r\n{\"a\":1}", " ,1}]}:,,", "\t\"\\\",}\xFF\n"}) {
    const PaddedLine padded(line, behind);
    for (const std::string_view leading : {"", "a", "absent"}) {
      ASSERT_EQ(is_whole(reader, padded.text(), leading), is_object)
          << line << " before " << behind << " led by " << leading;
    }
  }
}

TEST(LineReader, AgreesWithEveryOtherReaderOnEveryText) {
  static_assert(good_values.size() + bad_values.size() >= 120);
  LineReader reader;
  for (const GrammarCase& each : good_values) {
    SCOPED_TRACE(each.name);
    const std::string value(each.value);
    for (const std::string& line :
         {R"({"a":)" + value + "}", R"({"a":[)" + value + R"(,0],"b":)" + value + "}",
          R"( {"b":{"c":)" + value + R"(},"a":null} )"}) {
      EXPECT_TRUE(is_json_object(line));
      EXPECT_TRUE(ask_simdjson(line, nullptr).is_object);
      expect_same_as_the_others(reader, line);
    }
  }
  for (const GrammarCase& each : bad_values) {
    SCOPED_TRACE(each.name);
    const std::string value(each.value);
    for (const std::string& line :
         {R"({"a":)" + value + "}", R"({"a":[0,)" + value + "]}", R"({"b":{"c":)" + value + "}}",
          R"({"a":0,"b":)" + value + "}", R"({"b":)" + value + R"(,"a":0})", "{}" + value,
          "{" + value + "}"}) {
      const bool is_object = ask_simdjson(line, nullptr).is_object;
      EXPECT_EQ(is_json_object(line), is_object) << line;
      expect_same_as_the_others(reader, line);
    }
  }
}

// Numbers beyond what a double holds are JSON, though simdjson's own tree refuses them.
TEST(LineReader, TakesNumbersOfAnySize) {
  LineReader reader;
  expect_same_as_the_others(reader, R"({"a":123456789012345678901234567890})");
  expect_same_as_the_others(reader, R"({"a":1e999,"b":-1e-999})");
  EXPECT_TRUE(is_json_object(R"({"a":1e999})"));
}

std::string mutated(std::string text, std::mt19937& random) {
  constexpr std::string_view bytes = "{}[]:,\"\\ \t\r01-+.eEtfnul/ax\x01\x7F\xC3\xA9\xE4\xFF";
  for (std::size_t change = 1 + random() % 3; change > 0; --change) {
    const std::size_t at = random() % (text.size() + 1);
    switch (random() % 4) {
      case 0:
        text.insert(at, 1, bytes[random() % bytes.size()]);
        break;
      case 1:
        text.erase(at, 1 + random() % 4);
        break;
      case 2:
        if (at < text.size()) text[at] = bytes[random() % bytes.size()];
        break;
      default: {
        const std::size_t from = random() % (text.size() + 1);
        text.insert(at, text.substr(from, random() % 12));
        break;
      }
    }
    if (text.empty()) text = "{";
  }
  return text;
}

// A walk tells only that a line is broken, and find_fault() says where: they must never disagree.
TEST(LineReader, AgreesWithFindFaultOnRandomMutations) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  constexpr auto lines = std::to_array<std::string_view>(
      {R"({"a":"b"})", R"({"b":[{"a":1,"c":[]},{"c":"\"","a":"\\"}],"a":{"b":true}})",
       R"({"messages":[{"content":"x \" y","role":"user"}],"n":-1.5e+3,"z":null})",
       R"( { "a" : [ "\u00e9" , "\ud83d\ude00" , false ] , "a" : { } } )"});
  LineReader reader;
  for (int round = 0; round < 20'000; ++round) {
    const std::string line = mutated(std::string(lines.at(random() % lines.size())), random);
    if (!begins_object(line)) continue;
    const PaddedLine padded(line, round % 2 == 0 ? "\n}]}," : "\r\n{\"a\":1}");
    const bool is_object = !find_fault(line, Root::object);
    for (const std::string_view leading : {"", "a", "role"}) {
      ASSERT_EQ(is_whole(reader, padded.text(), leading), is_object) << line;
    }
  }
}

std::vector<std::string> tokens_of(std::string_view line) {
  const PaddedLine padded(line);
  LineReader reader;
  reader.open(padded.text());
  std::vector<std::string> tokens;
  const auto root = reader.root();
  if (!root) return tokens;
  reader.each_member(*root, [&](const ItemKey& key, const Item& value) {
    tokens.emplace_back(key.written);
    tokens.emplace_back(value.token());
  });
  if (reader.is_broken()) tokens.emplace_back("broken");
  return tokens;
}

using Tokens = std::vector<std::string>;

TEST(LineReader, ATokenEndsWhereItsValueEnds) {
  EXPECT_EQ(tokens_of(R"({"a":1,"b":-2.5e3 , "c" : true})"),
            (Tokens{"a", "1", "b", "-2.5e3", "c", "true"}));
  EXPECT_EQ(tokens_of("{\"a\":\"x\" \t\r ,\"b\":\"\"}"), (Tokens{"a", "\"x\"", "b", "\"\""}));
  EXPECT_EQ(tokens_of(R"({"a": [ 1 ] ,"b":{ "c":2}})"), (Tokens{"a", "[", "b", "{"}));
  EXPECT_EQ(tokens_of("{}"), Tokens());
}

TEST(LineReader, EscapedQuotesAndBackslashesEndNoString) {
  EXPECT_EQ(tokens_of(R"({"a":"\"" ,"b":"\\" ,"c":"\\\"" ,"d":"\\\\"})"),
            (Tokens{"a", R"("\"")", "b", R"("\\")", "c", R"("\\\"")", "d", R"("\\\\")"}));
  EXPECT_EQ(tokens_of(R"({"a":"x, \"y\": {" , "\"":1,"\\":2})"),
            (Tokens{"a", R"("x, \"y\": {")", R"(\")", "1", R"(\\)", "2"}));
  EXPECT_EQ(tokens_of(R"({"a":" x "  })"), (Tokens{"a", R"(" x ")"}));
}

TEST(LineReader, EscapedStringsAreFoundAtEveryDistance) {
  for (std::size_t before = 0; before <= 130; ++before) {
    const std::string filler(before, 'x');
    EXPECT_EQ(tokens_of(R"({"a":")" + filler + R"(\"" ,"b\\":1})"),
              (Tokens{"a", "\"" + filler + R"(\"")", R"(b\\)", "1"}));
  }
}

TEST(LineReader, AStringIsShownBetweenItsQuotes) {
  const PaddedLine padded(R"({"a": "x\"y\\" , "b":""})");
  LineReader reader;
  reader.open(padded.text());
  std::vector<std::string> texts;
  reader.each_member(*reader.root(), [&](const ItemKey& key, const Item& value) {
    EXPECT_FALSE(key.has_escapes);
    EXPECT_TRUE(value.is_well_formed());
    texts.emplace_back(value.between_quotes());
  });
  EXPECT_EQ(texts, (Tokens{R"(x\"y\\)", ""}));
}

TEST(LineReader, TheFirstByteOfAValueTellsItsKind) {
  const auto kind_of = [](std::string_view value) {
    const PaddedLine padded(R"({"a":)" + std::string(value) + "}");
    LineReader reader;
    reader.open(padded.text());
    std::optional<Kind> kind;
    reader.each_member(*reader.root(),
                       [&](const ItemKey&, const Item& item) { kind = item.kind(); });
    return kind;
  };
  EXPECT_EQ(kind_of("{}"), Kind::object);
  EXPECT_EQ(kind_of("[]"), Kind::array);
  EXPECT_EQ(kind_of("\"\""), Kind::string);
  EXPECT_EQ(kind_of("trap"), Kind::boolean);
  EXPECT_EQ(kind_of("false"), Kind::boolean);
  EXPECT_EQ(kind_of("nothing"), Kind::null);
  EXPECT_EQ(kind_of("-"), Kind::number);
  for (char digit = '0'; digit <= '9'; ++digit) {
    EXPECT_EQ(kind_of(std::string(1, digit)), Kind::number);
  }
  EXPECT_EQ(kind_of("x"), std::nullopt);
  EXPECT_EQ(kind_of("+1"), std::nullopt);
  EXPECT_EQ(kind_of("}"), std::nullopt);
  EXPECT_EQ(kind_of(":"), std::nullopt);
}

// What lead() saw, and then the keys in order.
std::vector<std::string> led(std::string_view line, std::string_view leading) {
  const PaddedLine padded(line);
  LineReader reader;
  reader.open(padded.text());
  std::vector<std::string> seen;
  const auto root = reader.root();
  if (root) {
    reader.each_member_led(
        *root, leading,
        [&](const Item* item) {
          seen.push_back(item == nullptr ? "none" : std::string(item->token()));
        },
        [&](const ItemKey& key, const Item& value) {
          seen.emplace_back(key.written);
          walk(reader, value, "");
        });
  }
  if (!reader.is_broken()) reader.close();
  if (reader.is_broken()) seen.emplace_back("broken");
  return seen;
}

TEST(LineReader, TheLeadingMemberIsShownBeforeAllOthers) {
  EXPECT_EQ(led(R"({"r":1,"a":2})", "r"), (Tokens{"1", "r", "a"}));
  EXPECT_EQ(led(R"({"a":2,"r":1})", "r"), (Tokens{"1", "a", "r"}));
  EXPECT_EQ(led(R"({"a":{"r":3},"b":[{"r":4}],"r":"x" })", "r"), (Tokens{"\"x\"", "a", "b", "r"}));
  EXPECT_EQ(led(R"({"r":{"r":1}})", "r"), (Tokens{"{", "r"}));
}

TEST(LineReader, WithoutALeadingMemberNoneIsShownOnce) {
  EXPECT_EQ(led("{}", "r"), (Tokens{"none"}));
  EXPECT_EQ(led(R"({"a":1})", "r"), (Tokens{"none", "a"}));
  EXPECT_EQ(led(R"({"a":{"r":1},"b":["r"],"rr":2,"":3})", "r"),
            (Tokens{"none", "a", "b", "rr", ""}));
  // An empty name is never looked for.
  EXPECT_EQ(led(R"({"":1,"a":2})", ""), (Tokens{"", "a"}));
}

TEST(LineReader, OfRepeatedLeadingMembersTheFirstIsShown) {
  EXPECT_EQ(led(R"({"r":1,"r":2})", "r"), (Tokens{"1", "r", "r"}));
  EXPECT_EQ(led(R"({"a":0,"r":1,"r":2})", "r"), (Tokens{"1", "a", "r", "r"}));
}

TEST(LineReader, TheLeadingMemberIsFoundHoweverItsKeyIsWritten) {
  EXPECT_EQ(led(R"({"\u0072":1,"a":2})", "r"), (Tokens{"1", R"(\u0072)", "a"}));
  EXPECT_EQ(led(R"({"a":2,"\u0072":1,"r":3})", "r"), (Tokens{"1", "a", R"(\u0072)", "r"}));
  EXPECT_EQ(led(R"({"\\u0072":1})", "r"), (Tokens{"none", R"(\\u0072)"}));
  EXPECT_EQ(led(R"({"a":2,"\u007":1,"r":3})", "r"), Tokens{"broken"});
}

TEST(LineReader, ALookAheadOverABrokenLineEndsTheWalk) {
  for (const std::string_view line :
       {R"({"a":1,"r"})", R"({"a":1 "r":2})", R"({"a":[1,"r":2})", R"({"a":1,r:2})",
        R"({"a":{"b":1,"r":2})", R"({"a":1,})", R"({"a":1,"r":})", R"({"a":})", R"({"r":})",
        R"({"a":]})", R"({"a":[}})", R"({"a":1}})", R"({"a":1,"r":2]})", R"({"a":1,"r":2}})"}) {
    const auto seen = led(line, "r");
    EXPECT_EQ(seen.back(), "broken") << line;
  }
}

TEST(LineReaderDeathTest, NeedsWhiteSpaceBehindTheLine) {
  const PaddedLine padded(R"({"a":[1})", ",2]}");
  LineReader reader;
  EXPECT_DEATH(reader.open(padded.text()), "is_white_space");
}

TEST(LineReader, CanBeRewound) {
  const PaddedLine padded(R"({"a":[1,{"b":2}]})");
  LineReader reader;
  reader.open(padded.text());
  for (int round = 0; round < 3; ++round) {
    std::size_t members = 0;
    reader.each_member(*reader.root(), [&](const ItemKey& key, const Item& value) {
      EXPECT_EQ(key.written, "a");
      walk(reader, value, "");
      ++members;
    });
    EXPECT_EQ(members, 1U);
    if (round < 2) reader.rewind();
  }
  reader.close();
  EXPECT_FALSE(reader.is_broken());
}

TEST(LineReader, KnowsWhereAPartStands) {
  const PaddedLine padded(R"( {"ab":[10, "x"]})");
  LineReader reader;
  reader.open(padded.text());
  std::vector<std::size_t> offsets;
  const auto root = reader.root();
  offsets.push_back(reader.offset_of(root->token()));
  reader.each_member(*root, [&](const ItemKey& key, const Item& value) {
    offsets.push_back(reader.offset_of(key.written));
    offsets.push_back(reader.offset_of(value.token()));
    reader.each_item(value,
                     [&](const Item& item) { offsets.push_back(reader.offset_of(item.token())); });
  });
  EXPECT_EQ(offsets, (std::vector<std::size_t>{1, 3, 7, 8, 12}));
}

TEST(LineReader, SeesNothingMoreOnceItWasBrokenOff) {
  const PaddedLine padded(R"({"a":[1,2,3],"b":4})");
  LineReader reader;
  reader.open(padded.text());
  std::size_t items = 0;
  std::size_t members = 0;
  reader.each_member(*reader.root(), [&](const ItemKey&, const Item& value) {
    ++members;
    reader.each_item(value, [&](const Item&) {
      ++items;
      reader.break_off();
    });
  });
  EXPECT_EQ(members, 1U);
  EXPECT_EQ(items, 1U);
  EXPECT_TRUE(reader.is_broken());
  EXPECT_FALSE(reader.root());
}

TEST(LineReader, IsAsGoodAsNewAfterABrokenLine) {
  LineReader reader;
  for (int round = 0; round < 3; ++round) {
    EXPECT_FALSE(is_whole(reader, PaddedLine(R"({"a":[1,{"b":)").text(), ""));
    EXPECT_FALSE(is_whole(reader, PaddedLine(R"({"a":[1,{"b":}]})").text(), "b"));
    EXPECT_FALSE(is_whole(reader, PaddedLine("{\"\xFF\":1}").text(), ""));
    const PaddedLine good(R"({"a":[1,{"b":2}]})");
    EXPECT_TRUE(is_whole(reader, good.text(), "b"));
  }
}

TEST(LineReader, GrowsWithTheLongestLine) {
  LineReader reader;
  for (const std::size_t bytes : {10U, 70'000U, 100U, 1U << 20U, (1U << 20U) + 1, 5U}) {
    const PaddedLine padded(R"({"a":")" + std::string(bytes, 'x') + "\"}");
    EXPECT_TRUE(is_whole(reader, padded.text(), ""));
    EXPECT_FALSE(
        is_whole(reader, PaddedLine(R"({"a":")" + std::string(bytes, 'x') + "}").text(), ""));
  }
}

}  // namespace
}  // namespace argot::json
