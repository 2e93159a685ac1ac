#include "tokens/counter.h"

#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

#include "tests/support/recut.h"
#include "tests/support/token_texts.h"

namespace argot::tokens {
namespace {

std::uint64_t count_whole(CounterPool& pool, std::string_view text) {
  return pool.take()->count(text, TextEnd::is_here).tokens;
}

TEST(Counter, DoesNotSeeWhereChunksAreCut) {
  for (const Encoding encoding : {Encoding::o200k_base, Encoding::cl100k_base}) {
    const auto vocabulary = Vocabulary::load(encoding);
    CounterPool pool(*vocabulary);
    testing::TokenTexts random(7);
    for (int round = 0; round < 100; ++round) {
      const std::string text =
          random.next() + " It's 12345 \u4e2d\u6587. \n\n \t" + random.next(20);
      const std::uint64_t expected = count_whole(pool, text);
      testing::expect_same_however_cut(text, [&](const testing::Play& play) {
        Counter counter(pool);
        EXPECT_TRUE(play(counter));
        EXPECT_EQ(counter.tokens(), expected);
        return counter.tokens();
      });
    }
  }
}

// One piece that is longer than the text that is kept: every kind of run, what may come before one
// and after it, and what makes a run look back.
TEST(Counter, CountsPiecesOfAnyLength) {
  const std::string runs[] = {std::string(70000, 'a'),
                              std::string(70000, 'A'),
                              std::string(66000, ' '),
                              std::string(66000, '\n'),
                              std::string(70000, '!'),
                              "!" + std::string(70000, '\n'),
                              "!" + std::string(66000, '/') + "\n/"};
  const char* const befores[] = {"", " ", "x ", "\u0301", "\xFF", "\t"};
  const char* const afters[] = {"",
                                "b",
                                "B",
                                " ",
                                "'s x",
                                "'ll",
                                "'l",
                                "1",
                                "\n",
                                "\n ",
                                " \n",
                                "/x",
                                "\xFF",
                                "\u0301",
                                "\u4e2d",
                                "\u4e2dAB c",
                                "\u3000",
                                " \u3000x",
                                "\n\u3000\u3000",
                                "\xE4\xB8",
                                "\u4e2dA's",
                                "\u4e2d's",
                                "\u02bbo x"};
  for (const Encoding encoding : {Encoding::o200k_base, Encoding::cl100k_base}) {
    const auto vocabulary = Vocabulary::load(encoding);
    CounterPool pool(*vocabulary);
    testing::TokenTexts random(8);
    for (const std::string& run : runs) {
      for (const char* after : afters) {
        for (const char* before : {"", befores[1 + random.below(std::size(befores) - 1)]}) {
          const std::string text = before + run + after;
          Counter counter(pool);
          // What comes first is more than is kept.
          for (std::size_t at = 0; at < text.size();) {
            const std::size_t most = at == 0 ? 65'900 : 1 + random.below(3000);
            const std::size_t bytes = std::min(text.size() - at, most);
            ASSERT_TRUE(counter.write(as_bytes(std::string_view(text).substr(at, bytes))));
            at += bytes;
          }
          ASSERT_TRUE(counter.finish());
          ASSERT_EQ(counter.tokens(), count_whole(pool, text))
              << text_of(encoding) << ::testing::PrintToString(before) << " + "
              << ::testing::PrintToString(run.substr(0, 4)) << " + "
              << ::testing::PrintToString(after);
        }
      }
    }
  }
}

// Mixed runs, a byte at a time from shortly before the length at which memory would grow.
TEST(Counter, CountsLongMixturesByteByByte) {
  const std::string_view alphabets[] = {" \n\t", "-=/\n", "aA", "AB\xE4\xB8\xAD", "\xFF!"};
  for (const Encoding encoding : {Encoding::o200k_base, Encoding::cl100k_base}) {
    const auto vocabulary = Vocabulary::load(encoding);
    CounterPool pool(*vocabulary);
    testing::TokenTexts random(9);
    for (const std::string_view alphabet : alphabets) {
      std::string text(66000, alphabet.front());
      text += random.bytes(3000, alphabet) + "x's " + random.bytes(200, alphabet);
      Counter counter(pool);
      const std::string_view all = text;
      ASSERT_TRUE(counter.write(as_bytes(all.substr(0, 65000))));
      for (std::size_t at = 65000; at < all.size(); ++at) {
        ASSERT_TRUE(counter.write(as_bytes(all.substr(at, 1))));
      }
      ASSERT_TRUE(counter.finish());
      ASSERT_EQ(counter.tokens(), count_whole(pool, text)) << text_of(encoding);
    }
  }
}

// Text is counted while it comes, and not kept until the end, however small the chunks are.
TEST(Counter, KnowsEarlyThatItIsOver) {
  const auto vocabulary = Vocabulary::load(Encoding::o200k_base);
  CounterPool pool(*vocabulary);
  for (const std::string_view word : {" word", "\u4e2d.", "\n\ta", "1", "!a"}) {
    Counter counter(pool, 50);
    std::size_t written = 0;
    while (!counter.is_over() && written < 10'000) {
      for (const char byte : word) ASSERT_TRUE(counter.write(as_bytes(std::string_view(&byte, 1))));
      written += word.size();
    }
    EXPECT_TRUE(counter.is_over()) << word;
    EXPECT_LT(written, 1'000U) << word;
  }
}

TEST(Counter, StopsPastItsLimit) {
  const auto vocabulary = Vocabulary::load(Encoding::o200k_base);
  CounterPool pool(*vocabulary);
  const std::string text = "one two three four";
  for (const std::uint64_t limit : {3U, 4U}) {
    Counter counter(pool, limit);
    ASSERT_TRUE(counter.write(as_bytes(text)));
    ASSERT_TRUE(counter.finish());
    EXPECT_EQ(counter.is_over(), limit == 3);
  }
  Counter counter(pool, 100);
  const std::string chunk(1 << 20, 'a');
  for (int i = 0; i < 3 && !counter.is_over(); ++i) ASSERT_TRUE(counter.write(as_bytes(chunk)));
  EXPECT_TRUE(counter.is_over()) << "before the piece ends";
  ASSERT_TRUE(counter.finish());
  EXPECT_TRUE(counter.is_over());
}

TEST(CounterPool, ThreadsShareAVocabularyAndNothingElse) {
  const auto vocabulary = Vocabulary::load(Encoding::cl100k_base);
  CounterPool pool(*vocabulary);
  testing::TokenTexts random(10);
  std::vector<std::string> texts;
  std::vector<std::uint64_t> expected;
  for (int i = 0; i < 50; ++i) {
    texts.push_back(random.next(400));
    expected.push_back(count_whole(pool, texts.back()));
  }
  std::vector<std::jthread> threads;
  for (int thread = 0; thread < 4; ++thread) {
    threads.emplace_back([&] {
      for (std::size_t i = 0; i < texts.size(); ++i) {
        Counter counter(pool);
        EXPECT_TRUE(counter.write(as_bytes(texts[i])));
        EXPECT_TRUE(counter.finish());
        EXPECT_EQ(counter.tokens(), expected[i]);
      }
    });
  }
}

}  // namespace
}  // namespace argot::tokens
