// What the tests on a real S3 server share: a bucket each, and the store on it.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "base/clock.h"
#include "base/random.h"
#include "blob/s3_answer.h"
#include "blob/s3_client.h"
#include "blob/s3_store.h"
#include "tests/support/fakes.h"
#include "tests/support/s3_server.h"

namespace argot::blob {

constexpr std::uint64_t s3_part_bytes = 5_MiB;  // the smallest that S3 takes

class S3Bucket {
 public:
  S3Bucket() {
    S3Client client(client_options());
    const S3Request request{.operation = "CreateBucket", .method = "PUT"};
    const auto reply = client.perform(request);
    EXPECT_TRUE(reply && reply->is_success());
  }

  S3ClientOptions client_options() {
    testing::S3Server& server = testing::S3Server::shared();
    return {.location = *S3Location::parse("s3://" + name_ + "/" + prefix_ +
                                           "?endpoint=" + server.endpoint()),
            .credentials = {.access_key = server.access_key(),
                            .secret_key = server.secret_key(),
                            .session_token = ""},
            .ca_file = "",
            .clock = clock_,
            .random = random_,
            .log = log_};
  }

  S3StoreOptions store_options() {
    return {
        .client = client_options(), .staging_folder = folder_.path(), .part_bytes = s3_part_bytes};
  }

  std::unique_ptr<S3Store> open_store() { return open_store(store_options()); }
  static std::unique_ptr<S3Store> open_store(const S3StoreOptions& options) {
    auto opened = S3Store::open(options);
    EXPECT_TRUE(opened) << describe(opened.error());
    return opened ? *std::move(opened) : nullptr;
  }

  // Of all uploads that were begun and not ended, as the server lists them.
  std::size_t unfinished_uploads() {
    S3Client client(client_options());
    const auto reply =
        client.perform({.operation = "ListMultipartUploads", .query = {{"uploads", ""}}});
    EXPECT_TRUE(reply && reply->is_success());
    const auto page = parse_upload_page(reply->body);
    EXPECT_TRUE(page);
    return page->uploads.size();
  }

  const std::filesystem::path& staging_folder() const { return folder_.path(); }
  const std::string& name() const { return name_; }
  void set_prefix(std::string prefix) { prefix_ = std::move(prefix); }

 private:
  const std::string name_ = testing::S3Server::shared().new_name();
  std::string prefix_ = "argot/content";
  testing::TempFolder folder_;
  SystemClock clock_;
  SystemRandom random_;
  SilentLog log_;
};

class S3Test : public ::testing::Test {
 protected:
  void SetUp() override {
    const std::string why_missing = testing::S3Server::why_missing();
    if (!why_missing.empty()) GTEST_SKIP() << why_missing;
    bucket_ = std::make_unique<S3Bucket>();
  }

  S3Bucket& bucket() { return *bucket_; }

 private:
  std::unique_ptr<S3Bucket> bucket_;
};

}  // namespace argot::blob
