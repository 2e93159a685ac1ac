#include "base/result.h"

#include <gtest/gtest.h>

namespace argot {
namespace {

Result<int> half(int number) {
  if (number % 2 != 0) return fail(ErrorCode::invalid_request, "odd", "number");
  return number / 2;
}

Result<int> quarter(int number) {
  TRY(const int once, half(number));
  TRY(const int twice, half(once));
  return twice;
}

Result<> check_quarter(int number) {
  TRY_DO(quarter(number));
  return {};
}

TEST(Result, TryPassesTheValueOn) { EXPECT_EQ(quarter(12).value(), 3); }

TEST(Result, TryPassesTheErrorUp) {
  const Error expected{.code = ErrorCode::invalid_request, .detail = "odd", .param = "number"};
  EXPECT_EQ(quarter(6).error(), expected);
  EXPECT_EQ(check_quarter(7).error(), expected);
  EXPECT_TRUE(check_quarter(8));
}

}  // namespace
}  // namespace argot
