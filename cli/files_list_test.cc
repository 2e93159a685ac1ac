#include "cli/files_list.h"

#include "cli/files_fixture.h"

namespace argot::cli {
namespace {

class FilesList : public FilesFixture {
 protected:
  static std::string page(const std::vector<std::string>& files, const std::string& last,
                          bool has_more) {
    std::string data;
    for (const std::string& file : files) data += (data.empty() ? "" : ",") + file;
    return R"({"object":"list","data":[)" + data + R"(],"last_id":")" + last + R"(","has_more":)" +
           (has_more ? "true" : "false") + "}";
  }
};

TEST_F(FilesList, AsksForWhatWasTyped) {
  answer({{.body = page({}, "", false)}});
  ASSERT_EQ(
      run({"list", "--purpose", "batch", "--limit", "5", "--order", "asc", "--after", "file-a"}),
      exit_success)
      << err();
  EXPECT_EQ(requests().front().url,
            "http://server.test/v1/files?after=file-a&limit=5&order=asc&purpose=batch");
  EXPECT_EQ(*requests().front().headers.find("Authorization"), "Bearer sk-test");
  EXPECT_EQ(out(), "");
  EXPECT_EQ(err(), "");
}

TEST_F(FilesList, IsATableOnATerminalAndTabsElsewhere) {
  answer({{.body = page({file_on_wire("file-a", "a.jsonl")}, "file-a", false)}});
  ASSERT_EQ(run({"list"}), exit_success);
  EXPECT_EQ(out(), "file-a\t1536\t2026-01-01T00:00:00Z\tbatch\tprocessed\ta.jsonl\n");
  is_out_terminal_ = true;
  ASSERT_EQ(run({"list"}), exit_success);
  EXPECT_TRUE(out().starts_with("ID ")) << out();
  ASSERT_EQ(run({"list", "--json"}), exit_success);
  EXPECT_TRUE(out().starts_with("{\"object\":\"file\"")) << out();
}

TEST_F(FilesList, OnePageUnlessAllAreWanted) {
  const std::string first = page({file_on_wire("file-a", "a")}, "file-a", true);
  const std::string second = page({file_on_wire("file-b", "b")}, "file-b", false);
  answer({{.body = first}, {.body = second}});
  ASSERT_EQ(run({"list"}), exit_success);
  EXPECT_EQ(requests().size(), 1U);
  EXPECT_EQ(err(), "There are more: --all shows them, or --after file-a.\n");
  answer({{.body = first}, {.body = second}});
  ASSERT_EQ(run({"list", "--all"}), exit_success);
  ASSERT_EQ(requests().size(), 2U);
  EXPECT_TRUE(requests()[1].url.ends_with("?after=file-a"));
  EXPECT_EQ(std::ranges::count(out(), '\n'), 2);
  EXPECT_EQ(err(), "");
}

TEST_F(FilesList, APageThatFailsIsOneLineAfterWhatCame) {
  answer({{.body = page({file_on_wire("file-a", "a")}, "file-a", true)}, error_reply(400, "no")});
  EXPECT_EQ(run({"list", "--all"}), exit_failure);
  EXPECT_TRUE(out().starts_with("file-a\t"));
  EXPECT_EQ(err(), "argot: files list: no\n");
}

TEST_F(FilesList, MistakesAreUsage) {
  for (const std::vector<std::string>& bad : {std::vector<std::string>{"list", "--limit", "0"},
                                              {"list", "--limit", "10001"},
                                              {"list", "--order", "up"},
                                              {"list", "file-a"}}) {
    EXPECT_EQ(run(bad), exit_usage) << err();
    EXPECT_TRUE(err().starts_with("argot: ")) << err();
  }
  EXPECT_TRUE(requests().empty());
}

}  // namespace
}  // namespace argot::cli
