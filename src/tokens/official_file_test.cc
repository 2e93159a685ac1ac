#include "tokens/official_file.h"

#include <gtest/gtest.h>

#include "base/bytes.h"
#include "digest/sha256.h"

namespace argot::tokens {
namespace {

std::string sha256_of_official(Encoding encoding) {
  return digest::sha256_of(as_bytes(official_file(*Vocabulary::load(encoding)))).hex();
}

// The sums that tiktoken_ext/openai_public.py checks its downloads against.
TEST(OfficialFile, HasThePublishedSum) {
  EXPECT_EQ(sha256_of_official(Encoding::o200k_base),
            "446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d");
  EXPECT_EQ(sha256_of_official(Encoding::cl100k_base),
            "223921b76ee99bde995b7ff738513eef100fb51d18c93597a113bcffe865b2a7");
}

TEST(OfficialFile, IsALineForEachToken) {
  const std::string text = official_file(*Vocabulary::load(Encoding::cl100k_base));
  EXPECT_TRUE(text.starts_with("IQ== 0\nIg== 1\nIw== 2\n"));
  EXPECT_NE(text.find("\nIHRoZQ== 279\n"), std::string::npos) << "' the'";
  EXPECT_TRUE(text.ends_with(" 100255\n"));
}

}  // namespace
}  // namespace argot::tokens
