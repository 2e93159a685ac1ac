#include "policy/judge.h"

#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace argot::policy {
namespace {

using jsonl::FirstRecord;

const std::vector<Purpose> judged_purposes = {
    Purpose::fine_tune,
    Purpose::assistants,
    Purpose::batch,
    Purpose::user_data,
    Purpose::vision,
    Purpose::evals,
    Purpose::batch_output,
    Purpose::fine_tune_results,
    Purpose::assistants_output,
};

const Policy small = {.file_bytes_max = 1000, .batch_file_bytes_max = 100};

// A file that every purpose takes.
const Facts fine = {.filename = "a.json", .bytes = 100, .first_record = FirstRecord::object};

std::optional<ErrorCode> verdict(Purpose purpose, const Facts& facts, ValidationMode mode) {
  Policy policy = small;
  policy.mode = mode;
  const Result<Verdict> judged = judge(purpose, facts, policy);
  EXPECT_TRUE(!judged || judged->status_details.empty());
  return judged ? std::nullopt : std::optional(judged.error().code);
}

// One column of the table: what each purpose says of `facts`; judged_purposes that are not named
// accept.
void expect_verdicts(const Facts& facts, const std::map<Purpose, ErrorCode>& refused) {
  for (const Purpose purpose : judged_purposes) {
    SCOPED_TRACE(text_of(purpose));
    const auto row = refused.find(purpose);
    const std::optional<ErrorCode> expected =
        row == refused.end() ? std::nullopt : std::optional(row->second);
    EXPECT_EQ(verdict(purpose, facts, ValidationMode::report), expected);
    EXPECT_EQ(verdict(purpose, facts, ValidationMode::strict), expected);
    EXPECT_EQ(verdict(purpose, facts, ValidationMode::off), std::nullopt);
  }
}

TEST(Judge, TakesAFineFileForEveryPurpose) { expect_verdicts(fine, {}); }

TEST(Judge, WantsJsonlForBatchAndFineTune) {
  const std::map<Purpose, ErrorCode> refused = {
      {Purpose::batch, ErrorCode::batch_not_jsonl},
      {Purpose::fine_tune, ErrorCode::fine_tune_not_jsonl}};
  Facts facts = fine;
  facts.first_record = FirstRecord::other;
  expect_verdicts(facts, refused);
  facts.first_record = FirstRecord::none;
  facts.bytes = 0;
  expect_verdicts(facts, refused);
}

TEST(Judge, WantsUtf8ForBatchAndFineTune) {
  Facts facts = fine;
  facts.is_utf8 = false;
  const std::map<Purpose, ErrorCode> refused = {
      {Purpose::batch, ErrorCode::batch_not_utf8},
      {Purpose::fine_tune, ErrorCode::fine_tune_not_jsonl}};
  expect_verdicts(facts, refused);
  facts.first_record = FirstRecord::other;
  expect_verdicts(facts, refused);
}

TEST(Judge, LetsTheExtensionDecideForAssistantsOnly) {
  for (const std::string_view name : {"setup.exe", "a.tar.gz", "picture.webp", "a.jsonl"}) {
    Facts facts = fine;
    facts.filename = name;
    expect_verdicts(facts, {{Purpose::assistants, ErrorCode::unsupported_extension}});
  }
  for (const std::string_view name : {"a.PDF", "README", ".profile", "a.csv", "b.Zip", ""}) {
    Facts facts = fine;
    facts.filename = name;
    expect_verdicts(facts, {});
  }
}

TEST(Judge, NamesTheExtensionAsItWasWritten) {
  Facts facts = fine;
  facts.filename = "Setup.EXE";
  EXPECT_EQ(judge(Purpose::assistants, facts, small).error(),
            (Error{.code = ErrorCode::unsupported_extension, .detail = ".EXE"}));
}

TEST(Judge, LimitsTheTokensOfAssistantsOnly) {
  Facts facts = fine;
  facts.tokens = limits::assistants_tokens;
  expect_verdicts(facts, {});
  facts.tokens += 1;
  expect_verdicts(facts, {{Purpose::assistants, ErrorCode::too_many_tokens}});
  const Policy policy = {.assistants_tokens_max = 10};
  facts.tokens = 11;
  EXPECT_EQ(judge(Purpose::assistants, facts, policy).error(),
            (Error{.code = ErrorCode::too_many_tokens, .detail = "10"}));
  facts.tokens = 10;
  EXPECT_TRUE(judge(Purpose::assistants, facts, policy));
}

TEST(TokenSource, FollowsThePurposeAndTheExtension) {
  const std::vector<std::pair<const char*, TokenSource>> expected = {
      {"a.txt", TokenSource::content},   {"A.MD", TokenSource::content},
      {"README", TokenSource::content},  {"a.exe", TokenSource::content},
      {"a.xml", TokenSource::content},   {"a.pdf", TokenSource::document},
      {"A.DOCX", TokenSource::document}, {"a.pptx", TokenSource::document},
      {"a.xlsx", TokenSource::document}, {"a.html", TokenSource::document},
      {"a.doc", TokenSource::none},      {"a.png", TokenSource::none},
      {"a.tar", TokenSource::none},      {"a.zip", TokenSource::none}};
  for (const auto& [name, source] : expected) {
    EXPECT_EQ(token_source(Purpose::assistants, name), source) << name;
    EXPECT_EQ(token_source(Purpose::user_data, name), TokenSource::unasked) << name;
    EXPECT_EQ(token_source(Purpose::fine_tune, name), TokenSource::unasked) << name;
  }
}

TEST(Judge, ADocumentForAssistantsWaitsForItsText) {
  Facts facts = fine;
  facts.filename = "paper.pdf";
  facts.bytes = 1;
  const Policy policy;
  EXPECT_EQ(judge(Purpose::assistants, facts, policy), Verdict{.waits_for_text = true});
  EXPECT_EQ(judge(Purpose::user_data, facts, policy), Verdict{});
  EXPECT_EQ(judge(Purpose::assistants, facts, {.mode = ValidationMode::off}), Verdict{});
  EXPECT_EQ(judge(Purpose::assistants, facts, {.reads_documents = false}), Verdict{});
  facts.bytes = 0;
  EXPECT_EQ(judge(Purpose::assistants, facts, policy), Verdict{});
  facts.bytes = 1;
  const jsonl::Problem problem{.code = "unexpected_content", .message = "No PDF."};
  facts.first_error = &problem;
  EXPECT_EQ(judge(Purpose::assistants, facts, policy), Verdict{.status_details = "No PDF."});
}

TEST(HasRecordTokens, OfFilesForTrainingAndBatches) {
  for (const Purpose purpose : judged_purposes) {
    EXPECT_EQ(has_record_tokens(purpose),
              purpose == Purpose::fine_tune || purpose == Purpose::batch)
        << text_of(purpose);
  }
}

const jsonl::Problem on_a_line = {.code = "missing_content", .line = 3, .message = "No content."};
const jsonl::Problem of_the_file = {.code = "unsupported_image", .message = "No image."};

TEST(Judge, KeepsAFileWithWrongContentAsAnErrorUnlessItIsStrict) {
  for (const Purpose purpose : judged_purposes) {
    SCOPED_TRACE(text_of(purpose));
    for (const auto& [problem, details] :
         {std::pair(&on_a_line, "No content. (line 3)"), std::pair(&of_the_file, "No image.")}) {
      Facts facts = fine;
      facts.first_error = problem;
      Policy policy = small;
      EXPECT_EQ(judge(purpose, facts, policy), Verdict{details});
      policy.mode = ValidationMode::off;
      EXPECT_EQ(judge(purpose, facts, policy), Verdict{});
      policy.mode = ValidationMode::strict;
      EXPECT_EQ(judge(purpose, facts, policy).error(),
                (Error{.code = ErrorCode::invalid_file_format, .detail = details}));
    }
  }
}

TEST(Judge, RefusesForTheWholeFileBeforeItsContent) {
  Facts facts = fine;
  facts.first_error = &on_a_line;
  facts.first_record = FirstRecord::other;
  EXPECT_EQ(verdict(Purpose::batch, facts, ValidationMode::strict), ErrorCode::batch_not_jsonl);
  facts.filename = "a.exe";
  EXPECT_EQ(verdict(Purpose::assistants, facts, ValidationMode::strict),
            ErrorCode::unsupported_extension);
  facts.bytes = 2000;
  EXPECT_EQ(verdict(Purpose::evals, facts, ValidationMode::strict), ErrorCode::file_too_large);
}

TEST(Expectation, IsTheFormatsOfThePurpose) {
  using jsonl::Format;
  for (const Purpose purpose : judged_purposes) {
    SCOPED_TRACE(text_of(purpose));
    jsonl::Formats formats;
    std::optional<Format> fallback;
    if (purpose == Purpose::batch) formats = {Format::batch}, fallback = Format::batch;
    if (purpose == Purpose::evals) formats = {Format::evals}, fallback = Format::evals;
    if (purpose == Purpose::fine_tune) {
      formats = {Format::chat, Format::completions, Format::preference, Format::reinforcement};
      fallback = Format::chat;
    }
    EXPECT_EQ(expectation_of(purpose).formats, formats);
    EXPECT_EQ(expectation_of(purpose).fallback, fallback);
    EXPECT_EQ(must_be_jsonl(purpose), purpose == Purpose::batch || purpose == Purpose::fine_tune);
  }
}

TEST(Judge, HoldsSizesInEveryMode) {
  for (const Purpose purpose : judged_purposes) {
    SCOPED_TRACE(text_of(purpose));
    const std::uint64_t bytes_max = purpose == Purpose::batch ? 100 : 1000;
    for (const auto mode : {ValidationMode::report, ValidationMode::strict, ValidationMode::off}) {
      Facts facts = fine;
      facts.bytes = bytes_max;
      EXPECT_EQ(verdict(purpose, facts, mode), std::nullopt);
      ++facts.bytes;
      EXPECT_EQ(verdict(purpose, facts, mode), ErrorCode::file_too_large);
    }
  }
}

TEST(Judge, NamesTheSizeBeforeAnythingElse) {
  const Facts facts = {.filename = "a.exe", .bytes = 2000, .is_utf8 = false};
  EXPECT_EQ(judge(Purpose::batch, facts, small).error(),
            (Error{.code = ErrorCode::file_too_large, .detail = "100 bytes"}));
  EXPECT_EQ(judge(Purpose::assistants, facts, small).error(),
            (Error{.code = ErrorCode::file_too_large, .detail = "1000 bytes"}));
}

TEST(Policy, HasThePublishedLimits) {
  const Policy policy;
  EXPECT_EQ(policy.file_bytes_max_for(Purpose::fine_tune), 536'870'912U);
  EXPECT_EQ(policy.file_bytes_max_for(Purpose::batch), 104'857'600U);
  EXPECT_EQ(policy.file_bytes_max_for(Purpose::batch_output), 536'870'912U);
  EXPECT_EQ(policy.organization_bytes_max, 107'374'182'400U);
  EXPECT_EQ(policy.project_bytes_max, std::nullopt);
  EXPECT_EQ(policy.mode, ValidationMode::report);
}

TEST(Policy, NeverLetsABatchBeLargerThanAFile) {
  const Policy policy = {.file_bytes_max = 50, .batch_file_bytes_max = 100};
  EXPECT_EQ(policy.file_bytes_max_for(Purpose::batch), 50U);
}

TEST(Policy, RefusesDownloadsOfTheNamedPurposesOnly) {
  Policy policy;
  EXPECT_TRUE(policy.may_download("assistants"));
  policy.refuse_downloads = {Purpose::assistants, Purpose::fine_tune_results};
  EXPECT_FALSE(policy.may_download("assistants"));
  EXPECT_FALSE(policy.may_download("fine-tune-results"));
  EXPECT_TRUE(policy.may_download("assistants_output"));
  EXPECT_TRUE(policy.may_download("unknown"));
}

TEST(Expiry, IsThirtyDaysForBatchAndNeverForOthers) {
  for (const Purpose purpose : judged_purposes) {
    const auto expected =
        purpose == Purpose::batch ? std::optional<std::uint64_t>(30 * 24 * 3600) : std::nullopt;
    EXPECT_EQ(default_expires_after_seconds(purpose), expected) << text_of(purpose);
  }
}

// --- What comes in parts ---

TEST(Judge, TakesALargerFileInParts) {
  Policy policy = small;
  policy.upload_bytes_max = 5'000;
  Facts facts = fine;
  facts.bytes = 5'000;
  EXPECT_TRUE(judge(Purpose::user_data, facts, policy, Arrival::in_parts));
  EXPECT_TRUE(judge_announced(Purpose::user_data, facts, policy));
  EXPECT_EQ(judge(Purpose::user_data, facts, policy).error().code, ErrorCode::file_too_large);
  EXPECT_EQ(judge(Purpose::batch, facts, policy, Arrival::in_parts).error().detail, "100 bytes");
  facts.bytes = 5'001;
  EXPECT_EQ(judge_announced(Purpose::user_data, facts, policy).error().code,
            ErrorCode::file_too_large);
  EXPECT_EQ(judge(Purpose::user_data, facts, policy, Arrival::in_parts).error().code,
            ErrorCode::file_too_large);
}

TEST(Judge, RefusesRecordsThatCameInPartsInStrictModeOnly) {
  Facts facts = fine;
  facts.first_record = FirstRecord::none;
  facts.is_utf8 = false;
  Policy policy = small;
  for (const Purpose purpose : {Purpose::batch, Purpose::fine_tune}) {
    policy.mode = ValidationMode::report;
    EXPECT_TRUE(judge(purpose, facts, policy, Arrival::in_parts));
    EXPECT_FALSE(judge(purpose, facts, policy, Arrival::whole));
    policy.mode = ValidationMode::strict;
    EXPECT_FALSE(judge(purpose, facts, policy, Arrival::in_parts));
  }
}

TEST(Judge, RefusesNamesAndTokensHoweverTheyCome) {
  Facts named = fine;
  named.filename = "a.exe";
  EXPECT_EQ(judge_announced(Purpose::assistants, named, small).error().code,
            ErrorCode::unsupported_extension);
  EXPECT_EQ(judge(Purpose::assistants, named, small, Arrival::in_parts).error().code,
            ErrorCode::unsupported_extension);
  Facts long_text = fine;
  long_text.tokens = small.assistants_tokens_max + 1;
  EXPECT_EQ(judge(Purpose::assistants, long_text, small, Arrival::in_parts).error().code,
            ErrorCode::too_many_tokens);
}

}  // namespace
}  // namespace argot::policy
