#include "multipart/excerpt.h"

#include <gtest/gtest.h>

#include <string>

namespace argot::multipart {
namespace {

TEST(Excerpt, QuotesWhatIsPrintable) {
  EXPECT_EQ(excerpt("a ~b"), "\"a ~b\"");
  EXPECT_EQ(excerpt(""), "\"\"");
}

TEST(Excerpt, WritesEveryOtherByteInHexadecimal) {
  EXPECT_EQ(excerpt(std::string_view("\0\x1F\x7F\xC3\xA9\n", 6)),
            "\"\\x00\\x1f\\x7f\\xc3\\xa9\\x0a\"");
}

TEST(Excerpt, IsCutAtItsLimit) {
  const std::string limit(excerpt_bytes_max, 'x');
  EXPECT_EQ(excerpt(limit), "\"" + limit + "\"");
  EXPECT_EQ(excerpt(limit + "y"), "\"" + limit + "...\"");
}

}  // namespace
}  // namespace argot::multipart
