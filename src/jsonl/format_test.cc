#include "jsonl/format.h"

#include <gtest/gtest.h>

#include <vector>

namespace argot::jsonl {
namespace {

constexpr auto all_formats =
    std::to_array<Format>({Format::chat, Format::completions, Format::preference,
                           Format::reinforcement, Format::batch, Format::evals});
static_assert(all_formats.size() == format_count);

TEST(Format, IsReadBackFromItsText) {
  for (const Format format : all_formats) {
    EXPECT_EQ(parse_format(text_of(format)), format);
    EXPECT_TRUE(described(format).starts_with("a"));
  }
  EXPECT_EQ(text_of(Format::chat), "chat");
  EXPECT_EQ(described(Format::batch), "a batch request");
}

TEST(Format, NothingElseIsOne) {
  for (const std::string_view text : {"", "Chat", "chat ", "cha", "chats", "dpo", "sft"}) {
    EXPECT_EQ(parse_format(text), std::nullopt) << text;
  }
}

TEST(Formats, HoldWhatTheyWereMadeOf) {
  for (const Format format : all_formats) {
    EXPECT_FALSE(Formats().contains(format));
    EXPECT_TRUE(Formats::every().contains(format));
    for (const Format other : all_formats) {
      EXPECT_EQ(Formats({format}).contains(other), format == other);
    }
  }
  EXPECT_TRUE(Formats().is_empty());
  EXPECT_FALSE(Formats({Format::chat}).is_empty());
  EXPECT_EQ((Formats{Format::chat, Format::batch}), (Formats{Format::batch, Format::chat}));
  EXPECT_NE((Formats{Format::chat, Format::batch}), (Formats{Format::batch}));
}

TEST(Expectation, AllowsEveryFormatWhereNobodyKnows) {
  EXPECT_EQ(Expectation().formats, Formats::every());
  EXPECT_EQ(Expectation().fallback, std::nullopt);
  EXPECT_EQ(Expectation().forced, std::nullopt);
}

std::optional<Format> format_of(const std::vector<std::string_view>& keys,
                                const std::vector<std::string_view>& roles = {}) {
  Signs signs;
  for (const std::string_view key : keys) signs.see_key(key);
  for (const std::string_view role : roles) signs.see_message_role(role);
  return signs.format();
}

TEST(Signs, TellEachFormatByItsKeys) {
  EXPECT_EQ(format_of({"custom_id"}), Format::batch);
  EXPECT_EQ(format_of({"body", "url"}), Format::batch);
  EXPECT_EQ(format_of({"messages"}), Format::chat);
  EXPECT_EQ(format_of({"prompt", "completion"}), Format::completions);
  EXPECT_EQ(format_of({"prompt"}), Format::completions);
  EXPECT_EQ(format_of({"completion"}), Format::completions);
  EXPECT_EQ(format_of({"input"}), Format::preference);
  EXPECT_EQ(format_of({"preferred_output"}), Format::preference);
  EXPECT_EQ(format_of({"non_preferred_output"}), Format::preference);
  EXPECT_EQ(format_of({"item"}), Format::evals);
  EXPECT_EQ(format_of({"sample", "item"}), Format::evals);
}

TEST(Signs, ThePlainerSignWins) {
  EXPECT_EQ(format_of({"messages", "custom_id"}), Format::batch);
  EXPECT_EQ(format_of({"url", "body", "messages"}), Format::batch);
  EXPECT_EQ(format_of({"prompt", "completion", "messages"}), Format::chat);
  EXPECT_EQ(format_of({"prompt", "preferred_output"}), Format::preference);
  EXPECT_EQ(format_of({"item", "input"}), Format::evals);
  EXPECT_EQ(format_of({"item", "prompt"}), Format::evals);
  EXPECT_EQ(format_of({"item", "prompt", "completion"}), Format::completions);
  EXPECT_EQ(format_of({"input", "prompt"}), Format::preference);
}

TEST(Signs, AConversationToBeGradedEndsWithTheUser) {
  EXPECT_EQ(format_of({"messages"}, {"user"}), Format::reinforcement);
  EXPECT_EQ(format_of({"messages"}, {"developer", "user"}), Format::reinforcement);
  EXPECT_EQ(format_of({"messages"}, {"user", "developer"}), Format::chat);
  EXPECT_EQ(format_of({"messages"}, {"user", "assistant"}), Format::chat);
  EXPECT_EQ(format_of({"messages"}, {"assistant", "user"}), Format::chat);
  EXPECT_EQ(format_of({"messages"}, {"User"}), Format::chat);
}

TEST(Signs, WhatIsWantedWinsWhereARecordMayBeSeveral) {
  Signs item;
  for (const char* const key : {"item", "prompt", "completion"}) item.see_key(key);
  EXPECT_EQ(item.format({Format::evals}), Format::evals);
  EXPECT_EQ(item.format({Format::completions, Format::chat}), Format::completions);
  EXPECT_EQ(item.format({Format::batch}), Format::completions) << "none is wanted";
  Signs graded;
  for (const char* const key : {"messages", "custom_id", "url", "body"}) graded.see_key(key);
  graded.see_message_role("user");
  EXPECT_EQ(graded.format({Format::chat, Format::reinforcement}), Format::reinforcement);
  EXPECT_EQ(graded.format({Format::chat}), Format::batch);
  EXPECT_EQ(graded.format(), Format::batch);
}

TEST(Signs, TellNothingOfOtherKeys) {
  EXPECT_EQ(format_of({}), std::nullopt);
  EXPECT_EQ(format_of({"", "id", "text", "sample", "Messages", "method", "model"}), std::nullopt);
  EXPECT_EQ(format_of({"url"}), std::nullopt);
  EXPECT_EQ(format_of({"body"}), std::nullopt);
}

}  // namespace
}  // namespace argot::jsonl
