// Downloads to files, sinks and streams: what is on the disk after each way in which they end.

#include "argot_open_ai/funcs/filesDownloadFileTo.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "base/unique_fd.h"
#include "detail/fake_content.hpp"
#include "detail/fake_surroundings.hpp"
#include "tests/support/fakes.h"

namespace argot::openai {
namespace {

namespace fs = std::filesystem;
using detail::FakeContent;
using detail::FakeWorld;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::MockReply;
using ::testing::Not;
using ::testing::Pair;
using testing::RecordedRequest;
using Tree = std::map<std::string, std::string>;

const RequestOptions mending{.retries = RetryConfig{.strategy = RetryConfig::Strategy::official,
                                                    .retryConnectionErrors = true}};

/// A folder of its own, and what is in it by name.
class DownloadToFile : public ::testing::Test {
 protected:
  fs::path at(std::string_view name) const { return folder_.path() / name; }

  void put(std::string_view name, std::string_view content) const {
    std::ofstream(at(name), std::ios::binary) << content;
  }

  Tree tree() const {
    Tree tree;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder_.path())) {
      std::ostringstream text;
      if (entry.is_regular_file()) text << std::ifstream(entry.path(), std::ios::binary).rdbuf();
      tree[entry.path().filename()] = text.str();
    }
    return tree;
  }

  Result<DownloadInfo> download(FakeContent& server, const RequestOptions& options = {},
                                const DownloadToOptions& to = {}) {
    const FakeWorld world(server.transport());
    Result<DownloadInfo> info =
        filesDownloadFileTo(world.core, {.fileId = "file-abc"}, at("a"), options, to);
    requests_ = world.transport->requests();
    return info;
  }

  /// Of the last download's n-th request; "none" for none.
  std::string header(std::size_t n, std::string_view name) const {
    const std::string* const value = requests_.at(n).headers.find(name);
    return value == nullptr ? "none" : *value;
  }

  static std::string note(std::string_view size, std::string_view etag = "\"one\"",
                          std::string_view id = "file-abc") {
    std::string text = "argot download 1\nurl http://files.test/v1/files/";
    return text.append(id).append("/content\netag ").append(etag).append("\nsize ").append(size) +
           "\n";
  }

  argot::testing::TempFolder folder_;
  std::vector<RecordedRequest> requests_{};
};

TEST_F(DownloadToFile, LeavesTheFileAndNothingElse) {
  std::string content(1'000'000, '\0');
  for (std::size_t i = 0; i < content.size(); ++i) content[i] = static_cast<char>(i * i >> 3);
  FakeContent server{.content = content};
  const mode_t mask = ::umask(027);
  const Result<DownloadInfo> info = download(server);
  ::umask(mask);
  ASSERT_TRUE(info.ok()) << info.error();
  EXPECT_EQ(info->bytes, 1'000'000U);
  EXPECT_EQ(info->resumedFrom, 0U);
  EXPECT_EQ(info->etag, "\"one\"");
  EXPECT_EQ(info->contentType, "application/jsonl");
  EXPECT_EQ(tree(), (Tree{{"a", content}}));
  EXPECT_EQ(fs::status(at("a")).permissions(), fs::perms(0640));
}

TEST_F(DownloadToFile, ReplacesAFileOnlyByAWholeOne) {
  put("a", "old");
  FakeContent broken{.content = "0123456789", .breaks = {4}};
  EXPECT_FALSE(download(broken).ok());
  EXPECT_EQ(tree()["a"], "old");
  FakeContent server{.content = ""};
  ASSERT_TRUE(download(server).ok());
  EXPECT_EQ(tree(), (Tree{{"a", ""}}));
}

TEST_F(DownloadToFile, ARefusalLeavesNothingThatWasNotThere) {
  const FakeWorld world({MockReply{.status = 404, .body = "{\"error\":{}}"}});
  const auto get = [&] { return filesDownloadFileTo(world.core, {.fileId = "f"}, at("a")); };
  EXPECT_EQ(get().error().statusCode(), 404);
  EXPECT_THAT(tree(), IsEmpty());
  put("a", "old");
  put("a.part", "0123");
  put("a.part.note", note("10"));
  const Tree before = tree();
  EXPECT_EQ(get().error().statusCode(), 404);
  EXPECT_EQ(tree(), before);
}

TEST_F(DownloadToFile, TheNextCallGoesOnFromWhatABreakLeaves) {
  const std::string content = "0123456789";
  for (std::size_t bytes = 0; bytes < content.size(); ++bytes) {
    FakeContent broken{.content = content, .breaks = {bytes}};
    EXPECT_EQ(download(broken).error().name(), "ConnectionError");
    if (bytes == 0) {
      EXPECT_THAT(tree(), IsEmpty());
    } else {
      EXPECT_EQ(tree(), (Tree{{"a.part", content.substr(0, bytes)}, {"a.part.note", note("10")}}));
    }
    FakeContent server{.content = content};
    const Result<DownloadInfo> info = download(server);
    ASSERT_TRUE(info.ok()) << info.error();
    EXPECT_EQ(info->resumedFrom, bytes);
    EXPECT_EQ(info->bytes, 10U);
    EXPECT_EQ(info->contentType, "application/jsonl");
    EXPECT_EQ(header(0, "Range"), bytes == 0 ? "none" : "bytes=" + std::to_string(bytes) + "-");
    EXPECT_EQ(header(0, "If-Range"), bytes == 0 ? "none" : "\"one\"");
    EXPECT_EQ(tree(), (Tree{{"a", content}}));
    fs::remove(at("a"));
  }
}

TEST_F(DownloadToFile, ManyCallsGoOnOneAfterTheOther) {
  FakeContent server{.content = "0123456789", .breaks = {2, 3, 0, 1}};
  for (int i = 0; i < 4; ++i) EXPECT_FALSE(download(server).ok());
  EXPECT_EQ(tree()["a.part"], "012345");
  EXPECT_EQ(download(server).unwrap().resumedFrom, 6U);
  EXPECT_EQ(tree(), (Tree{{"a", "0123456789"}}));
}

TEST_F(DownloadToFile, GoesOnWithinOneCallAsWell) {
  FakeContent server{.content = "0123456789", .breaks = {4, 2}};
  EXPECT_EQ(download(server, mending).unwrap().resumedFrom, 0U);
  EXPECT_EQ(tree(), (Tree{{"a", "0123456789"}}));
  EXPECT_EQ(server.replies, 3U);
}

TEST_F(DownloadToFile, AWholePartNeedsNoTransfer) {
  for (const bool hasRanges : {true, false}) {
    put("a.part", "0123456789");
    put("a.part.note", note("10"));
    // Whatever is read of a body is an error.
    FakeContent server{.content = "0123456789", .hasRanges = hasRanges, .breaks = {0}};
    std::vector<std::uint64_t> told;
    const Result<DownloadInfo> info = download(
        server,
        {.onProgress = [&told](const Progress& progress) { told.push_back(progress.done); }});
    ASSERT_TRUE(info.ok()) << info.error();
    EXPECT_EQ(info->resumedFrom, 10U);
    EXPECT_EQ(info->bytes, 10U);
    EXPECT_EQ(header(0, "Range"), "bytes=9-");
    EXPECT_THAT(told, ElementsAre(10U));
    EXPECT_EQ(tree(), (Tree{{"a", "0123456789"}}));
  }
}

TEST_F(DownloadToFile, APartOfAnotherContentIsNotGoneOnFrom) {
  for (const std::string part : {"ABCD", "ABCDEFGHIJ"}) {
    put("a.part", part);
    put("a.part.note", note("10", "\"other\""));
    FakeContent server{.content = "0123456789"};
    EXPECT_EQ(download(server).unwrap().resumedFrom, 0U);
    EXPECT_EQ(header(0, "If-Range"), "\"other\"");
    EXPECT_EQ(tree(), (Tree{{"a", "0123456789"}}));
  }
}

TEST_F(DownloadToFile, WhatBeginsAnewAndBreaksAtOnceAsksForAllOfTheNewContent) {
  put("a.part", "0123");
  put("a.part.note", note("10"));
  FakeContent server{.content = "abcdefghij", .etag = "\"two\"", .breaks = {0}};
  const Result<DownloadInfo> info = download(server, mending);
  ASSERT_TRUE(info.ok()) << info.error();
  EXPECT_EQ(info->resumedFrom, 0U);
  EXPECT_EQ(tree(), (Tree{{"a", "abcdefghij"}}));
  EXPECT_EQ(header(0, "Range"), "bytes=4-");
  EXPECT_EQ(header(0, "If-Range"), "\"one\"");
  EXPECT_EQ(header(1, "Range"), "bytes=0-");
  EXPECT_EQ(header(1, "If-Range"), "\"two\"");
}

TEST_F(DownloadToFile, APartWithoutAFittingNoteIsNotGoneOnFrom) {
  const std::string good = note("10");
  const std::vector<std::string> notes{"",
                                       good.substr(0, good.size() - 1),
                                       good + "more\n",
                                       note("3"),
                                       note("ten"),
                                       note("10", "W/\"one\""),
                                       note("10", "\"one\"", "file-xyz"),
                                       "argot download 1\n",
                                       "argot download 2" + good.substr(16)};
  for (const std::string& text : notes) {
    put("a.part", "ABCD");
    put("a.part.note", text);
    FakeContent server{.content = "0123456789"};
    EXPECT_EQ(download(server).unwrap().resumedFrom, 0U);
    EXPECT_EQ(header(0, "Range"), "none") << text;
    EXPECT_EQ(tree(), (Tree{{"a", "0123456789"}}));
  }
}

TEST_F(DownloadToFile, APartOfSomebodyElseIsLeftAsItIs) {
  for (const char* const note : {"none", "a link", "something else\n", "argot\n", "long"}) {
    const std::string text = note;
    put("a.part", "a book in parts");
    fs::remove(at("a.part.note"));
    if (text == "a link") {
      put("victim", "argot download 1\n");
      fs::create_symlink(at("victim"), at("a.part.note"));
    } else if (text != "none") {
      put("a.part.note", text == "long" ? "argot download 1\n" + std::string(20'000, 'x') : text);
    }
    const Tree before = tree();
    FakeContent server{.content = "0123456789"};
    for (const bool resume : {true, false}) {
      const Result<DownloadInfo> info = download(server, {}, {.resume = resume});
      ASSERT_FALSE(info.ok()) << note;
      EXPECT_NE(info.error().as<InvalidRequestError>(), nullptr) << info.error();
      EXPECT_THAT(info.error().what(), HasSubstr("a.part: it is there already"));
      EXPECT_THAT(requests_, IsEmpty());
      EXPECT_EQ(tree(), before);
    }
  }
  // Nothing is lost with one that is empty.
  fs::remove(at("a.part.note"));
  put("a.part", "");
  FakeContent server{.content = "0123456789"};
  EXPECT_TRUE(download(server).ok());
}

TEST_F(DownloadToFile, WhatAKillLeavesIsKnownAsItsOwnAtAnyTime) {
  for (const char* const etag : {"\"one\"", "W/\"one\"", ""}) {
    put("a.part", "0123");
    put("a.part.note", note("10", "\"old\""));
    FakeContent server{.content = std::string(300'000, 'x'), .etag = etag};
    Tree killed;
    const auto look = [&](const Progress&) {
      // The first bytes are told before they are written.
      if (killed["a.part"].empty()) killed = tree();
    };
    EXPECT_TRUE(download(server, {.onProgress = look}).ok());
    ASSERT_GT(killed["a.part"].size(), 0U) << etag;
    EXPECT_THAT(killed["a.part.note"], ::testing::StartsWith("argot download 1\n")) << etag;
    put("a.part", killed["a.part"]);
    put("a.part.note", killed["a.part.note"]);
    const Result<DownloadInfo> again = download(server);
    ASSERT_TRUE(again.ok()) << again.error();
    EXPECT_EQ(again->resumedFrom > 0, std::string_view(etag) == "\"one\"");
    EXPECT_EQ(tree(), (Tree{{"a", server.content}}));
  }
}

TEST_F(DownloadToFile, GoesOnOnlyWhereItMay) {
  put("a.part", "0123");
  put("a.part.note", note("10"));
  FakeContent server{.content = "0123456789"};
  EXPECT_EQ(download(server, {}, {.resume = false}).unwrap().resumedFrom, 0U);
  EXPECT_EQ(header(0, "Range"), "none");
}

TEST_F(DownloadToFile, ContentThatChangesMeanwhileBeginsAnew) {
  FakeContent server{.content = "0123456789",
                     .breaks = {4, 1},
                     .beforeReply = [](FakeContent& self, std::size_t n) {
                       if (n != 2) return;
                       self.content = "ABC";
                       self.etag = "\"two\"";
                     }};
  std::vector<std::uint64_t> told;
  RequestOptions options = mending;
  options.onProgress = [&told](const Progress& progress) { told.push_back(progress.done); };
  const Result<DownloadInfo> info = download(server, options);
  ASSERT_TRUE(info.ok()) << info.error();
  EXPECT_EQ(info->etag, "\"two\"");
  EXPECT_EQ(info->bytes, 3U);
  EXPECT_EQ(header(2, "If-Range"), "\"two\"");
  EXPECT_EQ(tree(), (Tree{{"a", "ABC"}}));
  EXPECT_TRUE(std::ranges::is_sorted(told));
}

TEST_F(DownloadToFile, ABreakAfterAChangeLeavesTheNewPart) {
  put("a.part", "0123");
  put("a.part.note", note("10"));
  FakeContent server{.content = "ABCDE", .etag = "\"two\"", .breaks = {2}};
  EXPECT_FALSE(download(server).ok());
  EXPECT_EQ(tree(), (Tree{{"a.part", "AB"}, {"a.part.note", note("5", "\"two\"")}}));
}

TEST_F(DownloadToFile, WithoutAnEtagItBeginsAnewAndLeavesNothing) {
  FakeContent server{.content = "0123456789", .etag = "", .breaks = {4, 6}};
  EXPECT_TRUE(download(server, mending).ok());
  EXPECT_EQ(tree(), (Tree{{"a", "0123456789"}}));
  EXPECT_EQ(header(2, "Range"), "none");
  fs::remove(at("a"));
  FakeContent broken{.content = "0123456789", .etag = "", .breaks = {4}};
  EXPECT_FALSE(download(broken).ok());
  EXPECT_THAT(tree(), IsEmpty());
}

TEST_F(DownloadToFile, LeavesNothingOfAContentThatGoesMeanwhile) {
  for (const auto& [status, left] : {std::pair(404, 0U), std::pair(429, 2U)}) {
    const FakeWorld world({MockReply{.headers = {{"ETag", "\"one\""}, {"Content-Length", "10"}},
                                     .body = "0123456789",
                                     .breaksAfter = 4},
                           MockReply{.status = status}});
    RequestOptions options = mending;
    options.retries->maxAttempts = 2;
    EXPECT_EQ(
        filesDownloadFileTo(world.core, {.fileId = "f"}, at("a"), options).error().statusCode(),
        status);
    EXPECT_EQ(tree().size(), left);
  }
}

TEST_F(DownloadToFile, ARangeThatTheServerRefusesMakesItBeginAnew) {
  put("a.part", "ABCD");
  put("a.part.note", note("10"));
  FakeContent server{.content = "012"};
  EXPECT_EQ(download(server).unwrap().bytes, 3U);
  EXPECT_EQ(header(0, "Range"), "bytes=4-");
  EXPECT_EQ(header(1, "Range"), "none");
  EXPECT_EQ(tree(), (Tree{{"a", "012"}}));
}

TEST_F(DownloadToFile, AServerThatMixesContentsUpIsFollowedNoFurther) {
  put("a.part", "ABCD");
  put("a.part.note", note("10"));
  const FakeWorld world({MockReply{
      .status = 206, .headers = {{"Content-Range", "bytes 4-9/10"}, {"ETag", "\"two\""}}}});
  EXPECT_EQ(filesDownloadFileTo(world.core, {.fileId = "file-abc"}, at("a")).error().name(),
            "ConnectionError");
  EXPECT_THAT(tree(), IsEmpty());
}

TEST_F(DownloadToFile, OneDownloadAtATime) {
  put("a.part", "0123");
  const UniqueFd other(::open(at("a.part").c_str(), O_RDWR | O_CLOEXEC));
  ASSERT_EQ(::flock(other.get(), LOCK_EX), 0);
  FakeContent server{.content = "0123456789"};
  const Result<DownloadInfo> info = download(server);
  ASSERT_FALSE(info.ok());
  EXPECT_NE(info.error().as<InvalidRequestError>(), nullptr);
  EXPECT_THAT(info.error().what(), HasSubstr("another download"));
  EXPECT_THAT(requests_, IsEmpty());
  EXPECT_EQ(tree(), (Tree{{"a.part", "0123"}}));
}

TEST_F(DownloadToFile, HoldsItsPartUntilItsEnd) {
  FakeContent server{.content = "0123456789"};
  std::string inside;
  const RequestOptions options{.onProgress = [&](const Progress&) {
    const FakeWorld world({MockReply{.body = "other"}});
    const Result<DownloadInfo> other =
        filesDownloadFileTo(world.core, {.fileId = "file-abc"}, at("a"));
    inside = other.ok() ? "ok" : other.error().what();
  }};
  EXPECT_TRUE(download(server, options).ok());
  EXPECT_THAT(inside, HasSubstr("another download"));
  EXPECT_EQ(tree(), (Tree{{"a", "0123456789"}}));
}

TEST_F(DownloadToFile, RefusesWhatCannotBecomeAFileAndAsksForNothing) {
  const FakeWorld world({MockReply{.body = "0123"}});
  fs::create_directory(at("folder"));
  fs::create_directory(at("b.part"));
  put("victim", "old");
  fs::create_symlink(at("victim"), at("c.part"));
  ASSERT_EQ(::mkfifo(at("d.part").c_str(), 0600), 0);
  const std::vector<std::string> paths{"",
                                       "/dev/null",
                                       at("folder"),
                                       at("b"),
                                       at("c"),
                                       at("d"),
                                       at("none/a"),
                                       at(std::string(252, 'x')),
                                       at("a").string() + std::string("\0b", 2)};
  for (const std::string& path : paths) {
    const Result<DownloadInfo> info = filesDownloadFileTo(world.core, {.fileId = "file-abc"}, path);
    ASSERT_FALSE(info.ok()) << path;
    EXPECT_NE(info.error().as<InvalidRequestError>(), nullptr) << info.error();
    EXPECT_THAT(info.error().what(), Not(HasSubstr("Success")));
  }
  EXPECT_THAT(world.transport->requests(), IsEmpty());
  EXPECT_EQ(tree()["victim"], "old");
  EXPECT_FALSE(tree().contains("a"));
}

TEST_F(DownloadToFile, ANoteIsNotWrittenThroughALink) {
  put("victim", "old");
  fs::create_symlink(at("victim"), at("a.part.note"));
  FakeContent server{.content = "0123456789", .breaks = {4}};
  EXPECT_FALSE(download(server).ok());
  EXPECT_EQ(tree()["victim"], "old");
}

TEST_F(DownloadToFile, ALinkThatAppearsInThePlaceOfTheNoteIsNotWrittenThrough) {
  put("victim", "old");
  FakeContent server{.content = "0123456789", .breaks = {4}};
  // The first bytes are there, and the note about them is yet to be written.
  const auto plant = [this](const Progress&) {
    if (!fs::is_symlink(at("a.part.note"))) fs::create_symlink(at("victim"), at("a.part.note"));
  };
  EXPECT_FALSE(download(server, {.onProgress = plant}).ok());
  EXPECT_EQ(tree(), (Tree{{"victim", "old"}}));
}

/// Files may not grow beyond so many bytes while it lives.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit{.rlim_cur = bytes, .rlim_max = before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;
  ~FileSizeLimit() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    (void)std::signal(SIGXFSZ, handler_);
  }

 private:
  rlimit before_{};
  void (*handler_)(int);
};

TEST_F(DownloadToFile, ADiskThatTakesNoMoreIsAnErrorAndKeepsThePart) {
  put("a", "old");
  const std::string content(600'000, 'x');
  FakeContent server{.content = content};
  {
    const FileSizeLimit limit(300'000);
    const Result<DownloadInfo> info = download(server);
    ASSERT_FALSE(info.ok());
    EXPECT_NE(info.error().as<UnexpectedClientError>(), nullptr);
    EXPECT_THAT(info.error().what(), HasSubstr("File too large"));
    EXPECT_EQ(info.error().as<UnexpectedClientError>()->cause().code, EFBIG);
  }
  EXPECT_EQ(tree(), (Tree{{"a", "old"},
                          {"a.part", content.substr(0, 300'000)},
                          {"a.part.note", note("600000")}}));
  EXPECT_EQ(download(server).unwrap().resumedFrom, 300'000U);
  EXPECT_EQ(tree(), (Tree{{"a", content}}));
}

TEST_F(DownloadToFile, WithoutItsNoteAPartIsNotLeft) {
  fs::create_directory(at("a.part.note"));
  FakeContent server{.content = "0123456789", .breaks = {4}};
  EXPECT_EQ(download(server).error().name(), "ConnectionError");
  EXPECT_THAT(tree(), ElementsAre(Pair("a.part.note", "")));
}

TEST_F(DownloadToFile, EndsAtTheSignalAndKeepsThePart) {
  const std::string content(600'000, 'x');
  FakeContent server{.content = content};
  std::stop_source stop;
  const Result<DownloadInfo> info =
      download(server, {.fetchOptions = {.signal = stop.get_token()},
                        .onProgress = [&stop](const Progress&) { stop.request_stop(); }});
  ASSERT_FALSE(info.ok());
  EXPECT_NE(info.error().as<RequestAbortedError>(), nullptr);
  EXPECT_EQ(tree()["a.part"].size(), 131'072U);
  EXPECT_EQ(download(server).unwrap().resumedFrom, 131'072U);
}

TEST_F(DownloadToFile, AFolderInTheWayOfTheRenameKeepsThePart) {
  FakeContent server{.content = "0123456789"};
  const RequestOptions options{
      .onProgress = [this](const Progress&) { fs::create_directory(at("a")); }};
  const Result<DownloadInfo> info = download(server, options);
  ASSERT_FALSE(info.ok());
  EXPECT_NE(info.error().as<UnexpectedClientError>(), nullptr);
  EXPECT_THAT(info.error().what(), HasSubstr("Is a directory"));
  EXPECT_EQ(tree()["a.part"], "0123456789");
  fs::remove(at("a"));
  EXPECT_EQ(download(server).unwrap().resumedFrom, 10U);
}

TEST_F(DownloadToFile, APartThatIsReplacedMeanwhileIsNotRenamed) {
  FakeContent server{.content = "0123456789"};
  const RequestOptions options{.onProgress = [this](const Progress&) {
    fs::remove(at("a.part"));
    put("a.part", "something else");
  }};
  EXPECT_EQ(download(server, options).error().name(), "UnexpectedClientError");
  EXPECT_FALSE(tree().contains("a"));
}

// --- Sinks and streams -------------------------------------------------------------------------

std::string textOf(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

TEST(DownloadToSink, HandsOnEveryByteOnce) {
  FakeContent server{.content = "0123456789", .hasRanges = false, .breaks = {4, 7}};
  const FakeWorld world(server.transport());
  std::string all;
  const auto sink = [&all](std::span<const std::byte> bytes) {
    EXPECT_FALSE(bytes.empty());
    all += textOf(bytes);
    return true;
  };
  const Result<DownloadInfo> info =
      filesDownloadFileTo(world.core, {.fileId = "file-abc"}, sink, mending);
  ASSERT_TRUE(info.ok()) << info.error();
  EXPECT_EQ(info->bytes, 10U);
  EXPECT_EQ(all, "0123456789");
}

TEST(DownloadToSink, EndsWhereItWantsNoMore) {
  FakeContent server{.content = "0123456789"};
  const FakeWorld world(server.transport());
  const auto get = [&](const std::function<bool(std::span<const std::byte>)>& sink) {
    return filesDownloadFileTo(world.core, {.fileId = "file-abc"}, sink).error();
  };
  EXPECT_EQ(get([](std::span<const std::byte>) { return false; }).name(), "RequestAbortedError");
  const Error thrown =
      get([](std::span<const std::byte>) -> bool { throw std::runtime_error("no room"); });
  EXPECT_EQ(thrown.name(), "UnexpectedClientError");
  EXPECT_THAT(thrown.what(), HasSubstr("no room"));
  EXPECT_EQ(server.replies, 2U);
  EXPECT_EQ(get({}).name(), "InvalidRequestError");
  EXPECT_EQ(server.replies, 2U);
}

TEST(DownloadToSink, NeverGetsTwoContentsMixed) {
  FakeContent server{
      .content = "0123456789", .breaks = {4}, .beforeReply = [](FakeContent& self, std::size_t n) {
        if (n == 2) self.etag = "\"two\"";
      }};
  const FakeWorld world(server.transport());
  std::ostringstream out;
  EXPECT_EQ(filesDownloadFileTo(world.core, {.fileId = "file-abc"}, out, mending).error().name(),
            "ConnectionError");
  EXPECT_EQ(out.str(), "0123");
}

TEST(DownloadToStream, GetsTheContentOrNothing) {
  FakeContent server{.content = "0123456789"};
  const FakeWorld world(server.transport());
  std::ostringstream out;
  EXPECT_EQ(filesDownloadFileTo(world.core, {.fileId = "file-abc"}, out).unwrap().bytes, 10U);
  EXPECT_EQ(out.str(), "0123456789");
  const FakeWorld refusing({MockReply{.status = 404, .body = "not this"}});
  std::ostringstream nothing;
  EXPECT_EQ(
      filesDownloadFileTo(refusing.core, {.fileId = "file-abc"}, nothing).error().statusCode(),
      404);
  EXPECT_EQ(nothing.str(), "");
}

TEST(DownloadToStream, EndsWhereTheStreamFails) {
  FakeContent server{.content = "0123456789"};
  const FakeWorld world(server.transport());
  std::ofstream full("/dev/full");
  const auto get = [&] { return filesDownloadFileTo(world.core, {.fileId = "file-abc"}, full); };
  EXPECT_EQ(get().error().name(), "UnexpectedClientError");
  full.clear();
  full.exceptions(std::ios::badbit | std::ios::failbit);
  EXPECT_EQ(get().error().name(), "UnexpectedClientError");
}

}  // namespace
}  // namespace argot::openai
