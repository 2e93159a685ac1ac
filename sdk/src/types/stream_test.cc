#include "argot_open_ai/types/stream.hpp"

#include <gtest/gtest.h>

#include <array>
#include <fstream>
#include <ios>
#include <sstream>
#include <stdexcept>
#include <streambuf>
#include <string>

namespace argot::openai {
namespace {

std::string drained(ByteSource& source, std::size_t step = 3) {
  std::string all;
  std::array<char, 64> room{};
  for (;;) {
    const std::size_t count = source.read(std::as_writable_bytes(std::span(room)).first(step));
    if (count == 0) return all;
    all.append(room.data(), count);
  }
}

// Gives bytes and cannot seek, like a pipe.
class PipeBuffer final : public std::streambuf {
 public:
  explicit PipeBuffer(std::string bytes) : bytes_(std::move(bytes)) {
    setg(bytes_.data(), bytes_.data(), bytes_.data() + bytes_.size());
  }

 private:
  std::string bytes_;
};

class Letters final : public ByteSource {
 public:
  std::size_t read(std::span<std::byte> room) override {
    room.front() = std::byte{'a'};
    return 1;
  }
};

TEST(ByteSource, KnowsNoSizeAndCannotRewindUnlessItSaysSo) {
  Letters letters;
  EXPECT_EQ(letters.size(), std::nullopt);
  EXPECT_FALSE(letters.rewind());
}

TEST(StreamSource, ReadsFromWhereTheStreamStands) {
  std::istringstream stream("head\nthe rest");
  std::string head;
  std::getline(stream, head);
  const auto source = sourceOf(stream);
  EXPECT_EQ(source->size(), 8U);
  EXPECT_EQ(drained(*source), "the rest");
}

TEST(StreamSource, RewindsToWhereTheStreamStood) {
  std::istringstream stream("0123456789");
  stream.seekg(4);
  const auto source = sourceOf(stream);
  EXPECT_EQ(drained(*source), "456789");
  ASSERT_TRUE(source->rewind());
  EXPECT_EQ(drained(*source), "456789");
}

TEST(StreamSource, OfAStreamAtItsEndIsEmpty) {
  std::istringstream stream("word");
  std::string word;
  stream >> word;
  ASSERT_TRUE(stream.eof());
  const auto source = sourceOf(stream);
  EXPECT_EQ(source->size(), 0U);
  EXPECT_EQ(drained(*source), "");
  EXPECT_TRUE(source->rewind());
}

TEST(StreamSource, OfAStreamThatCannotSeekHasNoSizeAndIsReadOnce) {
  PipeBuffer buffer("from a pipe");
  std::istream stream(&buffer);
  const auto source = sourceOf(stream);
  EXPECT_EQ(source->size(), std::nullopt);
  EXPECT_EQ(drained(*source), "from a pipe");
  EXPECT_FALSE(source->rewind());
  EXPECT_TRUE(stream.good()) << "the attempt to seek left its mark";
}

TEST(StreamSource, KeepsZerosAndHighBytes) {
  const std::string bytes("\0\xFF\n\r\x1A\0", 6);
  std::istringstream stream(bytes);
  EXPECT_EQ(drained(*sourceOf(stream)), bytes);
}

TEST(StreamSource, AFailedStreamIsAnErrorAndNotAnEmptyUpload) {
  std::ifstream stream("/nonexistent/file");
  ASSERT_TRUE(stream.fail());
  const auto source = sourceOf(stream);
  EXPECT_EQ(source->size(), std::nullopt);
  EXPECT_FALSE(source->rewind());
  EXPECT_THROW(drained(*source), std::runtime_error);

  std::istream without(nullptr);
  EXPECT_THROW(drained(*sourceOf(without)), std::runtime_error);
}

TEST(StreamSource, WhatTheBufferThrowsGoesThrough) {
  class Broken final : public std::streambuf {
   private:
    int_type underflow() override { throw std::runtime_error("the disk is gone"); }
  };
  Broken buffer;
  std::istream stream(&buffer);
  EXPECT_THROW(drained(*sourceOf(stream)), std::runtime_error);
}

}  // namespace
}  // namespace argot::openai
