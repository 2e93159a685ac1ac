#include "policy/file_observer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "tests/support/recut.h"

namespace argot::policy {
namespace {

const std::string chat =
    R"({"messages":[{"role":"user","content":"a"},{"role":"assistant","content":"b"}]})"
    "\n";
const std::string batch =
    R"({"custom_id":"1","method":"POST","url":"/v1/embeddings","body":{"model":"m"}})"
    "\n";
const std::string evals = "{\"item\":{}}\n";
const std::string prose = "Dear diary,\n";
const std::string odd = "{\"a\":1}\n";
const std::string png = "\x89PNG\r\n\x1A\n";

const std::vector<Purpose> purposes = {
    Purpose::fine_tune,         Purpose::assistants,   Purpose::batch,
    Purpose::user_data,         Purpose::vision,       Purpose::evals,
    Purpose::assistants_output, Purpose::batch_output, Purpose::fine_tune_results,
};

struct Seen {
  bool answers = false;
  std::string report;
  bool is_utf8 = true;
  jsonl::FirstRecord first_record = jsonl::FirstRecord::none;
  std::string first_error;

  bool operator==(const Seen&) const = default;
};

class FileObserverTest : public ::testing::Test {
 protected:
  Seen observe(const std::string& content, const ObserverOptions& options, Purpose purpose,
               const std::string& filename = "a.txt") {
    FileObserver observer(shared_, options);
    EXPECT_TRUE(observer.write(as_bytes(content)));
    EXPECT_TRUE(observer.finish());
    return seen(observer, purpose, filename);
  }

  static Seen seen(const FileObserver& observer, Purpose purpose, const std::string& filename) {
    const FileReport report = observer.report(purpose, filename);
    const Facts facts = observer.facts(filename, report);
    return {
        .answers = observer.answers(purpose),
        .report = encode(report),
        .is_utf8 = facts.is_utf8,
        .first_record = facts.first_record,
        .first_error = facts.first_error == nullptr ? "" : std::string(facts.first_error->code)};
  }

  jsonl::SharedMemory shared_;
};

TEST_F(FileObserverTest, APurposeThatIsKnownIsAnswered) {
  for (const Purpose purpose : purposes) {
    for (const std::string& content : {chat, batch, evals, odd, png, std::string()}) {
      const Seen seen = observe(content, {.purpose = purpose, .format = {}}, purpose);
      EXPECT_TRUE(seen.answers) << text_of(purpose) << ": " << content;
    }
  }
}

TEST_F(FileObserverTest, APurposeThatComesLateIsAnsweredWhereTheFirstRecordGuessedIt) {
  const std::vector<std::pair<Purpose, std::string>> guessed = {
      {Purpose::fine_tune, chat}, {Purpose::batch, batch}, {Purpose::evals, evals}};
  for (const auto& [purpose, content] : guessed) {
    for (const std::string& other : {chat, batch, evals, odd}) {
      const Seen seen = observe(other, {.purpose = {}, .format = {}}, purpose);
      EXPECT_EQ(seen.answers, other == content) << text_of(purpose) << ": " << other;
      if (!seen.answers) continue;
      EXPECT_EQ(seen, observe(other, {.purpose = purpose, .format = {}}, purpose));
    }
  }
}

TEST_F(FileObserverTest, AStopAnswersThePurposesThatRefuseTheFile) {
  for (const Purpose purpose : purposes) {
    if (expectation_of(purpose).formats.is_empty()) continue;
    EXPECT_EQ(observe(prose + chat, {.purpose = {}, .format = {}}, purpose).answers,
              must_be_jsonl(purpose))
        << text_of(purpose);
  }
}

TEST_F(FileObserverTest, ALatePurposeWithoutRecordsIsAlwaysAnsweredAndAlike) {
  for (const Purpose purpose : purposes) {
    if (!expectation_of(purpose).formats.is_empty()) continue;
    for (const std::string& content : {chat, odd, prose, png, std::string()}) {
      const Seen late = observe(content, {.purpose = {}, .format = {}}, purpose);
      const Seen early = observe(content, {.purpose = purpose, .format = {}}, purpose);
      EXPECT_TRUE(late.answers);
      EXPECT_EQ(late.report, early.report) << text_of(purpose) << ": " << content;
      EXPECT_EQ(late.first_error, early.first_error);
    }
  }
}

TEST_F(FileObserverTest, ReportsTheRecordsOfPurposesThatHaveSome) {
  const Seen seen =
      observe(chat + odd, {.purpose = Purpose::fine_tune, .format = {}}, Purpose::fine_tune);
  EXPECT_EQ(seen.first_error, "invalid_file_format");
  EXPECT_TRUE(seen.report.starts_with(R"({"format":"chat","records":2,)")) << seen.report;
  EXPECT_TRUE(observe(chat, {.purpose = Purpose::user_data, .format = {}}, Purpose::user_data)
                  .report.starts_with(R"({"format":null,"records":null,"problem_count":0)"));
}

TEST_F(FileObserverTest, ReportsContentThatIsNotWhatItIsCalled) {
  EXPECT_EQ(
      observe(png, {.purpose = Purpose::assistants, .format = {}}, Purpose::assistants).first_error,
      "unexpected_content");
  EXPECT_EQ(observe(prose, {.purpose = Purpose::vision, .format = {}}, Purpose::vision).first_error,
            "unsupported_image");
  EXPECT_EQ(observe(png, {.purpose = {}, .format = {}}, Purpose::assistants).first_error,
            "unexpected_content");
}

TEST_F(FileObserverTest, LooksAtNothingWhereValidationIsOff) {
  for (const Purpose purpose : purposes) {
    const ObserverOptions off = {.mode = ValidationMode::off, .purpose = purpose, .format = {}};
    const Seen seen = observe(prose, off, purpose);
    EXPECT_TRUE(seen.answers);
    EXPECT_EQ(seen.first_error, "");
    EXPECT_EQ(seen.report, encode({}));
  }
}

TEST_F(FileObserverTest, StopsEarlyOnlyWhereTheFileIsRefusedAndNobodyWantsMore) {
  const std::string broken = prose + "{\n";
  const auto problem_count = [&](const ObserverOptions& options, Purpose purpose) {
    FileObserver observer(shared_, options);
    EXPECT_TRUE(observer.write(as_bytes(broken)));
    EXPECT_TRUE(observer.finish());
    return observer.report(purpose, "a").problems.count_by_code().at("invalid_json_line");
  };
  const ObserverOptions upload = {.purpose = Purpose::batch, .format = {}};
  EXPECT_EQ(problem_count(upload, Purpose::batch), 1U);
  const ObserverOptions check = {
      .purpose = Purpose::batch, .format = {}, .wants_all_problems = true};
  EXPECT_EQ(problem_count(check, Purpose::batch), 2U);
  const ObserverOptions kept = {.purpose = Purpose::evals, .format = {}};
  EXPECT_EQ(problem_count(kept, Purpose::evals), 2U);
}

TEST_F(FileObserverTest, AFormatThatIsAskedForBeatsTheFirstRecord) {
  const ObserverOptions asked = {.purpose = Purpose::fine_tune,
                                 .format = jsonl::Format::completions};
  const Seen seen = observe(chat, asked, Purpose::fine_tune);
  EXPECT_TRUE(seen.answers);
  EXPECT_TRUE(seen.report.starts_with(R"({"format":"completions")")) << seen.report;
  EXPECT_EQ(seen.first_error, "invalid_file_format");
}

TEST_F(FileObserverTest, CountsTheTokensOfTextForAssistants) {
  tokens::LazyCounterPools pools(tokens::CacheSize::large);
  const ObserverOptions late = {
      .purpose = {}, .filename = "a.txt", .format = {}, .counters = &pools};
  ObserverOptions early = late;
  early.purpose = Purpose::assistants;
  const Seen seen_early = observe("Hello, world\n", early, Purpose::assistants);
  EXPECT_TRUE(seen_early.answers);
  EXPECT_TRUE(seen_early.report.ends_with(R"("tokens":{"encoding":"o200k_base","total":4}})"))
      << seen_early.report;
  // Purposes that ask for no tokens are answered at once, assistants by another reading.
  EXPECT_FALSE(observe("Hello", late, Purpose::assistants).answers);
  EXPECT_TRUE(observe("Hello", late, Purpose::user_data).answers);
  EXPECT_THAT(observe("<p>Hello</p>", late, Purpose::assistants, "a.html").report,
              ::testing::EndsWith(R"("total":null,"reason":"its text has not been taken out"}})"));
  EXPECT_THAT(observe("", late, Purpose::assistants, "a.html").report,
              ::testing::EndsWith(R"("total":0}})"));
  EXPECT_THAT(observe("%PDF-1.7", late, Purpose::assistants, "a.doc").report,
              ::testing::EndsWith(
                  R"("total":null,"reason":"no text is taken out of files of this type"}})"));
  ObserverOptions of_image = late;
  of_image.filename = "a.png";
  EXPECT_TRUE(observe(png, of_image, Purpose::assistants, "a.png").answers);
}

TEST_F(FileObserverTest, CountsUtf16AsItsText) {
  tokens::LazyCounterPools pools(tokens::CacheSize::large);
  const ObserverOptions options = {
      .purpose = Purpose::assistants, .filename = "a.txt", .format = {}, .counters = &pools};
  const std::string in_utf16("\xFF\xFEH\0e\0l\0l\0o\0", 12);
  EXPECT_EQ(observe(in_utf16, options, Purpose::assistants).report,
            observe("\uFEFFHello", options, Purpose::assistants).report);
}

TEST_F(FileObserverTest, StopsCountingPastTheLimit) {
  tokens::LazyCounterPools pools(tokens::CacheSize::large);
  FileObserver observer(shared_, {.purpose = Purpose::assistants,
                                  .filename = "a.txt",
                                  .format = {},
                                  .counters = &pools,
                                  .tokens_max = 100});
  std::string text;
  for (int i = 0; i < 1000; ++i) text += "word ";
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(observer.write(as_bytes(text)));
  ASSERT_TRUE(observer.finish());
  const FileReport report = observer.report(Purpose::assistants, "a.txt");
  const std::uint64_t counted = observer.facts("a.txt", report).tokens;
  EXPECT_GT(counted, 100U);
  EXPECT_LT(counted, 2000U) << "what came after the limit was passed";
}

class CountedRecords : public FileObserverTest {
 protected:
  static ObserverOptions options(std::optional<Purpose> purpose) {
    static tokens::LazyCounterPools pools(tokens::CacheSize::small);
    return {.purpose = purpose,
            .format = {},
            .counters = &pools,
            .record_counting = {.is_wanted = true, .model = {}}};
  }
};

TEST_F(CountedRecords, StandInTheReportOfPurposesThatHaveThem) {
  for (const Purpose purpose : purposes) {
    for (const std::string& content : {chat + chat, batch, evals, prose, std::string()}) {
      const Seen seen = observe(content, options(purpose), purpose);
      EXPECT_TRUE(seen.answers);
      EXPECT_EQ(seen.report.contains(R"("records":{"counted":)"), has_record_tokens(purpose))
          << text_of(purpose) << ": " << seen.report;
      const bool is_text = token_source(purpose, "") == TokenSource::content;
      EXPECT_EQ(seen.report.contains(R"(,"tokens":{)"), has_record_tokens(purpose) || is_text)
          << text_of(purpose) << ": " << seen.report;
    }
  }
  EXPECT_TRUE(observe(chat + chat, options(Purpose::fine_tune), Purpose::fine_tune)
                  .report.contains(R"("total":26,"records":{"counted":2,"min":13,)"));
}

TEST_F(CountedRecords, APurposeThatComesLateNeedsAnotherReading) {
  ObserverOptions unasked = options({});
  unasked.record_counting.is_wanted = false;
  for (const Purpose purpose : purposes) {
    for (const std::string& content : {chat, batch, evals, odd}) {
      const Seen uncounted = observe(content, unasked, purpose);
      const Seen seen = observe(content, options({}), purpose);
      EXPECT_EQ(seen.answers, uncounted.answers && !has_record_tokens(purpose))
          << text_of(purpose) << ": " << content;
      EXPECT_EQ(seen.report, uncounted.report);
    }
    // It is refused, whatever its tokens.
    if (must_be_jsonl(purpose)) {
      EXPECT_TRUE(observe(prose, options({}), purpose).answers);
    }
  }
}

TEST_F(CountedRecords, AreNotCountedWhereNobodyAsksOrNobodyLooks) {
  ObserverOptions unasked = options(Purpose::fine_tune);
  unasked.record_counting.is_wanted = false;
  EXPECT_FALSE(observe(chat, unasked, Purpose::fine_tune).report.contains("tokens"));
  ObserverOptions off = options(Purpose::fine_tune);
  off.mode = ValidationMode::off;
  EXPECT_EQ(observe(chat, off, Purpose::fine_tune).report, encode({}));
}

TEST_F(FileObserverTest, CannotTellHowTheBytesWereCut) {
  for (const std::string& content : {chat + odd + batch, prose, png + chat, evals + evals}) {
    for (const Purpose purpose : purposes) {
      testing::expect_same_however_cut(content, [&](const auto& play) {
        FileObserver observer(shared_, {.purpose = {}, .format = {}});
        EXPECT_TRUE(play(observer));
        return seen(observer, purpose, "a.json") ==
               observe(content, {.purpose = {}, .format = {}}, purpose, "a.json");
      });
    }
  }
}

}  // namespace
}  // namespace argot::policy
