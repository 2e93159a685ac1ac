#include "tests/crash/disk_model.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <random>
#include <set>
#include <string>

#include "tests/crash/settings.h"
#include "tests/support/fakes.h"

namespace argot::crash {
namespace {

// An empty disk with two folders, "from" and "to", which are durable.
class DiskModelOfTwoFolders : public ::testing::Test {
 protected:
  DiskModelOfTwoFolders() : model_(make_folders(folder_)) {}

  static std::string make_folders(const testing::TempFolder& folder) {
    std::filesystem::create_directory(folder / "from");
    std::filesystem::create_directory(folder / "to");
    return folder.path().string();
  }

  std::uint64_t inode_of(const std::string& name) const {
    struct stat facts{};
    EXPECT_EQ(::stat((folder_ / name).c_str(), &facts), 0);
    return facts.st_ino;
  }

  void create(std::string_view path) {
    model_.apply({.operation = Operation::create, .inode = file, .path = path});
  }
  void write(std::string_view data, std::uint64_t offset = 0) {
    model_.apply({.operation = Operation::write, .inode = file, .offset = offset, .data = data});
  }
  void sync(std::uint64_t inode) { model_.apply({.operation = Operation::sync, .inode = inode}); }
  void rename(std::string_view path, std::string_view target) {
    model_.apply({.operation = Operation::rename, .path = path, .target = target});
  }

  // All that random states show: of each its files, "path=content path=content".
  std::set<std::string> possible() {
    std::mt19937_64 random(settings().seed);
    std::set<std::string> all;
    for (int state = 0; state < 2'000; ++state) all.insert(text_of(model_.random_state(random)));
    return all;
  }
  static std::string text_of(const DiskState& state) {
    std::string text;
    for (const auto& [path, content] : state.files()) {
      text += (text.empty() ? "" : " ") + path + "=" + std::string(content);
    }
    return text;
  }

  static constexpr std::uint64_t file = 1;  // no inode of a real folder
  testing::TempFolder folder_{testing::TempFolder::in_memory()};
  DiskModel model_;
};

using Texts = std::set<std::string>;

TEST_F(DiskModelOfTwoFolders, AFileMayLackItsNameOrItsData) {
  create("from/a");
  write("xy");
  EXPECT_EQ(text_of(model_.state(Kept::nothing)), "");
  EXPECT_EQ(text_of(model_.state(Kept::everything)), "from/a=xy");
  EXPECT_EQ(text_of(model_.state(Kept::names)), "from/a=");
  const std::string zeros("from/a=\0\0", 9);
  EXPECT_EQ(possible(), (Texts{"", "from/a=", "from/a=xy", zeros}));
}

TEST_F(DiskModelOfTwoFolders, ASyncOfAFileKeepsItsDataAndNotItsName) {
  create("from/a");
  write("xy");
  sync(file);
  EXPECT_EQ(possible(), (Texts{"", "from/a=xy"}));
  sync(inode_of("from"));
  EXPECT_EQ(possible(), (Texts{"from/a=xy"}));
}

TEST_F(DiskModelOfTwoFolders, WritesAreLostInAnyOrder) {
  create("from/a");
  sync(inode_of("from"));
  write("1");
  sync(file);
  write("2", 0);
  write("3", 1);
  const std::string zero("from/a=1\0", 9);
  const Texts seen = possible();
  for (const char* const text : {"from/a=1", "from/a=2", "from/a=13", "from/a=23"}) {
    EXPECT_TRUE(seen.contains(text)) << text;
  }
}

TEST_F(DiskModelOfTwoFolders, AWriteIsTornBetweenSectors) {
  const std::string data = std::string(512, 'a') + std::string(512, 'b');
  create("from/a");
  sync(inode_of("from"));
  write(data);
  EXPECT_TRUE(possible().contains("from/a=" + std::string(512, 'a')));
}

TEST_F(DiskModelOfTwoFolders, ARenamedFileHasOneNameOrBoth) {
  create("from/a");
  write("x");
  sync(file);
  sync(inode_of("from"));
  rename("from/a", "to/a");
  EXPECT_EQ(possible(), (Texts{"from/a=x", "to/a=x", "from/a=x to/a=x"}));
  sync(inode_of("to"));
  EXPECT_EQ(possible(), (Texts{"to/a=x", "from/a=x to/a=x"}));
  sync(inode_of("from"));
  EXPECT_EQ(possible(), (Texts{"to/a=x"}));
}

TEST_F(DiskModelOfTwoFolders, TheEndOfAnOldNameBringsTheNewOne) {
  create("from/a");
  sync(inode_of("from"));
  rename("from/a", "to/a");
  sync(inode_of("from"));
  EXPECT_EQ(possible(), (Texts{"to/a="}));
}

TEST_F(DiskModelOfTwoFolders, AFailedSyncLosesWhatLaterOnesDoNotBring) {
  create("from/a");
  sync(inode_of("from"));
  write("x");
  model_.apply({.operation = Operation::sync_failed, .inode = file});
  sync(file);
  EXPECT_EQ(text_of(model_.state(Kept::nothing)), "from/a=");
  // As long as the power stays, it reads as if it were there.
  EXPECT_EQ(text_of(model_.state(Kept::everything)), "from/a=x");
}

TEST_F(DiskModelOfTwoFolders, AFolderThatIsNotDurableTakesItsFilesWithIt) {
  model_.apply({.operation = Operation::make_folder, .inode = 2, .path = "new"});
  create("new/a");
  write("x");
  sync(file);
  sync(2);
  EXPECT_EQ(possible(), (Texts{"", "new/a=x"}));
}

}  // namespace
}  // namespace argot::crash
