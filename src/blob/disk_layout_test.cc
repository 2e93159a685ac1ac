#include "blob/disk_layout.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "base/random.h"
#include "blob/scripted_file_ops.h"
#include "tests/support/fakes.h"

namespace argot::blob {
namespace {

namespace fs = std::filesystem;

class DiskLayoutTest : public ::testing::Test {
 protected:
  Result<DiskLayout> open() { return open_disk_layout(root(), operations_); }
  std::string root() const { return folder_ / "data"; }
  std::string below(const std::string& name) const { return root() + "/" + name; }

  // What a failed open says; the test fails where it succeeded or says more than one line.
  std::string refusal() {
    const auto opened = open();
    if (opened) return "(opened)";
    EXPECT_EQ(opened.error().code, ErrorCode::cannot_start);
    EXPECT_EQ(opened.error().detail.find('\n'), std::string::npos) << opened.error().detail;
    return opened.error().detail;
  }

  void expect_complete() const {
    std::ifstream marker(below("FORMAT"));
    std::stringstream text;
    text << marker.rdbuf();
    EXPECT_EQ(text.str(), "argot blobs 1\n");
    EXPECT_TRUE(fs::is_empty(below("tmp")));
    std::size_t shards = 0;
    for (const auto& entry : fs::directory_iterator(below("blobs"))) {
      EXPECT_TRUE(fs::is_empty(entry.path()));
      ++shards;
    }
    EXPECT_EQ(shards, 256U);
    EXPECT_TRUE(fs::exists(below("blobs/00")));
    EXPECT_TRUE(fs::exists(below("blobs/7f")));
    EXPECT_TRUE(fs::exists(below("blobs/ff")));
  }

  void write_file(const std::string& name, const std::string& text) const {
    fs::create_directories(fs::path(below(name)).parent_path());
    std::ofstream(below(name)) << text;
  }

  testing::TempFolder folder_{testing::TempFolder::in_memory()};
  ScriptedFileOps operations_;
};

mode_t mode_of(const std::string& path) {
  struct stat facts{};
  EXPECT_EQ(::stat(path.c_str(), &facts), 0) << path;
  return facts.st_mode & 07777U;
}

TEST_F(DiskLayoutTest, MakesEveryFolderAndTheMarker) {
  ASSERT_TRUE(open());
  expect_complete();
}

TEST_F(DiskLayoutTest, NobodyElseMayLookInside) {
  const mode_t before = ::umask(0);
  const bool is_open = open().has_value();
  ::umask(before);
  ASSERT_TRUE(is_open);
  for (const char* name : {"", "tmp", "blobs", "blobs/00", "blobs/ff"}) {
    EXPECT_EQ(mode_of(below(name)), 0700U) << name;
  }
  EXPECT_EQ(mode_of(below("FORMAT")), 0600U);
}

TEST_F(DiskLayoutTest, EveryNewNameIsDurableBeforeTheMarkerStands) {
  ASSERT_TRUE(open());
  const std::vector<std::string> lines = operations_.lines();
  const auto place = [&](const std::string& line) {
    const auto found = std::ranges::find(lines, line);
    EXPECT_NE(found, lines.end()) << line;
    return found - lines.begin();
  };
  const auto marker = place("renameat2 tmp/FORMAT FORMAT");
  const auto blobs = place("fsync blobs");
  EXPECT_LT(place("fsync ."), marker);
  EXPECT_LT(place("fsync .."), marker) << "the name of the root itself";
  EXPECT_LT(blobs, marker);
  for (std::size_t number = 0; number < shard_count; ++number) {
    const std::string shard = "blobs/" + shard_name(number);
    EXPECT_LT(place("mkdirat " + shard), blobs);
  }
  EXPECT_LT(place("fdatasync tmp/FORMAT"), marker);
  EXPECT_EQ(lines.back(), "fsync .") << "the name of the marker";
}

TEST_F(DiskLayoutTest, ASecondStartMakesAndSyncsNothing) {
  ASSERT_TRUE(open());
  operations_.forget_lines();
  ASSERT_TRUE(open());
  for (const std::string& line : operations_.lines()) {
    const bool is_root = line == "mkdirat .";
    EXPECT_TRUE(is_root || line.starts_with("openat")) << line;
  }
}

TEST_F(DiskLayoutTest, FoldersThatACopyLostAreMadeAgainAndSynced) {
  ASSERT_TRUE(open());
  fs::remove(below("blobs/3c"));
  fs::remove(below("tmp"));
  operations_.forget_lines();
  ASSERT_TRUE(open());
  expect_complete();
  const std::vector<std::string> lines = operations_.lines();
  for (const char* line : {"mkdirat blobs/3c", "mkdirat tmp", "fsync blobs", "fsync ."}) {
    EXPECT_NE(std::ranges::find(lines, line), lines.end()) << line;
  }
}

// A start that ends anywhere is finished by the next one.
TEST_F(DiskLayoutTest, AStartThatFailsAtAnyStepIsFinishedByTheNext) {
  struct Step {
    const char* operation;
    std::uint64_t nth;
    int error;
  };
  const std::vector<Step> steps{
      {"mkdirat", 1, ENOENT},    {"mkdirat", 1, EACCES},   {"mkdirat", 2, ENOSPC},
      {"mkdirat", 3, EROFS},     {"mkdirat", 200, EDQUOT}, {"openat", 1, EACCES},
      {"openat", 2, EIO},        {"openat", 4, EMFILE},    {"openat", 300, ENFILE},
      {"writable", 1, EROFS},    {"writable", 1, EACCES},  {"fsync", 1, EIO},
      {"fsync", 2, EIO},         {"fsync", 3, EIO},        {"fsync", 4, EIO},
      {"write", 1, ENOSPC},      {"fdatasync", 1, EIO},    {"renameat2", 1, EINVAL},
      {"read_directory", 1, EIO}};
  for (const Step& step : steps) {
    SCOPED_TRACE(std::string(step.operation) + " " + std::to_string(step.nth));
    fs::remove_all(root());
    operations_.plant({.operation = step.operation, .nth = step.nth, .error = step.error});
    const std::string text = refusal();
    EXPECT_TRUE(text.starts_with("cannot ")) << text;
    EXPECT_NE(text.find(root()), std::string::npos) << text;
    EXPECT_NE(text.find("; "), std::string::npos) << "says how to mend: " << text;
    operations_.heal();
    ASSERT_TRUE(open());
    expect_complete();
  }
}

TEST_F(DiskLayoutTest, AMarkerCutShortIsNeverLeft) {
  operations_.plant({.operation = "write", .short_bytes = 5});
  EXPECT_NE(refusal(), "(opened)");
  EXPECT_FALSE(fs::exists(below("FORMAT")));
  ASSERT_TRUE(open());
  expect_complete();
}

TEST_F(DiskLayoutTest, AFolderOfANewerVersionIsRefused) {
  ASSERT_TRUE(open());
  write_file("FORMAT", "argot blobs 2\n");
  EXPECT_EQ(refusal(), "the folder \"" + root() +
                           "\" has format 2 and this program knows formats up to 1; start the "
                           "newer Argot that wrote it");
}

TEST_F(DiskLayoutTest, ADamagedMarkerIsRefused) {
  ASSERT_TRUE(open());
  for (const std::string text : {"", "argot blobs 1", "argot blobs \n", "argot blobs 0\n",
                                 "argot blobs one\n", "something else\n", "argot blobs -1\n"}) {
    write_file("FORMAT", text);
    const std::string why = refusal();
    EXPECT_NE(why.find("FORMAT\" is damaged"), std::string::npos) << text << ": " << why;
  }
}

TEST_F(DiskLayoutTest, AMarkerThatIsASymbolicLinkIsRefused) {
  ASSERT_TRUE(open());
  fs::rename(below("FORMAT"), below("elsewhere"));
  fs::create_symlink("elsewhere", below("FORMAT"));
  EXPECT_NE(refusal().find("/FORMAT"), std::string::npos);
}

// `--data /` must not empty /tmp.
TEST_F(DiskLayoutTest, AFolderWhoseTmpIsSomebodyElsesIsRefusedAndLeftAlone) {
  write_file("tmp/important.txt", "do not touch");
  const std::string text = refusal();
  EXPECT_NE(text.find("tmp\" has files that are not Argot's"), std::string::npos) << text;
  EXPECT_TRUE(fs::exists(below("tmp/important.txt")));
  EXPECT_FALSE(fs::exists(below("blobs")));
  EXPECT_FALSE(fs::exists(below("FORMAT")));
}

TEST_F(DiskLayoutTest, ADraftOfTheMarkerIsNotSomebodyElses) {
  write_file("tmp/FORMAT", "argot bl");
  ASSERT_TRUE(open());
  expect_complete();
}

TEST_F(DiskLayoutTest, AMissingParentIsNotMade) {
  const auto opened = open_disk_layout(folder_ / "no/data", operations_);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().detail,
            "cannot create the folder \"" + (folder_ / "no/data") +
                "\": No such file or directory; create its parent folder first, or choose another "
                "folder");
}

TEST_F(DiskLayoutTest, AFileInPlaceOfTheFolderIsRefused) {
  std::ofstream(root()) << "a file";
  EXPECT_EQ(refusal(), "cannot open the folder \"" + root() +
                           "\": Not a directory; something else has that name; move it away, or "
                           "choose another folder");
}

TEST_F(DiskLayoutTest, ASymbolicLinkInPlaceOfAnInnerFolderIsRefused) {
  ASSERT_TRUE(open());
  for (const char* name : {"tmp", "blobs", "blobs/5a"}) {
    const std::string away = folder_ / "away";
    fs::rename(below(name), away);
    fs::create_directory_symlink(away, below(name));
    EXPECT_NE(refusal().find("cannot open the folders in"), std::string::npos) << name;
    fs::remove(below(name));
    fs::rename(away, below(name));
    ASSERT_TRUE(open()) << name;
  }
}

TEST_F(DiskLayoutTest, TheFolderItselfMayBeASymbolicLink) {
  fs::create_directory(folder_ / "real");
  fs::create_directory_symlink("real", root());
  ASSERT_TRUE(open());
  expect_complete();
}

TEST_F(DiskLayoutTest, AParentThatMayNotBeReadIsNoObstacle) {
  ASSERT_TRUE(open());
  const std::vector<std::string> lines = operations_.lines();
  std::uint64_t nth = 0;
  for (const std::string& line : lines) {
    if (line.starts_with("openat")) ++nth;
    if (line == "openat ..") break;
  }
  fs::remove_all(root());
  operations_.plant({.operation = "openat", .nth = nth, .error = EACCES});
  ASSERT_TRUE(open());
  expect_complete();
}

TEST(ShardNumber, IsTheFirstTwoDigitsOfTheId) {
  EXPECT_EQ(shard_number(*BlobId::parse("00" + std::string(38, 'f'))), 0U);
  EXPECT_EQ(shard_number(*BlobId::parse("a7" + std::string(38, '0'))), 0xA7U);
  EXPECT_EQ(shard_name(0), "00");
  EXPECT_EQ(shard_name(0xA7), "a7");
  EXPECT_EQ(shard_name(255), "ff");
}

}  // namespace
}  // namespace argot::blob
