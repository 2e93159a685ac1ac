#include "cli/files_by_id.h"

#include "cli/files_fixture.h"

namespace argot::cli {
namespace {

class FilesById : public FilesFixture {
 protected:
  // Of file-bad the server knows nothing.
  void answer_all_but_bad() {
    answer([](const openai::testing::RecordedRequest& request) {
      const std::string id = request.url.substr(request.url.rfind('/') + 1);
      if (id == "file-bad") return error_reply(404, "No such File object: file-bad");
      if (request.method == "DELETE") {
        return openai::testing::MockReply{.body = R"({"id":")" + id +
                                                  R"(","object":"file","deleted":)" +
                                                  (id == "file-kept" ? "false}" : "true}")};
      }
      return openai::testing::MockReply{.body = file_on_wire(id, id + ".jsonl")};
    });
  }
};

TEST_F(FilesById, RetrieveGoesOnAfterAFailure) {
  answer_all_but_bad();
  EXPECT_EQ(run({"retrieve", "file-a", "file-bad", "file-b"}), exit_failure);
  EXPECT_TRUE(out().starts_with("id        file-a\n")) << out();
  EXPECT_NE(out().find("\n\nid        file-b\n"), std::string::npos) << out();
  EXPECT_EQ(err(), "argot: file-bad: No such File object: file-bad\n");
}

TEST_F(FilesById, RetrieveHasJson) {
  answer_all_but_bad();
  EXPECT_EQ(run({"retrieve", "file-a", "file-b", "--json"}), exit_success);
  EXPECT_EQ(std::ranges::count(out(), '\n'), 2);
  EXPECT_TRUE(out().starts_with(R"({"object":"file","id":"file-a")")) << out();
}

TEST_F(FilesById, DeletePrintsWhatIsGone) {
  answer_all_but_bad();
  EXPECT_EQ(run({"delete", "file-a", "file-bad", "file-kept", "file-b"}), exit_failure);
  EXPECT_EQ(out(), "file-a\nfile-b\n");
  EXPECT_EQ(err(),
            "argot: file-bad: No such File object: file-bad\n"
            "argot: file-kept: the server says that it did not delete it\n");
  EXPECT_EQ(run({"delete", "--json", "file-a"}), exit_success);
  EXPECT_EQ(out(), R"({"object":"file","deleted":true,"id":"file-a"})"
                   "\n");
}

TEST_F(FilesById, AnIdThatIsNoneNeverReachesTheServer) {
  answer_all_but_bad();
  EXPECT_EQ(run({"delete", ".."}), exit_failure);
  EXPECT_TRUE(err().starts_with("argot: ..: ")) << err();
  EXPECT_TRUE(requests().empty());
  EXPECT_EQ(run({"delete"}), exit_usage);
}

TEST_F(FilesById, NothingIsBegunAfterAStop) {
  answer_all_but_bad();
  stop_.request_stop();
  EXPECT_EQ(run({"delete", "file-a", "file-b"}), 130);
  EXPECT_EQ(run({"retrieve", "file-a"}), 130);
  EXPECT_EQ(err(), "argot: interrupted\n");
  EXPECT_TRUE(requests().empty());
}

}  // namespace
}  // namespace argot::cli
