#include "policy/purpose.h"

#include <gtest/gtest.h>

#include <array>
#include <string_view>
#include <utility>

namespace argot::policy {
namespace {

struct Spelling {
  Purpose purpose;
  std::string_view text;
  bool is_internal;
};

constexpr std::array<Spelling, 9> spellings = {{
    {Purpose::fine_tune, "fine-tune", false},
    {Purpose::assistants, "assistants", false},
    {Purpose::batch, "batch", false},
    {Purpose::user_data, "user_data", false},
    {Purpose::vision, "vision", false},
    {Purpose::evals, "evals", false},
    {Purpose::assistants_output, "assistants_output", true},
    {Purpose::batch_output, "batch_output", true},
    {Purpose::fine_tune_results, "fine-tune-results", true},
}};

TEST(Purpose, IsSpelledAsOnTheWire) {
  for (const Spelling& each : spellings) {
    EXPECT_EQ(text_of(each.purpose), each.text);
    EXPECT_EQ(parse_purpose(each.text), each.purpose);
  }
}

TEST(Purpose, IsInternalWhereOnlyRunnersWriteIt) {
  for (const Spelling& each : spellings) {
    EXPECT_EQ(is_internal(each.purpose), each.is_internal) << each.text;
  }
}

TEST(Purpose, IsNotGuessed) {
  for (const std::string_view text :
       {"", "world_domination", "Batch", "batch ", "fine_tune", "user-data", "fine-tune-result"}) {
    EXPECT_EQ(parse_purpose(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace argot::policy
