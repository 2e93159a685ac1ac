// The form around a file: what it makes of sources that are slow, or not as long as they say.

#include "detail/multipart_body.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace argot::openai {
namespace {

using detail::MultipartBody;
using ::testing::EndsWith;
using ::testing::StartsWith;

/// Gives a piece a read, and claims whatever size it is told to.
class Pieces final : public ByteSource {
 public:
  explicit Pieces(std::vector<std::string> pieces, std::optional<std::uint64_t> claimed = {})
      : pieces_(std::move(pieces)), claimed_(claimed) {}

  std::optional<std::uint64_t> size() const override { return claimed_; }
  std::size_t read(std::span<std::byte> room) override {
    if (next_ == pieces_.size()) return 0;
    const auto piece = std::as_bytes(std::span(pieces_[next_++]));
    std::ranges::copy(piece, room.begin());
    return piece.size();
  }

 private:
  std::vector<std::string> pieces_;
  std::optional<std::uint64_t> claimed_;
  std::size_t next_ = 0;
};

MultipartBody bodyOf(std::shared_ptr<ByteSource> source) {
  return {{.name = "a", .type = "text/plain", .content = FileContent(std::move(source))},
          {{"purpose", "batch"}},
          "B"};
}

std::string readOnce(MultipartBody& body) {
  std::array<std::byte, 1'000> room{};
  const std::size_t count = body.read(room);
  return {reinterpret_cast<const char*>(room.data()), count};
}

std::string readAll(MultipartBody& body) {
  std::string text;
  for (std::string piece = readOnce(body); !piece.empty(); piece = readOnce(body)) text += piece;
  return text;
}

TEST(MultipartBody, SendsWhatASlowSourceHasBeforeItAsksForMore) {
  MultipartBody body = bodyOf(std::make_shared<Pieces>(std::vector<std::string>{"one", "two"}));
  EXPECT_THAT(readOnce(body), EndsWith("\r\n\r\none"));
  EXPECT_EQ(readOnce(body), "two");
  EXPECT_THAT(readOnce(body), StartsWith("\r\n--B\r\n"));
  EXPECT_EQ(readOnce(body), "");
}

TEST(MultipartBody, KnowsItsSizeWhereTheSourceDoes) {
  MultipartBody sized = bodyOf(std::make_shared<Pieces>(std::vector<std::string>{"one"}, 3));
  const auto size = sized.size();
  EXPECT_EQ(size, readAll(sized).size());
  EXPECT_EQ(bodyOf(std::make_shared<Pieces>(std::vector<std::string>{})).size(), std::nullopt);
}

TEST(MultipartBody, ASourceThatIsNotAsLongAsItSaysIsAnError) {
  const auto messageOf = [](std::vector<std::string> pieces) -> std::string {
    MultipartBody body = bodyOf(std::make_shared<Pieces>(std::move(pieces), 6));
    try {
      return readAll(body);
    } catch (const std::runtime_error& error) {
      return error.what();
    }
  };
  EXPECT_THAT(messageOf({"one", "two"}), StartsWith("--B\r\n"));
  EXPECT_EQ(messageOf({"one"}), "the file changed while it was sent: expected 6 bytes, got 3");
  EXPECT_EQ(messageOf({}), "the file changed while it was sent: expected 6 bytes, got 0");
  EXPECT_EQ(messageOf({"one", "two", "x"}),
            "the file changed while it was sent: expected 6 bytes, got more");
}

TEST(MultipartBody, DoesNotBeginAnewWhereItsSourceCannot) {
  MultipartBody body = bodyOf(std::make_shared<Pieces>(std::vector<std::string>{"one"}));
  (void)readOnce(body);
  EXPECT_FALSE(body.rewind());
  MultipartBody again({.name = "a", .type = "b/c", .content = FileContent("text")}, {}, "B");
  const std::string text = readAll(again);
  EXPECT_TRUE(again.rewind());
  EXPECT_EQ(readAll(again), text);
}

}  // namespace
}  // namespace argot::openai
