#include "policy/gif_frames.h"

#include <gtest/gtest.h>

#include <string>

namespace argot::policy {
namespace {

using namespace std::string_literals;

const std::string screen = "\x02\x00\x02\x00\x00\x00\x00"s;
const std::string screen_with_colors = "\x02\x00\x02\x00\x80\x00\x00"s + std::string(6, '\x2C');
const std::string frame = "\x2C\x00\x00\x00\x00\x02\x00\x02\x00\x00"s + "\x02\x03\x2C\x2C\x2C\x00"s;
const std::string frame_with_colors =
    "\x2C\x00\x00\x00\x00\x02\x00\x02\x00\x81"s + std::string(12, '\x2C') + "\x02\x02\x2C\x2C\x00"s;
const std::string extension = "\x21\xF9\x04\x2C\x2C\x2C\x2C\x00"s;
const std::string trailer = "\x3B"s;

int count_of(const std::string& image) {
  GifFrames whole;
  whole.write(image);
  GifFrames split;
  for (const char byte : image) split.write({&byte, 1});
  EXPECT_EQ(split.count(), whole.count());
  EXPECT_EQ(split.is_gif(), whole.is_gif());
  return whole.is_gif() ? whole.count() : -1;
}

TEST(GifFrames, APictureHasOne) {
  EXPECT_EQ(count_of("GIF89a" + screen + frame + trailer), 1);
  EXPECT_EQ(count_of("GIF87a" + screen + frame + trailer), 1);
  EXPECT_EQ(count_of("GIF89a" + screen + extension + frame + extension + trailer), 1);
}

TEST(GifFrames, AnAnimationHasSeveral) {
  EXPECT_EQ(count_of("GIF89a" + screen + frame + frame + trailer), 2);
  EXPECT_EQ(count_of("GIF89a" + screen + extension + frame + extension + frame + frame), 2);
}

TEST(GifFrames, ColorsAndPixelsAreNoBlocks) {
  EXPECT_EQ(count_of("GIF89a" + screen_with_colors + frame + trailer), 1);
  EXPECT_EQ(count_of("GIF89a" + screen + frame_with_colors + trailer), 1);
  EXPECT_EQ(count_of("GIF89a" + screen_with_colors + frame_with_colors + frame), 2);
}

TEST(GifFrames, NothingCountsBehindTheTrailer) {
  EXPECT_EQ(count_of("GIF89a" + screen + frame + trailer + frame), 1);
  EXPECT_EQ(count_of("GIF89a" + screen + trailer + frame), 0);
}

TEST(GifFrames, WhatTheFormatDoesNotKnowEndsTheCounting) {
  EXPECT_EQ(count_of("GIF89a" + screen + frame + "\x01" + frame), 1);
}

TEST(GifFrames, OnlyASignatureMakesAGif) {
  for (const char* const text : {"", "GIF89", "GIF88a", "GIF99a", "GIF89b", "gif89a", "PNG"}) {
    EXPECT_EQ(count_of(text + frame + frame), -1) << text;
  }
  EXPECT_EQ(count_of("GIF89a"), 0);
}

}  // namespace
}  // namespace argot::policy
