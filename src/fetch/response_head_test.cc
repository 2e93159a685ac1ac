#include "fetch/response_head.h"

#include <gtest/gtest.h>

#include <vector>

namespace argot::fetch {
namespace {

using Step = ResponseHeadReader::Step;

// The step that the last of the lines gives.
Step last(ResponseHeadReader& reader, const std::vector<std::string>& lines) {
  Step step = Step::more;
  for (const std::string& line : lines) {
    EXPECT_EQ(step, Step::more) << "before " << line;
    step = reader.read(line);
  }
  return step;
}

Step last(const std::vector<std::string>& lines) {
  ResponseHeadReader reader;
  return last(reader, lines);
}

TEST(ResponseHead, IsReadLineByLine) {
  ResponseHeadReader reader;
  ASSERT_EQ(last(reader, {"HTTP/1.1 200 OK\r\n", "A: 1\r\n", "b:\t2 \t\r\n", "C:\n", "D:x:y\r\n",
                          "nonsense\r\n", "\r\n"}),
            Step::complete);
  const ResponseHead& head = reader.head();
  EXPECT_EQ(head.status, 200);
  EXPECT_EQ(head.http_version, "1.1");
  ASSERT_EQ(head.headers.size(), 4U);
  EXPECT_EQ(*find_header(head.headers, "a"), "1");
  EXPECT_EQ(*find_header(head.headers, "B"), "2");
  EXPECT_EQ(*find_header(head.headers, "c"), "");
  EXPECT_EQ(*find_header(head.headers, "d"), "x:y");
}

TEST(ResponseHead, TheReasonMayBeMissing) {
  EXPECT_EQ(last({"HTTP/2 204 \r\n", "\r\n"}), Step::complete);
  EXPECT_EQ(last({"HTTP/2 204\r\n", "\r\n"}), Step::complete);
}

TEST(ResponseHead, InformationalOnesAreForgotten) {
  ResponseHeadReader reader;
  ASSERT_EQ(last(reader, {"HTTP/1.1 103 Early Hints\r\n", "Link: x\r\n", "\r\n",
                          "HTTP/1.1 404 Not Found\r\n", "\r\n"}),
            Step::complete);
  EXPECT_EQ(reader.head().status, 404);
  EXPECT_TRUE(reader.head().headers.empty());
}

TEST(ResponseHead, AFoldedValueGoesOn) {
  ResponseHeadReader reader;
  ASSERT_EQ(last(reader, {"HTTP/1.1 200 OK\r\n", " lost\r\n", "A: 1\r\n", "\t 2\r\n", "\r\n"}),
            Step::complete);
  ASSERT_EQ(reader.head().headers.size(), 1U);
  EXPECT_EQ(reader.head().headers[0].value, "1 2");
}

TEST(ResponseHead, WhatIsNoStatusLineIsRefused) {
  for (const char* const line :
       {"\r\n", "A: 1\r\n", "HTTP/1.1\r\n", "HTTP/1.1 \r\n", "HTTP/1.1 20\r\n", "HTTP/1.1 2000\r\n",
        "HTTP/1.1 099 x\r\n", "HTTP/1.1 abc\r\n", "http/1.1 200 OK\r\n", "HTTP/1.1 -12 x\r\n"}) {
    EXPECT_EQ(last({line}), Step::refused) << line;
  }
}

TEST(ResponseHead, AnotherProtocolIsRefused) {
  EXPECT_EQ(last({"HTTP/1.1 101 Switching Protocols\r\n", "\r\n"}), Step::refused);
}

TEST(ResponseHead, LengthsAgree) {
  const auto with = [](const std::string& first, const std::string& second) {
    return last({"HTTP/1.1 200 OK\r\n", "Content-Length: " + first + "\r\n",
                 "content-length: " + second + "\r\n", "\r\n"});
  };
  EXPECT_EQ(with("5", "5"), Step::complete);
  EXPECT_EQ(with("5", "6"), Step::refused);
  EXPECT_EQ(with("5", ""), Step::refused);
  EXPECT_EQ(with("5", "5, 5"), Step::refused);
  EXPECT_EQ(with("-5", "-5"), Step::refused);
}

TEST(ResponseHead, SizeIsBoundedToTheByte) {
  for (const std::size_t excess : {0UL, 1UL}) {
    const std::string status = "HTTP/1.1 200 OK\r\n";
    const std::size_t filler = head_bytes_max - status.size() - 4 - 2 + excess;
    const Step step = last({status, "A:" + std::string(filler, 'x') + "\r\n", "\r\n"});
    EXPECT_EQ(step, excess == 0 ? Step::complete : Step::refused);
  }
}

TEST(ResponseHead, InformationalOnesCountToo) {
  ResponseHeadReader reader;
  Step step = Step::more;
  std::size_t heads = 0;
  while (step == Step::more && heads < head_bytes_max) {
    ++heads;
    step = reader.read("HTTP/1.1 102 x\r\n");
    if (step == Step::more) step = reader.read("\r\n");
  }
  EXPECT_EQ(step, Step::refused);
}

}  // namespace
}  // namespace argot::fetch
