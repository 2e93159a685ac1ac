#include "cli/upload_in_parts.h"

#include <unistd.h>

#include <filesystem>
#include <optional>

#include "cli/files_fixture.h"
#include "cli/upload_lock.h"
#include "sdk/src/detail/fake_uploads.hpp"

namespace argot::cli {
namespace {

using openai::detail::FakeUploads;
using openai::testing::MockReply;
using Reply = std::optional<MockReply>;

// 35 bytes, which go in 4 parts.
constexpr const char* content = "0123456789abcdefghijABCDEFGHIJ01234";

class UploadInParts : public FilesFixture {
 protected:
  UploadInParts() { transport_ = server_.transport(); }

  int create(std::vector<std::string> more = {}) {
    std::vector<std::string> arguments{"create",    path_,        "--purpose",
                                       "user_data", "--parallel", "1"};
    if (std::ranges::find(more, "--parts-above") == more.end()) {
      arguments.insert(arguments.end(), {"--parts-above", "34"});
    }
    if (std::ranges::find(more, "--part-size") == more.end()) {
      arguments.insert(arguments.end(), {"--part-size", "10"});
    }
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run(std::move(arguments));
  }

  bool has_note() const { return std::filesystem::exists(note_); }

  FakeUploads server_;
  std::string path_ = make_file("big.bin", content);
  std::string note_ = folder_ / ".big.bin.argot-upload";
};

TEST_F(UploadInParts, PrintsTheIdAndLeavesNothing) {
  ASSERT_EQ(create(), exit_success) << err();
  EXPECT_EQ(out(), "file-abc\n");
  EXPECT_EQ(err(), "");
  EXPECT_EQ(server_.content, content);
  EXPECT_EQ(server_.countOf("part"), 4U);
  EXPECT_FALSE(has_note());
  EXPECT_NE(server_.announcement.find(R"("filename":"big.bin","purpose":"user_data","bytes":35)"),
            std::string::npos)
      << server_.announcement;
}

TEST_F(UploadInParts, IsForFilesAboveTheSizeOnly) {
  answer({{.body = file_on_wire("file-a", "big.bin")}});
  EXPECT_EQ(create({"--parts-above", "35"}), exit_success) << err();
  ASSERT_EQ(requests().size(), 1U);
  EXPECT_TRUE(requests()[0].url.ends_with("/v1/files"));
  EXPECT_EQ(PartsChoice{}.above, std::uint64_t{512} << 20);
  EXPECT_FALSE(goes_in_parts("/dev/null", {.above = 0}));
  EXPECT_FALSE(goes_in_parts(folder_ / "none", {.above = 0}));
}

TEST_F(UploadInParts, ShowsOneBar) {
  is_err_terminal_ = true;
  ASSERT_EQ(create(), exit_success);
  EXPECT_NE(err().find("100%     35 B"), std::string::npos) << err();
}

TEST_F(UploadInParts, GoesOnWithTheSameCommand) {
  server_.beforePart = [](std::size_t n) { return n == 3 ? Reply({.status = 503}) : Reply(); };
  EXPECT_EQ(create(), exit_failure);
  EXPECT_TRUE(err().starts_with(
      "argot: " + path_ +
      ": 2 of 4 parts are there, and the same command goes on with upload_1\nargot: " + path_))
      << err();
  EXPECT_TRUE(has_note());
  EXPECT_EQ(server_.countOf("cancel"), 0U);

  server_.beforePart = nullptr;
  // Parts of the size that the upload was begun with.
  ASSERT_EQ(create({"--part-size", "7"}), exit_success) << err();
  EXPECT_EQ(server_.content, content);
  EXPECT_EQ(server_.countOf("create"), 1U);
  EXPECT_EQ(server_.countOf("part"), 5U);
  EXPECT_FALSE(has_note());
}

TEST_F(UploadInParts, GoesOnAfterAStop) {
  server_.beforePart = [this](std::size_t n) {
    if (n == 2) stop_.request_stop();
    return Reply();
  };
  EXPECT_EQ(create(), 130);
  EXPECT_NE(err().find("2 of 4 parts are there"), std::string::npos) << err();
  EXPECT_NE(err().find("interrupted"), std::string::npos) << err();
  stop_ = {};
  ASSERT_EQ(create(), exit_success) << err();
  EXPECT_EQ(server_.countOf("part"), 4U);
  EXPECT_EQ(server_.content, content);
}

class UploadInPartsThatBrokeOff : public UploadInParts {
 protected:
  UploadInPartsThatBrokeOff() {
    server_.beforePart = [](std::size_t n) { return n == 3 ? Reply({.status = 503}) : Reply(); };
    EXPECT_EQ(create(), exit_failure);
    EXPECT_TRUE(has_note());
    server_.beforePart = nullptr;
  }

  // All is sent, into another upload.
  void expect_a_new_one(const std::string& expected = content) {
    EXPECT_EQ(server_.countOf("create"), 2U);
    EXPECT_EQ(server_.content, expected);
    EXPECT_FALSE(has_note());
  }
};

TEST_F(UploadInPartsThatBrokeOff, BeginsAnewIfItIsToldTo) {
  EXPECT_EQ(create({"--no-resume"}), exit_success) << err();
  expect_a_new_one();
  EXPECT_EQ(server_.countOf("cancel"), 1U);
}

TEST_F(UploadInPartsThatBrokeOff, BeginsAnewForAnotherContent) {
  std::string other = content;
  other[0] = '!';
  make_file("big.bin", other + other);
  EXPECT_EQ(create(), exit_success) << err();
  expect_a_new_one(other + other);
  EXPECT_EQ(server_.countOf("cancel"), 1U);
}

TEST_F(UploadInPartsThatBrokeOff, BeginsAnewForAnotherTarget) {
  EXPECT_EQ(create({"--name", "other.bin"}), exit_success) << err();
  expect_a_new_one();
}

TEST_F(UploadInPartsThatBrokeOff, BeginsAnewWhereTheServerHasEndedIt) {
  // The reply to the next part, which is the fourth.
  server_.beforePart = [](std::size_t n) {
    return n == 4 ? Reply({.status = 400, .body = R"({"error":{"message":"no","param":"id"}})"})
                  : Reply();
  };
  EXPECT_EQ(create(), exit_success) << err();
  EXPECT_EQ(err(), "");
  expect_a_new_one();
}

TEST_F(UploadInPartsThatBrokeOff, BeginsAnewAfterItsTime) {
  clock_.advance(std::chrono::seconds(server_.expiresAt) - clock_.now().time_since_epoch());
  EXPECT_EQ(create(), exit_success) << err();
  expect_a_new_one();
}

// The key may be another one the next time.
TEST_F(UploadInPartsThatBrokeOff, IsKeptWhereTheKeyIsRefused) {
  for (const int status : {401, 403}) {
    server_.beforePart = [status](std::size_t) { return Reply(error_reply(status, "No.")); };
    EXPECT_EQ(create(), exit_failure);
    EXPECT_TRUE(err().starts_with("argot: " + path_ +
                                  ": 2 of 4 parts are there, and the same "
                                  "command goes on with upload_1\nargot: " +
                                  path_ + ": No."))
        << err();
    EXPECT_TRUE(has_note());
    EXPECT_EQ(server_.countOf("cancel"), 0U);
  }
  server_.beforePart = nullptr;
  ASSERT_EQ(create(), exit_success) << err();
  EXPECT_EQ(server_.countOf("create"), 1U);
  EXPECT_EQ(server_.content, content);
}

TEST_F(UploadInPartsThatBrokeOff, IsCancelledByARefusalThatStays) {
  server_.beforeComplete = [] { return Reply(error_reply(400, "Invalid file format.")); };
  EXPECT_EQ(create(), exit_failure);
  EXPECT_EQ(err(), "argot: " + path_ + ": Invalid file format.\n");
  EXPECT_EQ(server_.countOf("create"), 1U);
  EXPECT_EQ(server_.countOf("cancel"), 1U);
  EXPECT_FALSE(has_note());
}

TEST_F(UploadInParts, WithoutAPlaceForANoteItIsCancelled) {
  // Nothing can be renamed to a folder.
  std::filesystem::create_directory(note_);
  server_.beforePart = [](std::size_t n) { return n == 3 ? Reply({.status = 503}) : Reply(); };
  EXPECT_EQ(create(), exit_failure);
  EXPECT_TRUE(err().starts_with("argot: " + path_ + ": nothing can go on from here: cannot write " +
                                note_ + ": Is a directory\nargot: " + path_ + ": "))
      << err();
  EXPECT_EQ(std::ranges::count(err(), '\n'), 2) << err();
  EXPECT_EQ(server_.countOf("cancel"), 1U);
}

TEST_F(UploadInParts, WhatIsRefusedForGoodNeedsNoNote) {
  std::filesystem::create_directory(note_);
  server_.beforeComplete = [] { return Reply(error_reply(400, "Invalid file format.")); };
  EXPECT_EQ(create(), exit_failure);
  EXPECT_EQ(err(), "argot: " + path_ + ": Invalid file format.\n");
}

TEST_F(UploadInParts, OnlyOneOfAFileAtATime) {
  std::string inside;
  server_.beforePart = [&](std::size_t n) {
    if (n != 2) return Reply();
    const auto other = UploadLock::take(path_);
    inside = other ? "free" : other.error().detail;
    return Reply();
  };
  ASSERT_EQ(create(), exit_success) << err();
  EXPECT_EQ(inside, "another upload of it is in progress");
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder_.path()), {}), 1);

  const auto other = UploadLock::take(path_);
  server_.asked.clear();
  EXPECT_EQ(create(), exit_failure);
  EXPECT_EQ(err(), "argot: " + path_ + ": another upload of it is in progress\n");
  EXPECT_TRUE(server_.asked.empty());
}

TEST_F(UploadInParts, MistakesAreUsage) {
  for (const std::vector<std::string>& bad : {std::vector<std::string>{"--parts-above", "much"},
                                              {"--part-size", "0"},
                                              {"--part-size", "65MB"},
                                              {"--part-size", "x"}}) {
    EXPECT_EQ(create(bad), exit_usage) << bad[0];
    EXPECT_NE(err().find(bad[0]), std::string::npos) << err();
  }
  EXPECT_TRUE(server_.asked.empty());
}

}  // namespace
}  // namespace argot::cli
