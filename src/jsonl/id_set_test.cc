#include "jsonl/id_set.h"

#include <gtest/gtest.h>

#include <random>
#include <set>
#include <string>

namespace argot::jsonl {
namespace {

TEST(IdSet, AnIdComesForTheFirstTimeOnce) {
  IdSet ids;
  EXPECT_TRUE(ids.insert("a"));
  EXPECT_FALSE(ids.insert("a"));
  EXPECT_TRUE(ids.insert("A"));
  EXPECT_TRUE(ids.insert("a "));
  EXPECT_FALSE(ids.insert("a"));
  EXPECT_FALSE(ids.insert("A"));
}

TEST(IdSet, TakesEmptyAndLongIdsAndAnyBytes) {
  IdSet ids;
  EXPECT_TRUE(ids.insert(""));
  EXPECT_FALSE(ids.insert(""));
  const std::string long_id(1'000'000, 'x');
  EXPECT_TRUE(ids.insert(long_id));
  EXPECT_TRUE(ids.insert(long_id + "y"));
  EXPECT_FALSE(ids.insert(long_id));
  EXPECT_TRUE(ids.insert(std::string_view("\0", 1)));
  EXPECT_TRUE(ids.insert(std::string_view("\0\0", 2)));
  EXPECT_FALSE(ids.insert(std::string_view("\0", 1)));
}

TEST(IdSet, ForgetsNoneWhileItGrows) {
  IdSet ids;
  for (int id = 0; id < 50'001; ++id) ASSERT_TRUE(ids.insert(std::to_string(id))) << id;
  for (int id = 0; id < 50'001; ++id) ASSERT_FALSE(ids.insert(std::to_string(id))) << id;
  EXPECT_TRUE(ids.insert("50001"));
}

TEST(IdSet, AgreesWithASetOnRandomIds) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  for (const unsigned different : {3U, 300U, 30'000U}) {
    IdSet ids;
    std::set<std::string> all;
    for (int round = 0; round < 40'000; ++round) {
      const std::string id = "request-" + std::to_string(random() % different);
      ASSERT_EQ(ids.insert(id), all.insert(id).second) << id;
    }
  }
}

}  // namespace
}  // namespace argot::jsonl
