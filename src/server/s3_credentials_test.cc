#include "server/s3_credentials.h"

#include <gtest/gtest.h>

#include <fstream>
#include <string>

#include "tests/support/fakes.h"

namespace argot::server {
namespace {

using Variables = std::map<std::string, std::string>;

class S3CredentialsTest : public ::testing::Test {
 protected:
  std::string write(const std::string& text) {
    std::ofstream(folder_ / "s3") << text;
    return folder_ / "s3";
  }
  static std::string problem(const std::optional<std::string>& file, const Variables& variables) {
    const auto found = find_s3_credentials(file, variables);
    EXPECT_FALSE(found);
    if (found) return "";
    EXPECT_EQ(found.error().code, ErrorCode::cannot_start);
    return found.error().detail;
  }

  const Variables variables_ = {{"AWS_ACCESS_KEY_ID", "id"}, {"AWS_SECRET_ACCESS_KEY", "secret"}};
  testing::TempFolder folder_;
};

TEST_F(S3CredentialsTest, TheVariablesAreThoseOfOthers) {
  Variables variables = variables_;
  variables["AWS_SESSION_TOKEN"] = "token";
  const auto found = find_s3_credentials(std::nullopt, variables);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->access_key, "id");
  EXPECT_EQ(found->secret_key, "secret");
  EXPECT_EQ(found->session_token, "token");
}

TEST_F(S3CredentialsTest, AFileBeatsThem) {
  const std::string file = write(
      "# for argot\n\n export AWS_ACCESS_KEY_ID='from file'x\r\nAWS_ACCESS_KEY_ID=\"other\"\n"
      "AWS_SECRET_ACCESS_KEY=a=b\nOTHER=1\nno line");
  const auto found = find_s3_credentials(file, variables_);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->access_key, "other");
  EXPECT_EQ(found->secret_key, "a=b");
  EXPECT_EQ(found->session_token, "");
}

TEST_F(S3CredentialsTest, HalfAKeyIsNone) {
  EXPECT_EQ(problem(std::nullopt, {{"AWS_ACCESS_KEY_ID", "id"}}),
            "--blobs: the environment has no AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, which S3 "
            "needs");
  const std::string file = write("AWS_SECRET_ACCESS_KEY=secret\n");
  EXPECT_EQ(problem(file, variables_).find("secret"), std::string::npos);
}

TEST_F(S3CredentialsTest, AFileThatIsNotThereIsNamed) {
  EXPECT_NE(problem(folder_ / "gone", variables_).find("s3.credentials_file: "), std::string::npos);
}

TEST_F(S3CredentialsTest, WhatWouldEndAHeaderIsRefusedAndNotShown) {
  for (const char* const bad : {"se\ncret", "se cret", "se,cret", "s\xC3\xA4"}) {
    Variables variables = variables_;
    variables["AWS_SECRET_ACCESS_KEY"] = bad;
    EXPECT_EQ(problem(std::nullopt, variables).find("cret"), std::string::npos);
  }
}

}  // namespace
}  // namespace argot::server
