#include "cli/check_file.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/limits.h"
#include "base/unique_fd.h"
#include "json/reader.h"

namespace argot::cli {
namespace {

using policy::Purpose;

const std::string chat =
    R"({"messages":[{"role":"user","content":"a"},{"role":"assistant","content":"b"}]})"
    "\n";

// A descriptor that reads `content`.
UniqueFd holding(std::string_view content) {
  UniqueFd file(::memfd_create("check", MFD_CLOEXEC));
  EXPECT_EQ(::write(file.get(), content.data(), content.size()),
            static_cast<ssize_t>(content.size()));
  EXPECT_EQ(::lseek(file.get(), 0, SEEK_SET), 0);
  return file;
}

Result<CheckedFile> check(std::string_view content, const CheckRules& rules,
                          std::string_view name = "a.jsonl") {
  const UniqueFd file = holding(content);
  return check_file({.descriptor = file.get(), .name = name, .progress = {}, .stop = {}}, rules);
}

std::vector<std::string> codes(const CheckedFile& checked) {
  std::vector<std::string> codes;
  for (const jsonl::Problem& problem : checked.report.problems.kept()) {
    codes.emplace_back(problem.code);
  }
  return codes;
}

TEST(CheckFile, SeesEveryProblemAlsoBehindAFirstRecordThatCondemnsTheFile) {
  const auto checked =
      check("prose\n{\"a\":1}\nprose\n", {.purpose = Purpose::batch, .format = {}});
  ASSERT_TRUE(checked);
  EXPECT_EQ(checked->report.records, 3U);
  EXPECT_EQ(codes(*checked).front(), "invalid_json_line");
  EXPECT_EQ(codes(*checked).back(), "invalid_json_line");
  EXPECT_EQ(checked->report.problems.kept().back().line, 3U);
  EXPECT_EQ(checked->verdict.error().code, ErrorCode::batch_not_jsonl);
}

TEST(CheckFile, CountsTokensWhereThePurposeHasALimit) {
  tokens::LazyCounterPools pools(tokens::CacheSize::large);
  const CheckRules rules{.purpose = Purpose::assistants, .format = {}, .counters = &pools};
  const auto checked = check("Hello, world\n", rules, "a.txt");
  ASSERT_TRUE(checked);
  EXPECT_EQ(checked->report.tokens->total, 4U);
  std::string over;
  for (int i = 0; i <= 2'000'000; ++i) over += "a\n";
  const auto refused = check(over, rules, "a.txt");
  ASSERT_TRUE(refused);
  EXPECT_EQ(codes(*refused), std::vector<std::string>{"too_many_tokens"});
  EXPECT_EQ(refused->verdict.error().code, ErrorCode::too_many_tokens);
}

TEST(CheckFile, TakesTheTextOutOfDocuments) {
  tokens::LazyCounterPools pools(tokens::CacheSize::small);
  documents::Extractor extractor{documents::Extractor::Options()};
  CheckRules rules{
      .purpose = Purpose::assistants, .format = {}, .counters = &pools, .extractor = &extractor};
  const auto good = check("<script>no</script><p>Hello, world", rules, "a.html");
  ASSERT_TRUE(good);
  EXPECT_EQ(good->report.tokens->total, 4U);
  EXPECT_EQ(good->verdict, policy::Verdict{});
  const auto broken = check("PK\x03\x04 and no more", rules, "a.docx");
  ASSERT_TRUE(broken);
  EXPECT_EQ(codes(*broken), std::vector<std::string>{"document_malformed"});
  EXPECT_EQ(broken->verdict->status_details, broken->report.problems.kept().front().message);
  EXPECT_EQ(codes(*check("no archive", rules, "a.docx")),
            std::vector<std::string>{"unexpected_content"});
  rules.extractor = nullptr;
  EXPECT_EQ(check("<p>Hello", rules, "a.html")->report.tokens->total, std::nullopt);
}

TEST(CheckFile, CountsAllTokensWhereSomebodyAsks) {
  tokens::LazyCounterPools pools(tokens::CacheSize::large);
  const CheckRules rules{.purpose = Purpose::assistants,
                         .format = {},
                         .counters = &pools,
                         .record_counting = {.is_wanted = true, .model = {}}};
  std::string over;
  for (int i = 0; i < 2'500'000; ++i) over += "a\n";
  const auto refused = check(over, rules, "a.txt");
  EXPECT_EQ(refused->report.tokens->total, 5'000'000U);
  EXPECT_EQ(refused->verdict.error().code, ErrorCode::too_many_tokens);

  CheckRules training = rules;
  training.purpose = Purpose::fine_tune;
  training.record_counting.model = "gpt-4o-mini";
  const auto checked = check(chat, training);
  EXPECT_EQ(checked->report.record_tokens->records.total(), 13U);
  EXPECT_EQ(checked->report.record_tokens->context_tokens, 65'536U);
}

TEST(CheckFile, JudgesAsTheModeSays) {
  CheckRules rules{.purpose = Purpose::fine_tune, .format = {}};
  EXPECT_EQ(check("{\"messages\":[]}\n", rules)->verdict->status_details,
            "Expected at least one message in 'messages', but got none. (line 1)");
  rules.mode = policy::ValidationMode::strict;
  EXPECT_EQ(check("{\"messages\":[]}\n", rules)->verdict.error().code,
            ErrorCode::invalid_file_format);
  EXPECT_EQ(codes(*check(chat, rules)), std::vector<std::string>{"invalid_n_examples"});
}

TEST(CheckFile, WhatIsRefusedWithoutALookIsAProblemToo) {
  const auto checked =
      check("MZ", {.purpose = Purpose::assistants, .format = {}}, "folder.d/setup.exe");
  ASSERT_EQ(codes(*checked), std::vector<std::string>{"unsupported_extension"});
  EXPECT_EQ(checked->report.problems.kept().front().message,
            "Files with extensions [.exe] are not supported for retrieval.");
}

TEST(CheckFile, AFileThatIsTooLargeIsAProblemToo) {
  const UniqueFd file(::memfd_create("check", MFD_CLOEXEC));
  ASSERT_EQ(::ftruncate(file.get(), limits::file_bytes + 1), 0);
  const auto checked =
      check_file({.descriptor = file.get(), .name = "a", .progress = {}, .stop = {}},
                 {.purpose = Purpose::user_data, .format = {}});
  ASSERT_EQ(codes(*checked), std::vector<std::string>{"file_too_large"});
  EXPECT_EQ(checked->bytes, limits::file_bytes + 1);
}

TEST(CheckFile, AFormatThatIsAskedForIsTheOne) {
  const auto checked =
      check(chat, {.purpose = Purpose::fine_tune, .format = jsonl::Format::completions});
  EXPECT_EQ(checked->report.format, jsonl::Format::completions);
  EXPECT_GT(checked->report.problems.error_count(), 0U);
  EXPECT_EQ(checked->verdict, policy::Verdict{}) << "no server is told of a format";
  const auto named =
      check(chat, {.purpose = Purpose::assistants, .format = jsonl::Format::chat}, "train.exe");
  ASSERT_FALSE(named->verdict) << "whose format does not matter";
  EXPECT_EQ(named->verdict.error().code, ErrorCode::unsupported_extension);
}

TEST(CheckFile, HashesOnlyWhereSomebodyAsks) {
  EXPECT_EQ(check(chat, {.purpose = Purpose::fine_tune, .format = {}})->sha256, "");
  EXPECT_EQ(
      check("hello", {.purpose = Purpose::user_data, .format = {}, .wants_sha256 = true})->sha256,
      "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824");
}

TEST(CheckFile, TellsHowFarItIs) {
  std::string content;
  while (content.size() < 1'000'000) content += chat;
  const UniqueFd file = holding(content);
  std::vector<std::uint64_t> told;
  ASSERT_TRUE(check_file({.descriptor = file.get(),
                          .name = "a",
                          .progress = [&](std::uint64_t done) { told.push_back(done); },
                          .stop = {}},
                         {.purpose = Purpose::fine_tune, .format = {}}));
  EXPECT_TRUE(std::ranges::is_sorted(told));
  EXPECT_GT(told.size(), 2U);
  EXPECT_EQ(told.back(), content.size());
}

TEST(CheckFile, WhatCannotBeReadIsAnError) {
  const UniqueFd folder(::open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  const auto checked =
      check_file({.descriptor = folder.get(), .name = "/", .progress = {}, .stop = {}},
                 {.purpose = Purpose::batch, .format = {}});
  EXPECT_EQ(checked.error().detail, "Is a directory");
}

TEST(CheckFile, AStopEndsIt) {
  std::stop_source stop;
  stop.request_stop();
  const UniqueFd file = holding(chat);
  EXPECT_FALSE(
      check_file({.descriptor = file.get(), .name = "a", .progress = {}, .stop = stop.get_token()},
                 {.purpose = Purpose::fine_tune, .format = {}}));
}

}  // namespace
}  // namespace argot::cli
