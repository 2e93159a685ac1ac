#include "tests/wire/pattern.h"

#include <gtest/gtest.h>

#include <string>

namespace argot::wire {
namespace {

TEST(Pattern, VariablesAreFilledInAndOtherBracesStay) {
  const Variables variables = {{"id", "file-x"}, {"k", "v"}};
  EXPECT_EQ(filled_in("/files/{id}/content?{k}", variables), "/files/file-x/content?v");
  EXPECT_EQ(filled_in("{\"a\": {\"b\": \"{id}\"}}", variables), "{\"a\": {\"b\": \"file-x\"}}");
  EXPECT_EQ(filled_in("{unknown} {", variables), "{unknown} {");
}

TEST(Pattern, TextsAreEqualOrOfAKind) {
  Variables variables;
  EXPECT_EQ(text_mismatch("a", "a", variables), std::nullopt);
  EXPECT_EQ(text_mismatch("a", "b", variables), "'b', not 'a'");
  EXPECT_EQ(text_mismatch("<integer>", "12", variables), std::nullopt);
  EXPECT_EQ(text_mismatch("<integer>", "x", variables), "'x' is no <integer>");
  EXPECT_EQ(text_mismatch("<number>", "12", variables), "there is no placeholder <number>");
  EXPECT_EQ(text_mismatch("<any as tag>", "abc", variables), std::nullopt);
  EXPECT_EQ(variables["tag"], "abc");
}

TEST(Pattern, ObjectsHaveTheSameKeys) {
  Variables variables;
  EXPECT_EQ(json_mismatch(R"({"a": 1, "b": [2]})", R"({"b": [2], "a": 1})", variables),
            std::nullopt);
  EXPECT_EQ(json_mismatch(R"({"a": 1})", R"({"a": 1, "b": null})", variables),
            "/b was not expected: null");
  EXPECT_EQ(json_mismatch(R"({"a": 1, "b": null})", R"({"a": 1})", variables), "/b is missing");
}

TEST(Pattern, ValuesAreOfTheSameKindAndEqual) {
  Variables variables;
  EXPECT_EQ(json_mismatch("{\"a\": 1}", "{\"a\": 2}", variables), "/a is 2, not 1");
  EXPECT_EQ(json_mismatch("{\"a\": 1}", "{\"a\": \"1\"}", variables),
            "/a is a string, not a number");
  EXPECT_EQ(json_mismatch("{\"a\": [1]}", "{\"a\": [1, 2]}", variables), "/a has 2 items, not 1");
  EXPECT_EQ(json_mismatch("{\"a\": [{\"b\": 1}]}", "{\"a\": [{\"b\": 3}]}", variables),
            "/a/0/b is 3, not 1");
}

TEST(Pattern, PlaceholdersStandForValuesOfAKind) {
  Variables variables;
  const std::string file = R"({"id": "file-1B8Trg8kbqyVPZcE9UY8aq", "bytes": 5})";
  EXPECT_EQ(json_mismatch(R"({"id": <id as id>, "bytes": <integer>})", file, variables),
            std::nullopt);
  EXPECT_EQ(variables["id"], "file-1B8Trg8kbqyVPZcE9UY8aq");
  EXPECT_EQ(json_mismatch(R"({"id": "{id}", "bytes": <any>})", file, variables), std::nullopt);
  EXPECT_EQ(json_mismatch(R"({"id": <any>, "bytes": <string>})", file, variables),
            "/bytes is no string");
  EXPECT_EQ(json_mismatch(R"({"id": <integer>, "bytes": <any>})", file, variables),
            "/id: 'file-1B8Trg8kbqyVPZcE9UY8aq' is no <integer>");
}

TEST(Pattern, WhatIsNoJsonIsSaid) {
  Variables variables;
  EXPECT_TRUE(json_mismatch("{", "{}", variables)->starts_with("the pattern is no JSON"));
  EXPECT_TRUE(json_mismatch("{}", "<html>", variables)->starts_with("the body is no JSON"));
}

}  // namespace
}  // namespace argot::wire
