#include "base/error.h"

#include <gtest/gtest.h>

namespace argot {
namespace {

TEST(ErrorText, NamesTheCodeTheDetailAndTheField) {
  const Error whole{.code = ErrorCode::invalid_request, .detail = "odd", .param = "number"};
  EXPECT_EQ(describe(whole), "invalid_request: odd (number)");
  const Error bare{.code = ErrorCode::missing_file, .detail = {}, .param = {}};
  EXPECT_EQ(describe(bare), "missing_file");
}

}  // namespace
}  // namespace argot
