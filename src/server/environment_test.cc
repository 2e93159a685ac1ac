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

TEST(Environment, ShowsTheKeyForS3ToWhoAsksForIt) {
  ASSERT_EQ(::setenv("AWS_ACCESS_KEY_ID", "id", 1), 0);
  EXPECT_EQ(aws_environment().at("AWS_ACCESS_KEY_ID"), "id");
  EXPECT_FALSE(argot_environment().contains("AWS_ACCESS_KEY_ID"));
  EXPECT_FALSE(aws_environment().contains("PATH"));
  ::unsetenv("AWS_ACCESS_KEY_ID");
}

}  // namespace
}  // namespace argot::server
