#include "api/api_key.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "base/bytes.h"
#include "digest/sha256.h"
#include "tests/support/fakes.h"

namespace argot::api {
namespace {

constexpr std::string_view alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

TEST(ApiKey, HasOneLengthAndNoSeparators) {
  testing::SeededRandom random;
  SCOPED_TRACE(random.seed_text());
  for (int round = 0; round < 100; ++round) {
    const std::string text = mint_key(random).text;
    EXPECT_EQ(text.size(), key_text_bytes);
    EXPECT_TRUE(text.starts_with("sk-argot-"));
    EXPECT_EQ(text.find_first_not_of(alphabet, 9), std::string::npos) << text;
  }
}

TEST(ApiKey, ParsesToWhatWasMinted) {
  testing::SeededRandom random;
  SCOPED_TRACE(random.seed_text());
  const MintedKey key = mint_key(random);
  const auto parsed = parse_key(key.text);
  ASSERT_TRUE(parsed.has_value());
  EXPECT_EQ(*parsed, key.parts);
  EXPECT_EQ(parsed->public_id, key.text.substr(9, 11));
}

TEST(ApiKey, StoresTheHashOfTheWholeSecret) {
  testing::SeededRandom random;
  SCOPED_TRACE(random.seed_text());
  const MintedKey key = mint_key(random);
  EXPECT_EQ(key.parts.secret_sha256, digest::sha256_of(as_bytes(key.text.substr(20, 44))));
}

TEST(ApiKey, NoTwoAreAlike) {
  testing::SeededRandom random;
  SCOPED_TRACE(random.seed_text());
  std::set<std::string> ids;
  for (int round = 0; round < 1'000; ++round) ids.insert(mint_key(random).parts.public_id);
  EXPECT_EQ(ids.size(), 1'000U);
}

TEST(ApiKey, AnyChangedCharacterIsNoticed) {
  testing::SeededRandom random;
  SCOPED_TRACE(random.seed_text());
  const std::string text = mint_key(random).text;
  for (std::size_t place = 0; place < text.size(); ++place) {
    for (const char other : alphabet) {
      if (other == text[place]) continue;
      std::string changed = text;
      changed[place] = other;
      EXPECT_FALSE(parse_key(changed).has_value()) << changed;
    }
  }
}

TEST(ApiKey, OtherLengthsAreNoKeys) {
  testing::SeededRandom random;
  SCOPED_TRACE(random.seed_text());
  const std::string text = mint_key(random).text;
  for (std::size_t length = 0; length < text.size(); ++length) {
    EXPECT_FALSE(parse_key(text.substr(0, length)).has_value()) << length;
  }
  EXPECT_FALSE(parse_key(text + "1").has_value());
  EXPECT_FALSE(parse_key(" " + text).has_value());
}

// CRC-32 by the published check value: other programs must be able to scan for keys.
TEST(ApiKey, AKnownKeyStaysAKey) {
  const std::string text =
      "sk-argot-1111111111111111111111111111111111111111111111111111111"
      "757Zt6";
  EXPECT_TRUE(parse_key(text).has_value());
}

TEST(ApiKey, MaskShowsBothEndsOnly) {
  testing::SeededRandom random;
  SCOPED_TRACE(random.seed_text());
  const std::string text = mint_key(random).text;
  EXPECT_EQ(mask_key(text), "sk-argot********" + text.substr(66));
}

TEST(ApiKey, MaskShowsNothingOfShortTexts) {
  EXPECT_EQ(mask_key(""), "********");
  EXPECT_EQ(mask_key("hunter2"), "********");
  EXPECT_EQ(mask_key(std::string(27, 'x')), "********");
  EXPECT_EQ(mask_key(std::string(28, 'x')), "xxxxxxxx********xxxx");
}

}  // namespace
}  // namespace argot::api
