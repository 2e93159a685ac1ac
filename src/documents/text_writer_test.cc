#include "documents/text_writer.h"

#include <gtest/gtest.h>

#include <string>

#include "base/limits.h"
#include "documents/test_text.h"

namespace argot::documents {
namespace {

TEST(TextWriter, GathersPiecesOfBoundedSize) {
  TextSink out;
  TextWriter writer(out);
  std::string all;
  for (int i = 0; i < 30'000; ++i) {
    writer.write("some words\n");
    all += "some words\n";
  }
  const std::string large(1'000'000, 'x');
  writer.write(large);
  writer.flush();
  EXPECT_EQ(out.text, all + large);
  EXPECT_EQ(out.largest(), limits::document_piece_bytes);
}

TEST(TextWriter, KnowsWhereALineStarts) {
  TextSink out;
  TextWriter writer(out);
  EXPECT_TRUE(writer.is_at_line_start());
  writer.write("a");
  EXPECT_FALSE(writer.is_at_line_start());
  writer.write("");
  EXPECT_FALSE(writer.is_at_line_start());
  writer.write("b\n");
  EXPECT_TRUE(writer.is_at_line_start());
}

TEST(TextWriter, KeepsTheFirstErrorAndDropsTheRest) {
  TextSink out(100'000);
  TextWriter writer(out);
  for (int i = 0; i < 4; ++i) writer.write(std::string(65'536, 'x'));
  writer.flush();
  ASSERT_TRUE(writer.error());
  EXPECT_EQ(writer.error()->detail, "that is enough");
  EXPECT_EQ(out.text.size(), 65'536U);
}

}  // namespace
}  // namespace argot::documents
