#include "policy/record_tokens.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "jsonl/inspector.h"
#include "tests/support/choices.h"
#include "tests/support/record_generator.h"
#include "tests/support/recut.h"
#include "tests/support/reference_tokens.h"

namespace argot::policy {
namespace {

using jsonl::Format;
using tokens::Encoding;

class RecordTokensTest : public ::testing::Test {
 protected:
  struct Seen {
    RecordTokens tokens;
    jsonl::Report report;
  };

  static tokens::LazyCounterPools& counters() {
    static tokens::LazyCounterPools pools(tokens::CacheSize::small);
    return pools;
  }

  Seen seen(const std::string& file, std::string_view model = {},
            const jsonl::Expectation& expectation = {}) {
    jsonl::SharedMemory shared;
    RecordTokenCounter counter({.is_wanted = true, .model = model}, counters());
    jsonl::Inspector inspector(shared, {.expectation = expectation, .observer = &counter});
    EXPECT_TRUE(inspector.write(as_bytes(file)));
    EXPECT_TRUE(inspector.finish());
    return {.tokens = counter.counted(), .report = inspector.report()};
  }

  static std::string request(int id, std::string_view model, const std::string& input) {
    return R"({"custom_id":")" + std::to_string(id) +
           R"(","method":"POST","url":"/v1/embeddings","body":{"model":")" + std::string(model) +
           R"(","input":")" + input + "\"}}\n";
  }

  // So many tokens, whatever the encoding.
  static std::string words(std::size_t count) {
    std::string text = "a";
    for (std::size_t i = 1; i < count; ++i) text += " a";
    return text;
  }
};

const std::string example =
    R"({"messages":[{"role":"user","content":"Hello"},{"role":"assistant","content":"Hello"}]})"
    "\n";

TEST_F(RecordTokensTest, TellsTheSizesOfRecordsInTokens) {
  std::string file;
  for (int i = 1; i <= 100; ++i) {
    file += request(i, "m", words(static_cast<std::size_t>(i)));
  }
  const RecordTokens tokens = seen(file).tokens;
  EXPECT_EQ(tokens.encoding, Encoding::o200k_base);
  EXPECT_EQ(tokens.records.count(), 100U);
  EXPECT_EQ(tokens.records.total(), 5050U);
  EXPECT_EQ(tokens.records.min(), 1U);
  EXPECT_EQ(tokens.records.mean(), 50U);
  EXPECT_EQ(tokens.records.percentile(95), 95U);
  EXPECT_EQ(tokens.records.max(), 100U);
  EXPECT_FALSE(tokens.context_tokens) << "nobody knows a model 'm'";
}

TEST_F(RecordTokensTest, RecordsWithAnErrorAreNotCounted) {
  const std::string file = request(1, "m", "a") + "{\n" + request(1, "m", "a") + "{}\n" +
                           request(2, "other", "a") + request(3, "m", "a");
  EXPECT_EQ(seen(file).tokens.records.count(), 2U);
  EXPECT_EQ(seen("").tokens.records.count(), 0U);
  EXPECT_EQ(seen("{\"item\":{}}\n").tokens.records.total(), 0U);
}

TEST_F(RecordTokensTest, TheModelOfABatchChoosesEncodingAndContext) {
  // Four tokens in the older encoding, two in the newer one.
  const std::string text =
      "\xE0\xA4\xA8\xE0\xA4\xAE\xE0\xA4\xB8\xE0\xA5\x8D\xE0\xA4\xA4\xE0\xA5\x87";
  const RecordTokens older = seen(request(1, "text-embedding-3-small", text)).tokens;
  const RecordTokens newer = seen(request(1, "gpt-4o", text)).tokens;
  EXPECT_EQ(older.encoding, Encoding::cl100k_base);
  EXPECT_EQ(older.context_tokens, 8'192U);
  EXPECT_EQ(newer.encoding, Encoding::o200k_base);
  EXPECT_EQ(newer.context_tokens, 128'000U);
  EXPECT_GT(older.records.total(), newer.records.total());
}

TEST_F(RecordTokensTest, TheFirstGoodRecordTellsTheModel) {
  const std::string file = R"({"custom_id":1,"url":"/v1/embeddings"})"
                           "\n" +
                           request(1, "text-embedding-3-small", "a");
  EXPECT_EQ(seen(file).tokens.encoding, Encoding::cl100k_base);
}

TEST_F(RecordTokensTest, OfTrainingExamplesNobodyKnowsTheModel) {
  EXPECT_FALSE(seen(example).tokens.context_tokens);
  const RecordTokens named = seen(example, "gpt-4o-mini").tokens;
  EXPECT_EQ(named.context_tokens, 65'536U);
  EXPECT_EQ(named.over_context, 0U);
  EXPECT_EQ(seen(example, "ft:gpt-3.5-turbo-0125:acme::id").tokens.encoding, Encoding::cl100k_base);
  EXPECT_EQ(seen(request(1, "m", "a"), "gpt-4o-mini").tokens.context_tokens, 128'000U);
}

TEST_F(RecordTokensTest, ARecordOverTheContextIsAWarningAtItsLine) {
  const std::string file = request(1, "text-embedding-3-small", words(8'192)) + "\n" +
                           request(2, "text-embedding-3-small", words(8'193)) +
                           request(3, "text-embedding-3-small", words(10'000));
  const Seen all = seen(file);
  EXPECT_EQ(all.tokens.over_context, 2U);
  EXPECT_EQ(all.report.problems.error_count(), 0U);
  EXPECT_EQ(all.report.problems.count_by_code().at("over_context"), 2U);
  const std::vector<jsonl::Problem>& problems = all.report.problems.kept();
  ASSERT_EQ(problems.size(), 3U);
  const std::size_t begin = file.find("{\"custom_id\":\"2\"");
  EXPECT_EQ(problems[1], (jsonl::Problem{.severity = jsonl::Severity::warning,
                                         .code = "over_context",
                                         .line = 3,
                                         .column = 1,
                                         .offset = begin,
                                         .message = "Expected at most 8192 tokens, the context of "
                                                    "'text-embedding-3-small', but got 8193."}));
  EXPECT_EQ(problems[2].line, 4U);
}

TEST_F(RecordTokensTest, AnExampleOverWhatIsTakenOfOneIsAWarning) {
  const std::string file =
      R"({"prompt":")" + words(16'000) + R"(","completion":")" + words(400) + "\"}\n";
  const Seen over = seen(file, "davinci-002");
  EXPECT_EQ(over.tokens.over_context, 1U);
  EXPECT_EQ(over.report.problems.kept().front().message,
            "Expected at most 16384 tokens, which is what is taken of one example for "
            "'davinci-002', but got 16400.");
}

TEST_F(RecordTokensTest, SeveralInputsOfOneRequestMayBeOverTogether) {
  const std::string record =
      R"({"custom_id":"1","method":"POST","url":"/v1/embeddings","body":{"model":)"
      R"("text-embedding-3-small","input":[")" +
      words(5'000) + R"(",")" + words(5'000) + "\"]}}\n";
  const RecordTokens tokens = seen(record).tokens;
  EXPECT_EQ(tokens.records.total(), 10'000U);
  EXPECT_EQ(tokens.over_context, 0U);
}

TEST_F(RecordTokensTest, CannotTellHowTheBytesWereCut) {
  const std::string file = example + request(1, "m", "a") + "{\n" + example + example;
  testing::expect_same_however_cut(file, [&](const testing::Play& play) {
    jsonl::SharedMemory shared;
    RecordTokenCounter counter({.is_wanted = true, .model = {}}, counters());
    jsonl::Inspector inspector(shared, {.observer = &counter});
    EXPECT_TRUE(play(inspector));
    return std::pair(counter.counted().records.count(), counter.counted().records.total());
  });
}

// Random files of every format against the reference, which parses with another library.
TEST_F(RecordTokensTest, CountsRandomFilesAsTheReferenceDoes) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  std::uint64_t counted = 0;
  for (int round = 0; round < 1'500; ++round) {
    testing::Choices choices = testing::choices_of(random);
    const std::string file = testing::generate_file(choices, 8);
    const Seen all = seen(file);
    std::set<std::uint64_t> wrong;
    for (const jsonl::Problem& problem : all.report.problems.kept()) wrong.insert(problem.line);

    jsonl::SizeHistogram expected;
    if (!all.report.format || *all.report.format == Format::evals) {
      EXPECT_EQ(all.tokens.records.count(), 0U);
      continue;
    }
    std::string_view rest = file;
    for (std::uint64_t line = 1; !rest.empty(); ++line) {
      const std::size_t end = rest.find('\n');
      const std::string_view text = rest.substr(0, end);
      rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
      // A byte order mark is a problem of the first line, but not of its record.
      if (line == 1 && text.starts_with("\xEF\xBB\xBF")) break;
      if (wrong.contains(line)) continue;
      const auto parsed = testing::reference_parse(text, 256);
      ASSERT_TRUE(std::holds_alternative<testing::ReferenceValue>(parsed)) << text;
      const auto tokens_of = [&](const std::string& words) {
        return counters()
            .get(Encoding::o200k_base)
            .take()
            ->count(words, tokens::TextEnd::is_here)
            .tokens;
      };
      expected.add(
          reference_tokens(std::get<testing::ReferenceValue>(parsed), *all.report.format, tokens_of)
              .total);
    }
    if (file.starts_with("\xEF\xBB\xBF")) continue;
    EXPECT_EQ(all.tokens.records.count(), expected.count()) << file;
    EXPECT_EQ(all.tokens.records.total(), expected.total()) << file;
    EXPECT_EQ(all.tokens.records.max(), expected.max()) << file;
    if (::testing::Test::HasFailure()) return;
    counted += expected.count();
  }
  EXPECT_GT(counted, 500U);
}

}  // namespace
}  // namespace argot::policy
