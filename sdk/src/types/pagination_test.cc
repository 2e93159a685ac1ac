// Lists that span pages: where they end, and what their ranges fit into.

#include "argot_open_ai/types/pagination.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ranges>

#include "argot_open_ai/funcs/filesListAllFiles.hpp"
#include "argot_open_ai/sdk/sdk.hpp"
#include "detail/fake_surroundings.hpp"

namespace argot::openai {
namespace {

using detail::FakeWorld;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using testing::MockReply;
using testing::MockTransport;
using testing::RecordedRequest;
using Texts = std::vector<std::string>;

static_assert(std::ranges::view<FileResults> && std::ranges::input_range<FileResults>);
static_assert(std::ranges::view<FilePages> && std::ranges::input_range<FilePages>);
static_assert(std::ranges::view<FileRange> && std::ranges::input_range<FileRange>);

std::string fileJson(const std::string& id) {
  return R"({"id":")" + id +
         R"(","object":"file","bytes":5,"created_at":1,"filename":"a","purpose":"batch"})";
}

/// `rest` are further members of the page.
MockReply page(const Texts& ids, const std::string& rest = R"("has_more":true)") {
  std::string body = R"({"object":"list",)" + rest + R"(,"data":[)";
  for (const std::string& id : ids) body += (id == ids.front() ? "" : ",") + fileJson(id);
  return {.body = body + "]}"};
}

Texts idsOf(FileResults results) {
  Texts ids;
  for (const Result<OpenAIFile>& file : results) ids.push_back(file.ok() ? file->id : "error");
  return ids;
}

Texts urlsOf(const FakeWorld& world) {
  Texts urls;
  for (const RecordedRequest& request : world.transport->requests()) urls.push_back(request.url);
  return urls;
}

TEST(ListAllFiles, AsksForPageAfterPage) {
  const FakeWorld world({page({"a", "b"}, R"("has_more":true,"last_id":"cursor-1")"), page({"c"}),
                         page({"d"}, R"("has_more":false)")});
  EXPECT_THAT(idsOf(filesListAllFiles(world.core, {.purpose = "batch", .limit = 2})),
              ElementsAre("a", "b", "c", "d"));
  EXPECT_THAT(urlsOf(world), ElementsAre(EndsWith("/files?limit=2&purpose=batch"),
                                         EndsWith("/files?after=cursor-1&limit=2&purpose=batch"),
                                         EndsWith("/files?after=c&limit=2&purpose=batch")));
}

TEST(ListAllFiles, AsksForNothingBeforeTheLoopComesToIt) {
  const FakeWorld world({page({"a", "b"})});
  FileResults files = filesListAllFiles(world.core);
  EXPECT_THAT(urlsOf(world), ElementsAre());
  auto file = files.begin();
  EXPECT_EQ((*file)->id, "a");
  ++file;
  EXPECT_EQ((*file)->id, "b");
  EXPECT_EQ(urlsOf(world).size(), 1U);
  ++file;
  EXPECT_EQ(urlsOf(world).size(), 2U);
}

TEST(ListAllFiles, EndsWhereTheServerDoesNotSayThatThereIsMore) {
  for (const char* const rest : {R"("has_more":false)", R"("has_more":null)", R"("x":1)"}) {
    const FakeWorld world({page({"a"}, rest)});
    EXPECT_THAT(idsOf(filesListAllFiles(world.core)), ElementsAre("a"));
    EXPECT_EQ(urlsOf(world).size(), 1U);
  }
}

TEST(ListAllFiles, EndsAtAnEmptyPage) {
  const FakeWorld world({page({"a"}), page({}, R"("has_more":true,"last_id":"b")")});
  EXPECT_THAT(idsOf(filesListAllFiles(world.core)), ElementsAre("a"));
  EXPECT_EQ(urlsOf(world).size(), 2U);
  const FakeWorld empty({page({})});
  EXPECT_THAT(idsOf(filesListAllFiles(empty.core)), ElementsAre());
}

TEST(ListAllFiles, EndsWhereACursorComesAgain) {
  const FakeWorld ignoring({page({"a", "b"})});
  EXPECT_THAT(idsOf(filesListAllFiles(ignoring.core)), ElementsAre("a", "b", "a", "b"));
  const FakeWorld circle({page({"a"}), page({"b"}), page({"a"})});
  EXPECT_EQ(idsOf(filesListAllFiles(circle.core)).size(), 3U);
  const FakeWorld first({page({"a"})});
  EXPECT_THAT(idsOf(filesListAllFiles(first.core, {.after = "a"})), ElementsAre("a"));
}

TEST(ListAllFiles, EndsAfterTheErrorOfThePageThatFails) {
  const FakeWorld world({page({"a"}), page({"b"}), MockReply{.status = 500}, page({"c"})});
  EXPECT_THAT(idsOf(filesListAllFiles(world.core)), ElementsAre("a", "b", "error"));
  EXPECT_EQ(urlsOf(world).size(), 3U);
}

TEST(ListAllFiles, ThrowsTheErrorInItsOtherForm) {
  const FakeWorld world({page({"a"}), page({"b"}), MockReply{.status = 500}});
  Texts ids;
  try {
    for (const OpenAIFile& file : Files(world.core).listAllFiles()) ids.push_back(file.id);
    ADD_FAILURE() << "nothing was thrown";
  } catch (const SDKError& error) {
    EXPECT_EQ(error.statusCode(), 500);
  }
  EXPECT_THAT(ids, ElementsAre("a", "b"));
}

TEST(ListAllFiles, FitsIntoViews) {
  const FakeWorld world({page({"a", "b"}), page({"c"}), page({"d"}), page({"e"})});
  Texts ids;
  for (const std::string& id : Files(world.core).listAllFiles() |
                                   std::views::transform(&OpenAIFile::id) | std::views::take(3)) {
    ids.push_back(id);
  }
  EXPECT_THAT(ids, ElementsAre("a", "b", "c"));
  EXPECT_LE(urlsOf(world).size(), 3U) << "one page ahead at most";

  ids.clear();
  const FakeWorld another({page({"a", "b"}), page({"c"}, R"("has_more":false)")});
  for (const OpenAIFile& file :
       filesListAllFiles(another.core) |
           std::views::filter([](const auto& result) { return result.ok(); }) |
           std::views::transform([](const auto& result) { return *result; }) |
           std::views::drop(1)) {
    ids.push_back(file.id);
  }
  EXPECT_THAT(ids, ElementsAre("b", "c"));
}

TEST(ListAllFiles, LetsTheCallerMoveFilesAway) {
  const FakeWorld world({page({"a"}), page({"b"}, R"("has_more":false)")});
  std::vector<OpenAIFile> files;
  for (Result<OpenAIFile>& file : filesListAllFiles(world.core)) {
    files.push_back(*std::move(file));
  }
  ASSERT_EQ(files.size(), 2U);
  EXPECT_EQ(files[1].id, "b");
}

TEST(ListAllFiles, OutlivesWhatItWasMadeOf) {
  const FakeWorld world({page({"a"}), page({"b"}, R"("has_more":false)")});
  auto core = std::make_unique<ArgotOpenAiCore>(world.core);
  auto request = std::make_unique<ListFilesRequest>();
  FileResults files = filesListAllFiles(*core, *request, RequestOptions{});
  core.reset();
  request.reset();
  FileResults moved = std::move(files);
  EXPECT_EQ(idsOf(std::move(moved)).size(), 2U);
}

TEST(ListPages, GivesPages) {
  const FakeWorld world({page({"a", "b"}), page({"c"}), MockReply{.status = 500}});
  std::vector<std::size_t> sizes;
  bool failed = false;
  for (Result<ListFilesResponse>& one : filesListPages(world.core)) {
    EXPECT_FALSE(failed);
    failed = !one.ok();
    if (one.ok()) sizes.push_back(std::exchange(one->data, {}).size());
  }
  EXPECT_THAT(sizes, ElementsAre(2U, 1U));
  EXPECT_TRUE(failed);
  EXPECT_THAT(urlsOf(world)[2], HasSubstr("after=c"));
}

TEST(ListPages, GivesTheOnePageOfAnEmptyList) {
  const FakeWorld world({page({}, R"("has_more":false)")});
  int pages = 0;
  for (const Result<ListFilesResponse>& one : filesListPages(world.core)) {
    EXPECT_TRUE(one.ok() && one->data.empty());
    ++pages;
  }
  EXPECT_EQ(pages, 1);
}

}  // namespace
}  // namespace argot::openai
