#include "server/s3_options.h"

#include <gtest/gtest.h>

#include <fstream>

#include "tests/support/fakes.h"

namespace argot::server {
namespace {

class S3OptionsTest : public ::testing::Test {
 protected:
  S3OptionsTest() {
    settings_.blobs_s3 = blob::S3Location::parse("s3://files/p?endpoint=http://127.0.0.1:9");
    settings_.s3_credentials_file = folder_ / "s3";
    settings_.s3_ca_file = "ca.pem";
    settings_.sweep_orphan_age = std::chrono::hours(3);
    settings_.s3_redirect_lifetime = std::chrono::milliseconds(1'500);
  }

  Result<blob::S3StoreOptions> options() {
    return s3_options_of(
        settings_,
        {.clock = clock_, .random = random_, .log = log_, .staging_folder = "data/staging"});
  }

  testing::TempFolder folder_;
  testing::FakeClock clock_;
  testing::SeededRandom random_;
  SilentLog log_;
  Settings settings_;
};

TEST_F(S3OptionsTest, HaveWhatTheSettingsSay) {
  std::ofstream(folder_ / "s3") << "AWS_ACCESS_KEY_ID=id\nAWS_SECRET_ACCESS_KEY=secret\n";
  const auto made = options();
  ASSERT_TRUE(made);
  EXPECT_EQ(made->client.location, *settings_.blobs_s3);
  EXPECT_EQ(made->client.credentials.access_key, "id");
  EXPECT_EQ(made->client.credentials.secret_key, "secret");
  EXPECT_EQ(made->client.ca_file, "ca.pem");
  EXPECT_EQ(made->staging_folder, "data/staging");
  EXPECT_EQ(made->upload_age_max, std::chrono::hours(3));
  EXPECT_EQ(made->url_lifetime, std::chrono::seconds(2));
}

TEST_F(S3OptionsTest, WithoutAKeyThereAreNone) {
  const auto made = options();
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, ErrorCode::cannot_start);
}

}  // namespace
}  // namespace argot::server
