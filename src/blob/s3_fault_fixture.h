// What the tests on a server that goes wrong share: it, a client and a store.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string_view>

#include "base/clock.h"
#include "base/random.h"
#include "blob/s3_store.h"
#include "blob/s3_stub_fixture.h"
#include "tests/support/fakes.h"

namespace argot::blob {

// A stub, and what talks to it: impatient, so that no test waits long for nothing.
class S3StubTest : public ::testing::Test {
 protected:
  static constexpr int tries_max = 3;
  static constexpr std::uint64_t part_bytes = 1'000;

  S3ClientOptions client_options() {
    return {.location = *S3Location::parse(stub_.location()),
            .credentials = {.access_key = "AKID", .secret_key = "the-secret", .session_token = ""},
            .ca_file = "",
            .clock = clock_,
            .random = random_,
            .log = log_,
            .tries_max = tries_max,
            .backoff = {.initial_interval = std::chrono::milliseconds(1),
                        .interval_max = std::chrono::milliseconds(2)}};
  }

  S3StoreOptions store_options() {
    return {.client = client_options(),
            .staging_folder = folder_.path(),
            .part_bytes = part_bytes,
            .requests_at_once = 4};
  }

  std::unique_ptr<S3Store> open_store() {
    auto opened = S3Store::open(store_options());
    EXPECT_TRUE(opened) << describe(opened.error());
    return opened ? *std::move(opened) : nullptr;
  }

  enum class Waits { in_file, in_memory };

  // Content that waits to be sealed.
  static std::unique_ptr<StagedBlob> stage(S3Store& store, std::string_view content,
                                           Waits where = Waits::in_file) {
    auto staged = store.stage();
    EXPECT_TRUE(staged);
    if (where == Waits::in_memory) (*staged)->forgo_reading();
    EXPECT_TRUE((*staged)->write(as_bytes(content)));
    EXPECT_TRUE((*staged)->finish());
    return *std::move(staged);
  }

  static void reset(testing::ScriptedConnection& connection) { connection.reset(); }

  S3Stub stub_;
  testing::TempFolder folder_{testing::TempFolder::in_memory()};
  SystemClock clock_;
  SystemRandom random_;
  SilentLog log_;
};

}  // namespace argot::blob
