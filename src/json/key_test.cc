#include "json/key.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace argot::json {
namespace {

// Keys of every length around the bytes that are kept as a number, each with one byte changed.
std::vector<std::string> similar_keys() {
  std::vector<std::string> keys = {"", std::string(1, '\0'), std::string(8, '\0')};
  for (std::size_t size = 1; size <= 20; ++size) {
    const std::string key = std::string("abcdefghijklmnopqrst").substr(0, size);
    keys.push_back(key);
    for (std::size_t place = 0; place < size; ++place) {
      keys.push_back(key);
      keys.back()[place] = '\xE9';
    }
  }
  return keys;
}

TEST(Key, IsEqualWhereItsTextIs) {
  const std::vector<std::string> keys = similar_keys();
  for (const std::string& a : keys) {
    for (const std::string& b : keys) EXPECT_EQ(Key(a) == Key(b), a == b) << a << " " << b;
  }
}

TEST(Key, WhatLiesBehindItDoesNotMatter) {
  for (const std::string& text : similar_keys()) {
    for (const char behind : {'\0', 'a', '\xFF'}) {
      const std::string padded = text + std::string(Key::padding_bytes, behind);
      const Key key = Key::padded(std::string_view(padded).substr(0, text.size()));
      EXPECT_TRUE(key == Key(text)) << text;
      EXPECT_EQ(key.text(), text);
    }
  }
}

TEST(Key, IsKnownWhenItIsCompiled) {
  static_assert(Key("content") == Key(std::string_view("content")));
  static_assert(Key("preferred_output") != Key("preferred_outpux"));
  static_assert(Key() == Key(""));
}

}  // namespace
}  // namespace argot::json
