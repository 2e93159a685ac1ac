#include "cli/tokens.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "base/unique_fd.h"
#include "digest/sha256.h"
#include "json/reader.h"
#include "tests/support/fakes.h"

namespace argot::cli {
namespace {

class Tokens : public ::testing::Test {
 protected:
  std::string make_file(const std::string& name, const std::string& content) {
    const std::string path = folder_ / name;
    std::ofstream(path, std::ios::binary) << content;
    return path;
  }

  int run(std::vector<std::string> arguments, int input = -1, bool is_terminal = false) {
    out_.str("");
    err_.str("");
    return run_tokens({.arguments = std::move(arguments)}, {.out = out_, .err = err_},
                      {.clock = clock_,
                       .input = input,
                       .is_out_terminal = is_terminal,
                       .is_err_terminal = is_terminal,
                       .stop = stop_.get_token()});
  }

  std::string out() const { return out_.str(); }
  std::string err() const { return err_.str(); }

  testing::TempFolder folder_;
  testing::FakeClock clock_;
  std::stop_source stop_;
  std::ostringstream out_;
  std::ostringstream err_;
};

TEST_F(Tokens, AreCountedForEachFileAndInAll) {
  const std::string first = make_file("b.txt", "Hello, world\n");
  const std::string second = make_file("a.txt", "");
  EXPECT_EQ(run({first, second}), exit_success);
  EXPECT_EQ(out(), "4\t" + first + "\n0\t" + second + "\n4\ttotal\n");
  EXPECT_EQ(err(), "");
  EXPECT_EQ(run({first}), exit_success);
  EXPECT_EQ(out(), "4\t" + first + "\n");
}

TEST_F(Tokens, TheEncodingIsChosen) {
  const std::string path = make_file("a.txt", "\u4e2d\u6587\u4e9a\u6d32");
  EXPECT_EQ(run({path, "--json"}), exit_success);
  EXPECT_EQ(out(), R"({"file":")" + path +
                       R"(","encoding":"o200k_base","tokens":2})"
                       "\n");
  EXPECT_EQ(run({path, "--json", "--encoding", "cl100k_base"}), exit_success);
  EXPECT_EQ(out(), R"({"file":")" + path +
                       R"(","encoding":"cl100k_base","tokens":6})"
                       "\n");
  EXPECT_EQ(run({path, "--encoding", "p50k_base"}), exit_usage);
  EXPECT_EQ(err(), "argot: --encoding: expected o200k_base or cl100k_base; got 'p50k_base'\n");
}

TEST_F(Tokens, IdsAreALineForEachFile) {
  const std::string path = make_file("a.txt", "Hello, world\n");
  EXPECT_EQ(run({path, path, "--ids"}), exit_success);
  EXPECT_EQ(out(), "13225 11 2375 198\n13225 11 2375 198\n");
  EXPECT_EQ(run({path, "--ids", "--json"}), exit_success);
  EXPECT_EQ(out(), R"({"file":")" + path +
                       R"(","encoding":"o200k_base","tokens":4,"ids":[13225,11,2375,198]})"
                       "\n");
}

TEST_F(Tokens, AByteOrderMarkIsText) {
  EXPECT_EQ(run({make_file("a.txt", "\ufeffHello world"), "--ids"}), exit_success);
  EXPECT_EQ(out(), "5574 13225 2375\n");
}

TEST_F(Tokens, AFolderIsAllFilesBelowIt) {
  std::filesystem::create_directories(folder_ / "books/more");
  const std::string last = make_file("books/z.txt", "a");
  const std::string first = make_file("books/more/a.txt", "a");
  EXPECT_EQ(run({folder_ / "books", "--parallel", "2"}), exit_success);
  EXPECT_EQ(out(), "1\t" + first + "\n1\t" + last + "\n2\ttotal\n");
}

TEST_F(Tokens, StandardInputIsAFileToo) {
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
  const UniqueFd read_end(ends[0]);
  {
    const UniqueFd write_end(ends[1]);
    ASSERT_EQ(::write(write_end.get(), "Hello", 5), 5);
  }
  EXPECT_EQ(run({"-"}, read_end.get()), exit_success);
  EXPECT_EQ(out(), "1\t-\n");
}

TEST_F(Tokens, WhatCannotBeReadIsSaidAndTheOthersGoOn) {
  const std::string path = make_file("a.txt", "a");
  const std::string missing = folder_ / "missing.txt";
  EXPECT_EQ(run({missing, path, folder_ / "*.none"}), exit_usage);
  EXPECT_EQ(out(), "1\t" + path + "\n1\ttotal\n");
  EXPECT_TRUE(err().contains("argot: " + missing + ": No such file or directory\n")) << err();
  EXPECT_TRUE(err().contains("*.none: there is no such file\n")) << err();
}

TEST_F(Tokens, TheVocabularyIsThePublishedFile) {
  EXPECT_EQ(run({"--vocabulary", "--encoding", "cl100k_base"}), exit_success);
  EXPECT_EQ(digest::sha256_of(as_bytes(out())).hex(),
            "223921b76ee99bde995b7ff738513eef100fb51d18c93597a113bcffe865b2a7");
  EXPECT_EQ(run({"--vocabulary", "a.txt"}), exit_usage);
  EXPECT_EQ(run({}), exit_usage);
  EXPECT_EQ(err(), "argot: expected files, or --vocabulary and no files\n");
}

TEST_F(Tokens, AnInterruptEndsIt) {
  const std::string path = make_file("a.txt", "a");
  stop_.request_stop();
  EXPECT_EQ(run({path, path}), 130);
  EXPECT_EQ(out(), "");
}

TEST_F(Tokens, NamesAreMadeSafeForATerminal) {
  const std::string path = make_file("a\x1b[31m.txt", "a");
  EXPECT_EQ(run({path}, -1, true), exit_success);
  EXPECT_FALSE(out().contains('\x1b')) << out();
}

}  // namespace
}  // namespace argot::cli
