#include "server/environment.h"

#include <gtest/gtest.h>

#include <cstdlib>

namespace argot::server {
namespace {

TEST(Environment, ShowsWhatBeginsLikeASetting) {
  ASSERT_EQ(::setenv("ARGOT_LIMITS_FILE_BYTES", "1=2", 1), 0);
  ASSERT_EQ(::setenv("ARGOTOPENAI_SERVER_URL", "http://localhost/v1", 1), 0);
  const auto found = argot_environment();
  ASSERT_TRUE(found.contains("ARGOT_LIMITS_FILE_BYTES"));
  EXPECT_EQ(found.at("ARGOT_LIMITS_FILE_BYTES"), "1=2");
  EXPECT_FALSE(found.contains("ARGOTOPENAI_SERVER_URL"));
  EXPECT_FALSE(found.contains("PATH"));
  ::unsetenv("ARGOT_LIMITS_FILE_BYTES");
  EXPECT_FALSE(argot_environment().contains("ARGOT_LIMITS_FILE_BYTES"));
}

}  // namespace
}  // namespace argot::server
