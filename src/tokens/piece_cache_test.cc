#include "tokens/piece_cache.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace argot::tokens {
namespace {

template <std::size_t words>
typename PieceCache<words>::Key key_of(const PieceCache<words>& cache, std::string_view piece,
                                       std::size_t readable) {
  typename PieceCache<words>::Key key;
  cache.make_key(piece, readable, key);
  return key;
}

TEST(PieceCache, FindsWhatWasPutIn) {
  PieceCache<2> cache(16);
  const auto key = key_of(cache, "hello", 5);
  EXPECT_EQ(cache.find(key), 0U);
  cache.insert(key, 3);
  EXPECT_EQ(cache.find(key), 3U);
  EXPECT_EQ(cache.find(key_of(cache, "hellp", 5)), 0U);
  EXPECT_EQ(cache.find(key_of(cache, "hello\0", 5)), 3U);
}

// So few sets that all that differs is compared.
TEST(PieceCache, TellsLengthsApart) {
  PieceCache<2> cache(2);
  const std::string zeroes(15, '\0');
  for (std::size_t bytes = 1; bytes <= 15; ++bytes) {
    const auto key = key_of(cache, std::string_view(zeroes).substr(0, bytes), bytes);
    EXPECT_EQ(cache.find(key), 0U) << bytes;
    cache.insert(key, bytes);
    EXPECT_EQ(cache.find(key), bytes);
  }
  PieceCache<4> longer(2);
  const std::string more(31, '\0');
  for (std::size_t bytes = 16; bytes <= 31; ++bytes) {
    const auto key = key_of(longer, std::string_view(more).substr(0, bytes), bytes);
    EXPECT_EQ(longer.find(key), 0U) << bytes;
    longer.insert(key, 15);
    EXPECT_EQ(longer.find(key), 15U);
  }
}

TEST(PieceCache, AKeyIsTheSameWhateverMayBeReadBehindIt) {
  const PieceCache<2> short_pieces(64);
  const PieceCache<4> long_pieces(64);
  const std::string text = "abcdefghijklmnopqrstuvwxyz0123456789";
  for (std::size_t bytes = 1; bytes <= 15; ++bytes) {
    const std::string_view piece = std::string_view(text).substr(0, bytes);
    const auto near_end = key_of(short_pieces, piece, bytes);
    const auto within = key_of(short_pieces, piece, text.size());
    EXPECT_EQ(near_end.text, within.text);
    EXPECT_EQ(near_end.set, within.set);
  }
  for (std::size_t bytes = 16; bytes <= 31; ++bytes) {
    const std::string_view piece = std::string_view(text).substr(0, bytes);
    EXPECT_EQ(key_of(long_pieces, piece, bytes).text, key_of(long_pieces, piece, 36).text);
  }
}

TEST(PieceCache, TheOldestMakesPlace) {
  PieceCache<2> cache(2);
  std::vector<PieceCache<2>::Key> of_one_set;
  for (const char digit : std::string("0123456789")) {
    const auto key = key_of(cache, std::string_view(&digit, 1), 1);
    if (key.set == key_of(cache, "0", 1).set) of_one_set.push_back(key);
  }
  ASSERT_GE(of_one_set.size(), 5U);
  for (std::size_t at = 0; at < 5; ++at) cache.insert(of_one_set[at], 1);
  EXPECT_EQ(cache.find(of_one_set[0]), 0U);
  for (std::size_t at = 1; at < 5; ++at) EXPECT_EQ(cache.find(of_one_set[at]), 1U) << at;
}

TEST(PieceCache, KeepsNoCountThatDoesNotFit) {
  PieceCache<4> cache(4);
  const auto key = key_of(cache, "sixteen bytes ok", 16);
  cache.insert(key, 16);
  EXPECT_EQ(cache.find(key), 0U);
}

}  // namespace
}  // namespace argot::tokens
