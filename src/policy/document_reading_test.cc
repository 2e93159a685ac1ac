#include "policy/document_reading.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "documents/test_documents.h"
#include "policy/judge.h"

namespace argot::policy {
namespace {

using documents::Kind;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class DocumentReadingTest : public ::testing::Test {
 protected:
  DocumentReading read(Kind kind, const std::string& bytes, std::uint64_t tokens_max = 1000) {
    const UniqueFd file = documents::file_with(bytes);
    auto reading = read_document(extractor_, {.descriptor = file.get(), .kind = kind}, counters_,
                                 tokens_max, {});
    if (!reading) ADD_FAILURE() << reading.error().detail;
    return reading.value_or(DocumentReading());
  }

  documents::Extractor extractor_{documents::Extractor::Options()};
  tokens::LazyCounterPools counters_{tokens::CacheSize::small};
};

TEST_F(DocumentReadingTest, CountsTheTextThatIsShown) {
  const DocumentReading reading =
      read(Kind::html, "<html><script>var hidden;</script><p>Hello</p></html>");
  EXPECT_EQ(reading.status_details, "");
  EXPECT_EQ(reading.outcome, documents::Outcome::extracted);
  ASSERT_TRUE(reading.report.tokens);
  EXPECT_EQ(reading.report.tokens->total, 2U) << "Hello, and the end of its line";
  EXPECT_THAT(reading.report.tokens->engine, StartsWith("libxml2 "));
  EXPECT_EQ(reading.report.tokens->reason, "");
  EXPECT_EQ(reading.report.problems.count(), 0U);
}

TEST_F(DocumentReadingTest, ATextMayHaveAsManyTokensAsAreAllowed) {
  std::string text;
  for (int word = 0; word < 99; ++word) text += "word ";
  text += "word";
  const std::string document = documents::small_docx(text);
  const std::uint64_t total = read(Kind::docx, document).report.tokens->total.value_or(0);
  EXPECT_GE(total, 100U);
  EXPECT_EQ(read(Kind::docx, document, total).status_details, "");
  const DocumentReading over = read(Kind::docx, document, total - 1);
  EXPECT_TRUE(over.is_over);
  EXPECT_EQ(over.status_details, too_many_tokens_message(total - 1));
  EXPECT_EQ(over.status_details, "This file has more than " + std::to_string(total - 1) +
                                     " tokens, the limit for purpose 'assistants'.");
  EXPECT_EQ(over.report.tokens->total, std::nullopt);
  EXPECT_EQ(over.report.tokens->reason,
            "counting ended at the limit of " + std::to_string(total - 1));
  ASSERT_TRUE(over.report.problems.first_error());
  EXPECT_EQ(over.report.problems.first_error()->code, "too_many_tokens");
  EXPECT_EQ(over.report.problems.first_error()->message, over.status_details);
}

TEST_F(DocumentReadingTest, ALongTextEndsItsReaderWhereTheLimitIs) {
  std::string page = "<p>";
  for (int word = 0; word < 1'000'000; ++word) page += "word ";
  const DocumentReading over = read(Kind::html, page, 10);
  EXPECT_TRUE(over.is_over);
  EXPECT_EQ(over.status_details, too_many_tokens_message(10));
  EXPECT_EQ(over.report.tokens->engine, "") << "a reader that came to its end";
}

TEST_F(DocumentReadingTest, ADocumentThatCannotBeReadIsAnError) {
  const DocumentReading broken = read(Kind::docx, "PK\x03\x04 and no more");
  EXPECT_EQ(broken.outcome, documents::Outcome::malformed);
  EXPECT_THAT(broken.status_details, StartsWith("The text of this file could not be read: "));
  EXPECT_THAT(broken.status_details, HasSubstr(broken.report.tokens->reason));
  EXPECT_EQ(broken.report.tokens->total, std::nullopt);
  ASSERT_TRUE(broken.report.problems.first_error());
  EXPECT_EQ(broken.report.problems.first_error()->code, "document_malformed");
  EXPECT_EQ(broken.report.problems.first_error()->message, broken.status_details);
}

TEST_F(DocumentReadingTest, WhatNobodyHereCanReadIsTheMachinesFault) {
  documents::Extractor without({.pdf_engines = {}});
  const UniqueFd file = documents::file_with("%PDF-1.4\n");
  const auto reading =
      read_document(without, {.descriptor = file.get(), .kind = Kind::pdf}, counters_, 10, {});
  ASSERT_TRUE(reading);
  EXPECT_EQ(reading->outcome, documents::Outcome::engine_missing);
  EXPECT_EQ(reading->status_details, "");
  EXPECT_EQ(reading->report.problems.count(), 0U);
  EXPECT_EQ(reading->report.tokens->total, std::nullopt);
  EXPECT_EQ(reading->report.tokens->reason, "pdftotext is not installed");
}

TEST_F(DocumentReadingTest, AStopIsAnErrorAndNoOutcome) {
  std::stop_source stop;
  stop.request_stop();
  const UniqueFd file = documents::file_with("<p>Hello</p>");
  const auto reading = read_document(extractor_, {.descriptor = file.get(), .kind = Kind::html},
                                     counters_, 10, stop.get_token());
  ASSERT_FALSE(reading);
  EXPECT_EQ(reading.error().code, ErrorCode::unavailable);
}

TEST_F(DocumentReadingTest, OneThatWasGivenUpSaysSo) {
  const DocumentReading reading = unreadable_document();
  EXPECT_EQ(reading.status_details, "The text of this file could not be read.");
  EXPECT_EQ(reading.report.problems.first_error()->code, "document_unreadable");
  EXPECT_EQ(reading.report.tokens->total, std::nullopt);
}

}  // namespace
}  // namespace argot::policy
