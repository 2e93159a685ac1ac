#include "cli/text_table.h"

#include <gtest/gtest.h>

namespace argot::cli {
namespace {

TEST(TextTable, EachColumnIsAsWideAsItsLongestCell) {
  EXPECT_EQ(text_table({{"ID", "STATE", "NAME"}, {"abc", "ok", "first one"}, {"d", "expired", ""}}),
            "ID   STATE    NAME\n"
            "abc  ok       first one\n"
            "d    expired\n");
}

TEST(TextTable, OfAHeadAloneIsALine) { EXPECT_EQ(text_table({{"ID", "NAME"}}), "ID  NAME\n"); }

}  // namespace
}  // namespace argot::cli
