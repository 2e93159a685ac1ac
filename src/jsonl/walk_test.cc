#include "jsonl/walk.h"

#include <gtest/gtest.h>
#include <pthread.h>

#include <algorithm>
#include <array>
#include <random>
#include <string>
#include <vector>

#include "base/text.h"
#include "json/fault.h"
#include "json/grammar_cases.h"
#include "json/reader.h"
#include "jsonl/inspection_fixture.h"

namespace argot::jsonl {
namespace {

std::string padded(std::string_view line) {
  return std::string(line) + std::string(json::LineReader::padding_bytes, '\n');
}

// What is found by walking over everything; "broken" last, if the line is.
Texts walked(std::string_view line, WalkMemory& memory, const Place& place = {}) {
  const std::string bytes = padded(line);
  ProblemLog log;
  Walk walk(memory, log, place, std::string_view(bytes).substr(0, line.size()));
  if (const auto root = walk.root()) walk.any(*root);
  walk.finish();
  Texts texts = texts_of(log.kept());
  if (walk.has_too_many_keys()) texts.emplace_back("too many keys");
  if (walk.is_broken()) texts.emplace_back("broken");
  return texts;
}

Texts walked(std::string_view line) {
  WalkMemory memory;
  return walked(line, memory);
}

const Texts broken = {"broken"};

std::string duplicate(std::string_view at, std::string_view pointer, std::string_view name) {
  return "error duplicate_key " + std::string(at) + " [" + std::string(pointer) +
         "] Expected each key once, but " + std::string(name) + " comes again.";
}

TEST(Walk, FindsNothingInGoodValuesAndBreaksOnBadOnes) {
  for (const json::GrammarCase& each : json::good_values) {
    EXPECT_EQ(walked(R"({"a":)" + std::string(each.value) + "}"), Texts()) << each.name;
  }
  for (const json::GrammarCase& each : json::bad_values) {
    EXPECT_EQ(walked(R"({"a":)" + std::string(each.value) + "}"), broken) << each.name;
  }
}

TEST(Walk, AKeyThatComesAgainIsReportedAtEachFurtherPlace) {
  EXPECT_EQ(walked(R"({"a":1,"b":2,"a":3,"a":4})"),
            (Texts{duplicate("1:15 @14", "/a", "'a'"), duplicate("1:21 @20", "/a", "'a'")}));
  EXPECT_EQ(walked(R"({"":1,"":2})"), (Texts{duplicate("1:8 @7", "/", "''")}));
}

TEST(Walk, KeysAreComparedByWhatTheyMean) {
  EXPECT_EQ(walked(R"({"a":1,"\u0061":2})"), (Texts{duplicate("1:9 @8", "/a", "'a'")}));
  EXPECT_EQ(walked(R"({"\ud83d\ude00":1,"\uD83D\uDE00":2})").size(), 1U);
  EXPECT_EQ(walked("{\"\xC3\xA9\":1,\"\\u00E9\":2}").size(), 1U);
  EXPECT_EQ(walked(R"({"\/":1,"/":2})"), (Texts{duplicate("1:10 @9", "/~1", "'/'")}));
  EXPECT_EQ(walked(R"({"\\u0061":1,"a":2})"), Texts());
  EXPECT_EQ(walked(R"({"a":1,"A":2,"a ":3,"\u0000":4,"":5})"), Texts());
}

TEST(Walk, KeysOfOtherObjectsAreNoDuplicates) {
  EXPECT_EQ(walked(R"({"a":{"a":{"a":1}},"b":[{"a":1},{"a":2}]})"), Texts());
  EXPECT_EQ(walked(R"({"b":{"x":[{"a":1,"c":2,"a":3}]}})"),
            (Texts{duplicate("1:26 @25", "/b/x/0/a", "'b.x[0].a'")}));
  EXPECT_EQ(walked(R"({"a":{"b":1,"b":2},"a":{"b":1,"b":2}})"),
            (Texts{duplicate("1:14 @13", "/a/b", "'a.b'"), duplicate("1:21 @20", "/a", "'a'"),
                   duplicate("1:32 @31", "/a/b", "'a.b'")}));
}

std::string object_of(std::size_t keys, std::string_view prefix = "k") {
  std::string object = "{";
  for (std::size_t i = 0; i < keys; ++i) {
    object += (i == 0 ? "\"" : ",\"") + std::string(prefix) + std::to_string(i) + "\":0";
  }
  return object + "}";
}

std::string with_member(std::string object, std::string_view key) {
  object.pop_back();
  return object + ",\"" + std::string(key) + "\":0}";
}

TEST(Walk, RepeatedKeysAreFoundAmongFewAndMany) {
  for (std::size_t keys = 1; keys <= 40; ++keys) {
    const std::string object = object_of(keys);
    ASSERT_EQ(walked(object), Texts()) << keys;
    for (std::size_t again = 0; again < keys; ++again) {
      const std::string key = "k" + std::to_string(again);
      ASSERT_EQ(walked(with_member(object, key)).size(), 1U) << keys << " " << again;
      ASSERT_EQ(walked(with_member(with_member(object, key), key)).size(), 2U) << keys;
      ASSERT_EQ(walked(with_member(with_member(object, key), "new")).size(), 1U) << keys;
    }
  }
}

// Objects in an array have equally many keys before them: what the first one left must be gone.
TEST(Walk, KeysAreForgottenWhereTheirObjectEnds) {
  for (std::size_t keys = 14; keys <= 19; ++keys) {
    const std::string first = with_member(object_of(keys), "k0");
    const std::string second = with_member(object_of(18, "m"), "k0");
    WalkMemory memory;
    ASSERT_EQ(walked(R"({"x":[)" + first + "," + second + "]}", memory).size(), 1U) << keys;
    // Nor are they left for the next record.
    ASSERT_EQ(walked(second, memory), Texts()) << keys;
    ASSERT_EQ(walked(R"({"x":[)" + first + "," + second, memory).back(), "broken");
    ASSERT_EQ(walked(second, memory), Texts()) << keys;
  }
}

TEST(Walk, ManyKeysInsideOfManyKeys) {
  std::string inner = object_of(30);
  for (int level = 0; level < 10; ++level) {
    std::string outer = object_of(30);
    outer.insert(1, "\"in\":" + inner + ",\"in2\":" + object_of(20) + ",");
    inner = outer;
  }
  EXPECT_EQ(walked(inner), Texts());
  EXPECT_EQ(walked(with_member(inner, "k29")).size(), 1U);
}

TEST(Walk, KeysHaveABound) {
  const std::string most = object_of(limits::record_keys_max);
  EXPECT_EQ(walked(most), Texts());
  const std::size_t at = most.size() + 1;
  EXPECT_EQ(walked(with_member(most, "x")),
            (Texts{"error too_many_keys 1:" + std::to_string(at + 1) + " @" + std::to_string(at) +
                       " [/x] Expected at most 65536 keys in a record, but got more.",
                   "too many keys", "broken"}));
}

TEST(Walk, KeysAreCountedInAllObjectsThatAreOpen) {
  const std::string half = object_of(limits::record_keys_max / 2);
  std::string nested = half;
  nested.insert(1, "\"in\":" + half + ",");
  EXPECT_EQ(walked(nested), Texts());
  // One after the other they are never open together.
  EXPECT_EQ(walked(R"({"x":[)" + half + "," + half + "," + half + "]}"), Texts());
  std::string too_many = half;
  too_many.insert(too_many.size() - 1, ",\"in\":" + half);
  EXPECT_EQ(walked(too_many).at(1), "too many keys");
}

std::string nested(std::size_t levels, bool as_objects) {
  std::string line = R"({"a":)";
  for (std::size_t i = 1; i < levels; ++i) line += as_objects ? R"({"a":)" : "[";
  if (as_objects) line += "0";
  for (std::size_t i = 1; i < levels; ++i) line += as_objects ? "}" : "]";
  return line + "}";
}

TEST(Walk, LevelsHaveABound) {
  for (const bool as_objects : {false, true}) {
    EXPECT_EQ(walked(nested(limits::jsonl_depth_max, as_objects)), Texts());
    EXPECT_EQ(walked(nested(limits::jsonl_depth_max + 1, as_objects)), broken);
    EXPECT_EQ(walked(nested(100'000, as_objects)), broken);
  }
}

// A thread of a pool with an eighth of the usual stack has enough for the deepest record.
TEST(Walk, TheDeepestRecordNeedsLittleStack) {
  pthread_attr_t attributes;
  ASSERT_EQ(pthread_attr_init(&attributes), 0);
  ASSERT_EQ(pthread_attr_setstacksize(&attributes, 1_MiB), 0);
  const auto run = [](void*) -> void* {
    EXPECT_EQ(walked(nested(limits::jsonl_depth_max, true)), Texts());
    EXPECT_EQ(walked(nested(limits::jsonl_depth_max, false)), Texts());
    EXPECT_EQ(walked(nested(10'000, true)), broken);
    return nullptr;
  };
  pthread_t thread{};
  ASSERT_EQ(pthread_create(&thread, &attributes, run, nullptr), 0);
  EXPECT_EQ(pthread_join(thread, nullptr), 0);
  EXPECT_EQ(pthread_attr_destroy(&attributes), 0);
}

TEST(Walk, PointersEscapeAndNamesDoNot) {
  EXPECT_EQ(walked(R"({"a/b~c":[0,{"x.y":{"d":1,"d":2}}]})"),
            (Texts{duplicate("1:28 @27", "/a~1b~0c/1/x.y/d", "'a/b~c[1].x.y.d'")}));
  EXPECT_EQ(walked(R"({"it's":{"\"":1,"\"":2}})"),
            (Texts{duplicate("1:18 @17", "/it's/\"", "'it\\'s.\"'")}));
}

TEST(Walk, PlacesAreThoseOfTheFile) {
  WalkMemory memory;
  EXPECT_EQ(walked(R"({"a":1,"a":2})", memory, {.line = 7, .offset = 100, .column = 4}),
            (Texts{duplicate("7:12 @108", "/a", "'a'")}));
}

// What the pointer and the message say of the second `last` inside of `path`.
Problem problem_below(const std::vector<std::string>& path, const std::string& last) {
  std::string line;
  for (const std::string& key : path) line += "{\"" + key + "\":";
  line += "{\"" + last + "\":1,\"" + last + "\":2}";
  line.append(path.size(), '}');
  const std::string bytes = padded(line);
  WalkMemory memory;
  ProblemLog log;
  Walk walk(memory, log, {}, std::string_view(bytes).substr(0, line.size()));
  walk.any(*walk.root());
  EXPECT_EQ(log.count(), 1U);
  return log.kept().at(0);
}

TEST(Walk, APointerThatIsTooLongEndsAtAParentThatItCanName) {
  const std::string almost(254, 'x');
  EXPECT_EQ(problem_below({}, almost).pointer, "/" + almost);
  EXPECT_EQ(problem_below({}, almost + "x").pointer, "/" + almost + "x");
  EXPECT_EQ(problem_below({}, almost + "xx").pointer, "");
  EXPECT_EQ(problem_below({"a"}, almost).pointer, "/a");
  EXPECT_EQ(problem_below({"a", almost, "b"}, "c").pointer, "/a");
  EXPECT_EQ(problem_below({"a", std::string(1'000'000, 'y'), "b"}, "c").pointer, "/a");
  EXPECT_EQ(problem_below({"a", std::string(130, '/')}, "c").pointer, "/a");
  EXPECT_EQ(
      problem_below({"a", std::string(120, '~')}, "c").pointer, "/a/" + [] {
        std::string tildes;
        for (int i = 0; i < 120; ++i) tildes += "~0";
        return tildes;
      }() + "/c");
}

TEST(Walk, ANameThatIsTooLongIsCutBetweenLetters) {
  const std::string shortest = "Expected each key once, but '' comes again.";
  EXPECT_EQ(problem_below({}, std::string(1'000, 'x')).message.size(), shortest.size() + 256);
  EXPECT_EQ(problem_below(std::vector<std::string>(200, "abc"), "x").message.size(),
            shortest.size() + 256);
  std::string letters;
  for (int i = 0; i < 300; ++i) letters += "\xE4\xBD\xA0";
  const Problem problem = problem_below({"a"}, letters);
  EXPECT_TRUE(is_utf8(problem.message));
  EXPECT_LE(problem.message.size(), shortest.size() + 256);
}

TEST(Walk, ExpectationsThatFailWalkOn) {
  const std::string bytes = padded(R"({"a":{"b":[1,{"c":1,"c":2}]},"d":tru})");
  WalkMemory memory;
  ProblemLog log;
  Walk walk(memory, log, {}, std::string_view(bytes).substr(0, bytes.size() - 64));
  walk.members(*walk.root(), [&](const json::Key&, std::string_view, const json::Item& value) {
    EXPECT_FALSE(walk.expect(value, json::Kind::number));
  });
  EXPECT_EQ(texts_of(log.kept()),
            (Texts{duplicate("1:22 @21", "/a/b/1/c", "'a.b[1].c'"),
                   "error invalid_type 1:6 @5 [/a] Invalid type for 'a': expected a number, but "
                   "got an object instead."}));
  EXPECT_TRUE(walk.is_broken());
}

TEST(Walk, SaysNothingMoreOnceTheLineIsBroken) {
  const std::string bytes = padded(R"({"a":1,"a":tru,"a":2,"a":3})");
  WalkMemory memory;
  ProblemLog log;
  Walk walk(memory, log, {}, std::string_view(bytes).substr(0, bytes.size() - 64));
  walk.any(*walk.root());
  EXPECT_TRUE(walk.is_broken());
  EXPECT_EQ(log.count(), 1U);
  walk.error("late", walk.line(), [] { return std::string("late"); });
  EXPECT_EQ(log.count(), 1U);
}

TEST(Walk, TextsLiveAsLongAsTheWalk) {
  const std::string bytes = padded(R"({"a":["\u0041","plain","\n\t"],"b":"\ud83d\ude00"})");
  WalkMemory memory;
  ProblemLog log;
  Walk walk(memory, log, {}, std::string_view(bytes).substr(0, bytes.size() - 64));
  std::vector<std::string_view> texts;
  walk.members(*walk.root(), [&](const json::Key&, std::string_view, const json::Item& value) {
    if (value.kind() == json::Kind::string) return texts.push_back(walk.text(value));
    walk.items(value, [&](std::size_t index, const json::Item& item) {
      EXPECT_EQ(index, texts.size());
      texts.push_back(walk.text(item));
    });
  });
  EXPECT_EQ(texts, (std::vector<std::string_view>{"A", "plain", "\n\t", "\xF0\x9F\x98\x80"}));
}

TEST(Walk, NamesWhereItIs) {
  const std::string bytes = padded(R"({"a":[[{"b":1}]]})");
  WalkMemory memory;
  ProblemLog log;
  Walk walk(memory, log, {}, std::string_view(bytes).substr(0, bytes.size() - 64));
  EXPECT_EQ(walk.name(), "");
  EXPECT_EQ(walk.name("m"), "m");
  walk.members(*walk.root(), [&](const json::Key&, std::string_view, const json::Item& value) {
    EXPECT_EQ(walk.name(), "a");
    EXPECT_EQ(walk.name("m"), "a.m");
    walk.items(value, [&](std::size_t, const json::Item& item) {
      EXPECT_EQ(walk.name("m"), "a[0].m");
      walk.any(item);
    });
    EXPECT_EQ(walk.name(), "a");
  });
  EXPECT_EQ(walk.name(), "");
}

// json::parse() knows nothing of walks, and refuses repeated keys as well.
TEST(Walk, AgreesWithTheReaderOfBodiesAboutRepeatedKeys) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  WalkMemory memory;
  for (int round = 0; round < 3'000; ++round) {
    const std::size_t different = 1 + random() % 200;
    std::string line = "{";
    for (std::size_t members = 1 + random() % 40; members > 0; --members) {
      const std::string number = std::to_string(random() % different);
      if (line.size() > 1) line += ",";
      line += random() % 4 == 0 ? R"("\u006b)" : "\"k";
      line += number + (random() % 5 == 0 ? R"(":{"a":1,"b":{"k1":2}})" : "\":0");
    }
    line += "}";
    ASSERT_EQ(walked(line, memory).empty(), json::parse(line).has_value()) << line;
  }
}

}  // namespace
}  // namespace argot::jsonl
