#include "cli/upload_note.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "tests/support/fakes.h"

namespace argot::cli {
namespace {

WallTime at(std::int64_t seconds) { return WallTime(std::chrono::seconds(seconds)); }

class UploadNoteTest : public ::testing::Test {
 protected:
  UploadNote note(const std::string& target = "here") const {
    return {folder_ / "big.jsonl", target};
  }

  testing::TempFolder folder_;
  openai::UploadCheckpoint checkpoint_{.uploadId = "upload_1",
                                       .expiresAt = 100,
                                       .bytes = 3,
                                       .partBytes = 2,
                                       .partIds = {"part_1", ""},
                                       .stamp = "3-1"};
};

TEST_F(UploadNoteTest, GivesWhatItWasGivenUntilTheUploadIsOver) {
  EXPECT_FALSE(note().kept(at(0)));
  ASSERT_TRUE(note().keep(checkpoint_));
  EXPECT_EQ(note().kept(at(99)), checkpoint_);
  EXPECT_FALSE(note().kept(at(100)));
  checkpoint_.partIds[1] = "part_2";
  ASSERT_TRUE(note().keep(checkpoint_));
  EXPECT_EQ(note().kept(at(0)), checkpoint_);
  note().remove();
  EXPECT_FALSE(note().kept(at(0)));
  EXPECT_TRUE(std::filesystem::is_empty(std::string(folder_ / "")));
}

TEST_F(UploadNoteTest, IsOfOneTarget) {
  ASSERT_TRUE(note("here").keep(checkpoint_));
  EXPECT_FALSE(note("there").kept(at(0)));
  EXPECT_FALSE(note("her").kept(at(0)));
}

TEST_F(UploadNoteTest, NoPatternFindsIt) {
  EXPECT_EQ(note().path(), folder_ / ".big.jsonl.argot-upload");
  EXPECT_EQ(UploadNote("big.jsonl", "here").path(), ".big.jsonl.argot-upload");
}

TEST_F(UploadNoteTest, IsForItsOwnerOnly) {
  ASSERT_TRUE(note().keep(checkpoint_));
  struct stat status{};
  ASSERT_EQ(::stat(note().path().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
  // One that leads elsewhere is nobody's.
  std::filesystem::rename(note().path(), folder_ / "other");
  std::filesystem::create_symlink(folder_ / "other", note().path());
  EXPECT_FALSE(note().kept(at(0)));
}

TEST_F(UploadNoteTest, WhatIsNoneIsNotHeeded) {
  for (const std::string& text :
       {std::string(), std::string("here"), std::string("here\n"), std::string("here\n{}"),
        "here\n" + checkpoint_.toJson().substr(1), "there\n" + checkpoint_.toJson(),
        "here\n" + checkpoint_.toJson() + std::string(2 << 20, ' ')}) {
    std::ofstream(note().path()) << text;
    EXPECT_FALSE(note().kept(at(0))) << text.substr(0, 100);
  }
}

TEST_F(UploadNoteTest, AFolderThatIsNotThereTakesNone) {
  EXPECT_FALSE(UploadNote(folder_ / "none/big.jsonl", "here").keep(checkpoint_));
}

}  // namespace
}  // namespace argot::cli
