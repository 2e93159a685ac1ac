#include "argot_open_ai/types/blob.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <system_error>
#include <thread>
#include <vector>

#include "tests/support/fakes.h"

namespace argot::openai {
namespace {

using argot::testing::TempFolder;
using ::testing::HasSubstr;

std::string allOf(ByteSource& source, std::size_t step = 7) {
  std::string all;
  std::vector<std::byte> room(step);
  for (;;) {
    const std::size_t count = source.read(room);
    if (count == 0) return all;
    all.append(reinterpret_cast<const char*>(room.data()), count);
  }
}

std::string readOnce(ByteSource& source, std::size_t count) {
  std::vector<std::byte> room(count);
  room.resize(source.read(room));
  return {reinterpret_cast<const char*>(room.data()), room.size()};
}

template <class Action>
std::string runtimeErrorOf(Action action) {
  try {
    action();
  } catch (const std::system_error& error) {
    return "a system_error instead: " + std::string(error.what());
  } catch (const std::runtime_error& error) {
    return error.what();
  }
  return "nothing thrown";
}

template <class Action>
int systemErrorOf(Action action) {
  try {
    action();
  } catch (const std::system_error& error) {
    return error.code().value();
  }
  return 0;
}

class BlobOfPath : public ::testing::Test {
 protected:
  std::string write(const std::string& name, const std::string& bytes) const {
    std::ofstream(at(name), std::ios::binary) << bytes;
    // As if it had been there for a while, so that a change shows whatever the clock's steps.
    setTime(name, 1'000'000'000);
    return at(name);
  }

  void setTime(const std::string& name, time_t seconds) const {
    const std::array<timespec, 2> times = {timespec{seconds, 0}, timespec{seconds, 0}};
    ASSERT_EQ(::utimensat(AT_FDCWD, at(name).c_str(), times.data(), 0), 0);
  }

  // As `cp -p` does with a file of the same size and time: until the clock has made a step, because
  // the time of the last change is all that shows it.
  void writeOverUnseen(const std::string& name, const std::string& bytes) const {
    constexpr int timesMax = 1'000'000;
    const timespec before = timeOfChange(name);
    for (int i = 0; i < timesMax; ++i) {
      write(name, bytes);
      const timespec now = timeOfChange(name);
      if (now.tv_sec != before.tv_sec || now.tv_nsec != before.tv_nsec) return;
    }
    FAIL() << "the clock stands still";
  }

  timespec timeOfChange(const std::string& name) const {
    struct stat status{};
    EXPECT_EQ(::stat(at(name).c_str(), &status), 0);
    return status.st_ctim;
  }

  std::string at(const std::string& name) const { return folder_ / name; }

  const TempFolder folder_;
};

TEST(Blob, IsNothingNamedBlobAtFirst) {
  const Blob blob;
  EXPECT_EQ(blob.name(), "blob");
  EXPECT_EQ(blob.type(), "");
  EXPECT_EQ(blob.size(), 0U);
  EXPECT_EQ(allOf(*blob.open()), "");
}

TEST(Blob, KeepsBytesNameAndType) {
  const std::string bytes("a\0b\xFF", 4);
  const Blob blob(bytes, {.name = "a.bin", .type = "application/x-a"});
  EXPECT_EQ(blob.name(), "a.bin");
  EXPECT_EQ(blob.type(), "application/x-a");
  EXPECT_EQ(blob.size(), 4U);
  EXPECT_EQ(allOf(*blob.open(), 3), bytes);
}

TEST(Blob, CopiesASpan) {
  std::array<std::byte, 2> bytes = {std::byte{'x'}, std::byte{'y'}};
  const Blob blob{std::span<const std::byte>(bytes)};
  bytes.fill(std::byte{'z'});
  EXPECT_EQ(allOf(*blob.open()), "xy");
}

TEST(Blob, SourcesAreIndependentAndRewind) {
  const Blob blob("0123456789");
  const auto first = blob.open();
  const auto second = blob.open();
  EXPECT_EQ(first->size(), 10U);
  EXPECT_EQ(readOnce(*first, 4), "0123");
  EXPECT_EQ(allOf(*second), "0123456789");
  EXPECT_EQ(allOf(*first), "456789");
  ASSERT_TRUE(first->rewind());
  EXPECT_EQ(allOf(*first), "0123456789");
}

TEST(Blob, ASourceOutlivesItsBlob) {
  std::unique_ptr<ByteSource> source;
  {
    const Blob blob(std::string(1000, 'x'));
    source = blob.open();
  }
  EXPECT_EQ(allOf(*source), std::string(1000, 'x'));
}

TEST_F(BlobOfPath, HasTheLastPartOfThePathAsItsName) {
  EXPECT_EQ(openAsBlob("/a/b/c.jsonl").name(), "c.jsonl");
  EXPECT_EQ(openAsBlob("c.jsonl").name(), "c.jsonl");
  EXPECT_EQ(openAsBlob("a/b//").name(), "b");
  EXPECT_EQ(openAsBlob("/").name(), "blob");
  EXPECT_EQ(openAsBlob("").name(), "blob");
  EXPECT_EQ(openAsBlob("/a/b", {.name = "other", .type = "text/plain"}).name(), "other");
  EXPECT_EQ(openAsBlob("/a/b", {.name = "other", .type = "text/plain"}).type(), "text/plain");
}

TEST_F(BlobOfPath, TakesAFilesystemPath) {
  write("a", "bytes");
  EXPECT_EQ(allOf(*openAsBlob(at("a")).open()), "bytes");
}

TEST_F(BlobOfPath, IsReadAnewEachTime) {
  const Blob blob = openAsBlob(write("a.txt", "0123456789"));
  EXPECT_EQ(blob.size(), 10U);
  for (int i = 0; i < 2; ++i) {
    const auto source = blob.open();
    EXPECT_EQ(source->size(), 10U);
    EXPECT_EQ(readOnce(*source, 3), "012");
    ASSERT_TRUE(source->rewind());
    EXPECT_EQ(allOf(*source), "0123456789");
    ASSERT_TRUE(source->rewind());
    EXPECT_EQ(allOf(*source, 10), "0123456789");
  }
}

TEST_F(BlobOfPath, MayBeEmpty) {
  const Blob blob = openAsBlob(write("empty", ""));
  EXPECT_EQ(blob.size(), 0U);
  EXPECT_EQ(blob.open()->size(), 0U);
  EXPECT_EQ(allOf(*blob.open()), "");
}

TEST_F(BlobOfPath, AMissingFileHasNoSizeAndThrowsWhereItIsOpened) {
  const Blob blob = openAsBlob(at("none"));
  EXPECT_EQ(blob.size(), std::nullopt);
  EXPECT_EQ(systemErrorOf([&] { (void)blob.open(); }), ENOENT);
  try {
    (void)blob.open();
    FAIL() << "nothing thrown";
  } catch (const std::system_error& error) {
    EXPECT_EQ(error.what(), "cannot open " + at("none") + ": No such file or directory");
  }
  write("none", "here now");
  EXPECT_EQ(allOf(*blob.open()), "here now");
}

TEST_F(BlobOfPath, AFolderIsAnError) {
  const Blob blob = openAsBlob(folder_.path());
  EXPECT_EQ(blob.size(), std::nullopt);
  EXPECT_EQ(systemErrorOf([&] { (void)blob.open(); }), EISDIR);
}

TEST_F(BlobOfPath, APathWithAZeroOpensNoOtherFile) {
  const std::string path = write("a", "secret");
  EXPECT_EQ(systemErrorOf([&] { (void)openAsBlob(path + std::string("\0.txt", 5)).open(); }),
            EINVAL);
}

TEST_F(BlobOfPath, APipeHasNoSizeAndIsReadOnce) {
  const std::string path = at("pipe");
  ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
  std::thread writer([&] { std::ofstream(path) << "through the pipe"; });
  const Blob blob = openAsBlob(path);
  EXPECT_EQ(blob.size(), std::nullopt);
  const auto source = blob.open();
  EXPECT_EQ(source->size(), std::nullopt);
  EXPECT_EQ(allOf(*source), "through the pipe");
  EXPECT_FALSE(source->rewind());
  writer.join();
}

TEST(Blob, OfADeviceHasNoSizeAndIsReadOnceEvenIfItCanSeek) {
  const Blob blob = openAsBlob("/dev/null");
  EXPECT_EQ(blob.size(), std::nullopt);
  const auto source = blob.open();
  EXPECT_EQ(source->size(), std::nullopt);
  EXPECT_EQ(allOf(*source), "");
  EXPECT_FALSE(source->rewind());
}

TEST_F(BlobOfPath, KnowsSizesBeyond32Bits) {
  const std::string path = write("large", "");
  const std::uint64_t size = std::uint64_t{3} << 30U;
  ASSERT_EQ(::truncate(path.c_str(), static_cast<off_t>(size)), 0);
  const Blob blob = openAsBlob(path);
  EXPECT_EQ(blob.size(), size);
  const auto source = blob.open();
  EXPECT_EQ(source->size(), size);
  EXPECT_EQ(readOnce(*source, 4), std::string(4, '\0'));
}

TEST_F(BlobOfPath, AFileThatGrowsMeanwhileIsAnError) {
  const std::string path = write("a", "0123456789");
  const auto source = openAsBlob(path).open();
  EXPECT_EQ(readOnce(*source, 4), "0123");
  std::ofstream(path, std::ios::app) << "more";
  EXPECT_EQ(runtimeErrorOf([&] { (void)allOf(*source); }),
            "the file changed while it was sent: " + path);
}

TEST_F(BlobOfPath, AFileThatShrinksMeanwhileIsAnError) {
  const std::string path = write("a", "0123456789");
  const auto source = openAsBlob(path).open();
  EXPECT_EQ(readOnce(*source, 4), "0123");
  ASSERT_EQ(::truncate(path.c_str(), 6), 0);
  EXPECT_THAT(runtimeErrorOf([&] { (void)allOf(*source); }), HasSubstr("the file changed"));
}

TEST_F(BlobOfPath, AFileWrittenOverMeanwhileIsAnErrorBeforeItsLastByteIsOut) {
  const std::string path = write("a", "0123456789");
  const auto source = openAsBlob(path).open();
  EXPECT_EQ(readOnce(*source, 4), "0123");
  std::ofstream(path) << "abcdefghij";
  setTime("a", 1'000'000'001);
  EXPECT_THAT(runtimeErrorOf([&] { (void)readOnce(*source, 6); }), HasSubstr("the file changed"));
}

TEST_F(BlobOfPath, AFileWrittenOverWithItsTimeKeptIsAnErrorAsWell) {
  const std::string path = write("a", "0123456789");
  const Blob blob = openAsBlob(path);
  const auto source = blob.open();
  EXPECT_EQ(readOnce(*source, 4), "0123");
  writeOverUnseen("a", "abcdefghij");
  EXPECT_THAT(runtimeErrorOf([&] { (void)readOnce(*source, 6); }), HasSubstr("the file changed"));
  EXPECT_THAT(runtimeErrorOf([&] { (void)blob.open(); }), HasSubstr("not the one of the first"));
}

TEST_F(BlobOfPath, AFileWrittenOverWithItsTimeKeptHasAnotherStamp) {
  const std::string path = write("a", "0123456789");
  const std::string first = openAsBlob(path).stamp();
  EXPECT_EQ(openAsBlob(path).stamp(), first);
  writeOverUnseen("a", "abcdefghij");
  EXPECT_NE(openAsBlob(path).stamp(), first);
}

TEST_F(BlobOfPath, AnotherNameOfTheFileDoesNotMatter) {
  const std::string path = write("a", "0123456789");
  const Blob blob = openAsBlob(path);
  const auto source = blob.open();
  EXPECT_EQ(readOnce(*source, 4), "0123");
  std::filesystem::create_hard_link(path, at("b"));
  EXPECT_EQ(readOnce(*source, 6), "456789");
  EXPECT_EQ(allOf(*blob.open()), "0123456789");
}

TEST_F(BlobOfPath, AChangeAfterTheLastByteDoesNotMatter) {
  const std::string path = write("a", "0123456789");
  const auto source = openAsBlob(path).open();
  EXPECT_EQ(readOnce(*source, 10), "0123456789");
  std::ofstream(path, std::ios::app) << "more";
  EXPECT_EQ(readOnce(*source, 10), "");
}

TEST_F(BlobOfPath, AFileThatIsLongerThanItSaysIsAnError) {
  // Files of /proc have the size 0 and content all the same.
  const auto source = openAsBlob("/proc/self/status").open();
  EXPECT_THAT(runtimeErrorOf([&] { (void)allOf(*source); }), HasSubstr("the file changed"));
}

TEST_F(BlobOfPath, AnotherFileUnderTheSameNameIsAnErrorForTheNextAttempt) {
  const std::string path = write("a", "0123456789");
  const Blob blob = openAsBlob(path);
  EXPECT_EQ(allOf(*blob.open()), "0123456789");
  const std::string other = write("b", "abcdefghij");
  const auto open = blob.open();
  std::filesystem::rename(other, path);
  EXPECT_EQ(allOf(*open), "0123456789") << "what is open stays";
  EXPECT_EQ(runtimeErrorOf([&] { (void)blob.open(); }),
            "the file is not the one of the first attempt any more: " + path);
  EXPECT_EQ(allOf(*openAsBlob(path).open()), "abcdefghij") << "a new Blob begins anew";
}

TEST_F(BlobOfPath, CanBeSentByTwoThreadsAtOnce) {
  std::string bytes;
  for (int i = 0; i < 50'000; ++i) bytes += std::to_string(i);
  const Blob blob = openAsBlob(write("a", bytes));
  const Blob memory(bytes);
  std::array<std::string, 4> read;
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < read.size(); ++i) {
      threads.emplace_back(
          [&, i] { read[i] = allOf(*(i % 2 == 0 ? blob : memory).open(), 997 + i); });
    }
  }
  for (const std::string& one : read) EXPECT_EQ(one, bytes);
}

TEST(FileContent, IsMadeOfManyThings) {
  using namespace std::string_view_literals;
  const std::array<std::byte, 1> bytes = {std::byte{'s'}};
  EXPECT_EQ(allOf(*FileContent().open()), "");
  EXPECT_EQ(allOf(*FileContent("text").open()), "text");
  EXPECT_EQ(allOf(*FileContent(std::string("string")).open()), "string");
  EXPECT_EQ(allOf(*FileContent("vi\0ew"sv).open()), "vi\0ew"sv);
  EXPECT_EQ(allOf(*FileContent(std::span<const std::byte>(bytes)).open()), "s");
  EXPECT_EQ(FileContent(Blob("x", {.name = "n"})).blob()->name(), "n");
  EXPECT_EQ(allOf(*FileContent(static_cast<const char*>(nullptr)).open()), "");
}

TEST(FileContent, OfAStreamIsNoBlob) {
  std::istringstream stream("streamed");
  const FileContent content(stream);
  EXPECT_EQ(content.blob(), nullptr);
  EXPECT_EQ(allOf(*content.open()), "streamed");
}

TEST(FileContent, OfASourceHandsThatOut) {
  const std::shared_ptr<ByteSource> source = Blob("x").open();
  EXPECT_EQ(FileContent(source).open(), source);
  EXPECT_EQ(FileContent(source).blob(), nullptr);
}

TEST(FileContent, ANullPointerIsAnErrorAndNotAnEmptyUpload) {
  const FileContent content(std::shared_ptr<ByteSource>{});
  EXPECT_THROW((void)content.open(), std::invalid_argument);
}

// --- Slices ------------------------------------------------------------------------------------

TEST(BlobSlice, IsAPartOfTheContentWhereverThatIs) {
  const std::string text = "0123456789";
  const TempFolder folder;
  const std::string path = folder / "sliced.txt";
  std::ofstream(path) << text;
  const std::uint64_t far = std::uint64_t{1} << 63;
  for (const Blob& blob : {Blob(text, {.name = "a", .type = "b"}), openAsBlob(path)}) {
    for (std::uint64_t begin = 0; begin <= text.size() + 1; ++begin) {
      for (std::uint64_t end = 0; end <= text.size() + 2; ++end) {
        const Blob slice = blob.slice(begin, end);
        std::string expected;
        if (begin < std::min(end, text.size())) expected = text.substr(begin, end - begin);
        const auto source = slice.open();
        EXPECT_EQ(source->size(), expected.size());
        EXPECT_EQ(allOf(*source, 3), expected) << begin << "-" << end;
        EXPECT_TRUE(source->rewind());
        EXPECT_EQ(allOf(*source), expected);
        EXPECT_EQ(slice.size(), expected.size());
      }
    }
    EXPECT_EQ(allOf(*blob.slice(2, 9).slice(1, 4).open()), "345");
    EXPECT_EQ(allOf(*blob.slice(2, 9).slice(5, far).open()), "78");
    EXPECT_EQ(allOf(*blob.slice(8, far).open()), "89");
    EXPECT_EQ(blob.slice(1, 2).name(), blob.name());
    EXPECT_EQ(blob.slice(1, 2).type(), blob.type());
  }
}

TEST(BlobSlice, KnowsTheFileThatItIsOf) {
  const TempFolder folder;
  const std::string path = folder / "sliced.txt";
  std::ofstream(path) << "0123456789";
  const Blob blob = openAsBlob(path);
  const std::string stamp = blob.stamp();
  EXPECT_EQ(openAsBlob(path).stamp(), stamp);
  EXPECT_NE(blob.slice(0, 5).stamp(), blob.slice(5, 10).stamp());
  const auto begun = blob.slice(0, 5).open();
  std::ofstream(path) << "0123456789 and more";
  EXPECT_THROW((void)blob.slice(5, 10).open(), std::runtime_error);
  EXPECT_THROW((void)allOf(*begun), std::runtime_error);
  EXPECT_NE(openAsBlob(path).stamp(), stamp);
  std::filesystem::remove(path);
  EXPECT_THROW((void)openAsBlob(path).stamp(), std::system_error);
}

TEST(BlobSlice, OfAPipeIsNone) {
  EXPECT_THROW((void)openAsBlob("/dev/null").slice(0, 1).open(), std::system_error);
}

TEST(BlobStamp, TellsBytesApart) {
  EXPECT_EQ(Blob("abc").stamp(), Blob("abc").stamp());
  EXPECT_NE(Blob("abc").stamp(), Blob("abd").stamp());
  EXPECT_NE(Blob("").stamp(), Blob(std::string(1, '\0')).stamp());
}

}  // namespace
}  // namespace argot::openai
