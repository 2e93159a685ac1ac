#include "documents/verdict.h"

#include <gtest/gtest.h>

namespace argot::documents {
namespace {

TEST(Verdict, NamesLeadBackToTheirOutcomes) {
  int count = 0;
  for (const Outcome outcome :
       {Outcome::extracted, Outcome::encrypted, Outcome::malformed, Outcome::too_large,
        Outcome::timed_out, Outcome::unsupported, Outcome::engine_missing}) {
    EXPECT_EQ(outcome_named(name(outcome)), outcome);
    ++count;
  }
  EXPECT_EQ(count, 1 + static_cast<int>(Outcome::engine_missing));
  EXPECT_EQ(outcome_named("fine"), std::nullopt);
}

TEST(Verdict, OnlyExtractedIsGood) {
  EXPECT_TRUE(Verdict{}.is_good());
  EXPECT_FALSE(Verdict{.outcome = Outcome::malformed}.is_good());
}

}  // namespace
}  // namespace argot::documents
