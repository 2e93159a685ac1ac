#include "http/message.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>

namespace argot::http {
namespace {

class FixedContent final : public FileContent {
 public:
  explicit FixedContent(std::uint64_t size) : size_(size) {}
  FileRegion region_at(std::uint64_t) const override { return {}; }
  std::uint64_t size() const override { return size_; }
  std::uint64_t ready_from(std::uint64_t) override { return 0; }
  Result<> prepare(std::uint64_t) override { return {}; }

 private:
  std::uint64_t size_;
};

TEST(Request, HeadersAreFoundInAnyCaseAndTheFirstCounts) {
  Request request;
  request.headers = {{"Accept", "a"}, {"X-Two", "b"}, {"x-two", "c"}};
  EXPECT_EQ(request.header("accept"), "a");
  EXPECT_EQ(request.header("X-TWO"), "b");
  EXPECT_FALSE(request.header("X"));
  EXPECT_FALSE(request.header("X-Two-More"));
}

TEST(Response, BodyBytesAreThoseOfTheTextOrTheFile) {
  Response response;
  EXPECT_EQ(response.body_bytes(), 0U);
  response.body = "hello";
  EXPECT_EQ(response.body_bytes(), 5U);
  response.body = std::make_unique<FixedContent>(1ULL << 40U);
  EXPECT_EQ(response.body_bytes(), 1ULL << 40U);
}

TEST(BodyFraming, ZeroBytesAreNoBody) {
  EXPECT_FALSE((BodyFraming{.kind = BodyFraming::Kind::none, .length = 0}.has_body()));
  EXPECT_FALSE((BodyFraming{.kind = BodyFraming::Kind::length, .length = 0}.has_body()));
  EXPECT_TRUE((BodyFraming{.kind = BodyFraming::Kind::length, .length = 1}.has_body()));
  EXPECT_TRUE((BodyFraming{.kind = BodyFraming::Kind::chunked, .length = 0}.has_body()));
}

}  // namespace
}  // namespace argot::http
