#include "base/assert.h"

#include <gtest/gtest.h>

namespace argot {
namespace {

TEST(Assert, PassesOverWhatHolds) { ASSERT(1 + 1 == 2); }

TEST(AssertDeathTest, EndsTheProcessAndSaysWhere) {
  EXPECT_DEATH(ASSERT(1 + 1 == 3), "invariant broken: 1 \\+ 1 == 3 at .*assert_test.cc");
}

}  // namespace
}  // namespace argot
