#include "api/list_files.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

#include "json/reader.h"
#include "openai/error.h"
#include "openai/file.h"
#include "tests/support/api_world.h"

namespace argot::api {
namespace {

using testing::ApiWorld;
using testing::FormText;

class ListFilesTest : public ::testing::Test {
 protected:
  openai::FilePage page(const std::string& query) {
    const auto reply = world_.get("/v1/files" + query);
    EXPECT_EQ(reply.status, 200) << query << " " << reply.body;
    auto decoded = openai::decode_file_page(reply.body);
    EXPECT_TRUE(decoded.has_value()) << reply.body;
    return decoded.value_or(openai::FilePage());
  }

  std::vector<std::string> ids(const std::string& query) {
    std::vector<std::string> found;
    for (const auto& file : page(query).data) found.push_back(file.id);
    return found;
  }

  // The error of a 400 as "param: message".
  std::string refusal(const std::string& query) {
    const auto reply = world_.get("/v1/files" + query);
    EXPECT_EQ(reply.status, 400) << query;
    const auto error = openai::decode_error(reply.body);
    EXPECT_EQ(error.type, "invalid_request_error");
    EXPECT_EQ(error.code, std::nullopt);
    return error.param.value_or("null") + ": " + error.message;
  }

  ApiWorld world_;
};

TEST_F(ListFilesTest, AnEmptyPageHasEmptyEnds) {
  const auto reply = world_.get("/v1/files");
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.body,
            "{\n  \"object\": \"list\",\n  \"data\": [],\n  \"has_more\": false,\n"
            "  \"first_id\": \"\",\n  \"last_id\": \"\"\n}\n");
}

TEST_F(ListFilesTest, NewestComeFirstUnlessAskedOtherwise) {
  const std::string first = world_.add_file("1");
  const std::string second = world_.add_file("2");
  const std::string third = world_.add_file("3");
  const std::vector<std::string> newest_first = {third, second, first};
  const std::vector<std::string> oldest_first = {first, second, third};
  EXPECT_EQ(ids(""), newest_first);
  EXPECT_EQ(ids("?order=desc"), newest_first);
  EXPECT_EQ(ids("?order=asc"), oldest_first);
}

TEST_F(ListFilesTest, PagesFollowOneAnother) {
  std::vector<std::string> all;
  for (int file = 0; file < 5; ++file) all.insert(all.begin(), world_.add_file("x"));
  std::vector<std::string> seen;
  std::string after;
  for (int round = 0; round < 3; ++round) {
    const auto got = page("?limit=2" + after);
    EXPECT_EQ(got.has_more, round < 2);
    for (const auto& file : got.data) seen.push_back(file.id);
    after = "&after=" + seen.back();
  }
  EXPECT_EQ(seen, all);
}

TEST_F(ListFilesTest, ACursorWhoseFileIsGoneStillWorks) {
  const std::string first = world_.add_file("1");
  const std::string second = world_.add_file("2");
  const std::string third = world_.add_file("3");
  ASSERT_TRUE(world_.library.remove(world_.scope, second).has_value());
  EXPECT_EQ(ids("?after=" + second), std::vector{first});
  EXPECT_EQ(ids("?order=asc&after=" + second), std::vector{third});
}

TEST_F(ListFilesTest, OnePurposeIsListedAlone) {
  const std::string text = world_.add_file("1", "a.txt", "assistants");
  world_.add_file("2", "b.txt", "user_data");
  EXPECT_EQ(ids("?purpose=assistants"), std::vector{text});
  EXPECT_TRUE(ids("?purpose=world_domination").empty());
  EXPECT_TRUE(ids("?purpose=").empty());
}

TEST_F(ListFilesTest, ExpiredFilesAreLeftOut) {
  const std::string id =
      testing::ApiWorld::id_in(world_
                                   .upload(FormText()
                                               .field("purpose", "user_data")
                                               .field("expires_after[anchor]", "created_at")
                                               .field("expires_after[seconds]", "3600")
                                               .file("a.txt", "x"))
                                   .body);
  world_.clock.advance(std::chrono::seconds(3'599));
  EXPECT_EQ(ids(""), std::vector{id});
  world_.clock.advance(std::chrono::seconds(1));
  EXPECT_TRUE(ids("").empty());
}

TEST_F(ListFilesTest, LimitsAreFromOneToTenThousand) {
  page("?limit=1");
  page("?limit=10000");
  page("?limit=%31");
  EXPECT_EQ(refusal("?limit=0"), "limit: 0 is less than the minimum of 1 - 'limit'");
  EXPECT_EQ(refusal("?limit=-5"), "limit: -5 is less than the minimum of 1 - 'limit'");
  EXPECT_EQ(refusal("?limit=10001"), "limit: 10001 is greater than the maximum of 10000 - 'limit'");
  for (const std::string value : {"abc", "", "1.5", "+1", "%201", "1e3", "18446744073709551616"}) {
    EXPECT_NE(refusal("?limit=" + value).find(" is not of type 'integer' - 'limit'"),
              std::string::npos)
        << value;
  }
}

TEST_F(ListFilesTest, OtherOrdersAreRefused) {
  EXPECT_EQ(refusal("?order=up"), "order: 'up' is not one of ['asc', 'desc'] - 'order'");
  EXPECT_EQ(refusal("?order=ASC"), "order: 'ASC' is not one of ['asc', 'desc'] - 'order'");
}

TEST_F(ListFilesTest, MalformedCursorsAreRefused) {
  EXPECT_EQ(refusal("?after=it%27s"), "after: \"it's\" is not the id of a file - 'after'");
  EXPECT_EQ(refusal("?after="), "after: '' is not the id of a file - 'after'");
}

TEST_F(ListFilesTest, AKnownParameterComesOnce) {
  for (const std::string name : {"purpose", "limit", "order", "after"}) {
    EXPECT_EQ(refusal("?" + name + "=1&" + name + "=1"),
              name + ": The parameter must come once, but it came several times - '" + name + "'");
  }
}

TEST_F(ListFilesTest, UnknownParametersAreIgnored) {
  page("?x=1&x=2&Limit=0&limit[]=0");
  page("?");
  page("?&&");
}

TEST_F(ListFilesTest, AQueryThatCannotBeReadIsRefused) {
  EXPECT_EQ(refusal("?purpose=%zz"),
            "null: The query must be at most 64 percent-encoded parameters, but it is "
            "'purpose=%zz'.");
}

TEST_F(ListFilesTest, AProjectsKeySeesItsProjectOnly) {
  const std::string everywhere = world_.add_file("1");
  const auto project = *world_.catalog.create_project(world_.scope.organization_id, "second");
  const std::string narrow_key =
      world_.add_key({.organization_id = project.organization_id, .project_id = project.id});
  const std::string inside = ApiWorld::id_in(
      world_.upload(FormText().field("purpose", "vision").file("a.png", "x"), narrow_key).body);

  EXPECT_EQ(ids(""), (std::vector{inside, everywhere}));
  world_.key = narrow_key;
  EXPECT_EQ(ids(""), std::vector{inside});
}

}  // namespace
}  // namespace argot::api
