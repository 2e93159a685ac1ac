#include "cli/uploads.h"

#include "cli/files_fixture.h"
#include "sdk/src/detail/fake_uploads.hpp"

namespace argot::cli {
namespace {

using openai::testing::MockReply;
using openai::testing::RecordedRequest;

class UploadsTest : public FilesFixture {
 protected:
  UploadsTest() {
    answer([](const RecordedRequest& request) {
      if (request.url.find("upload_bad") != std::string::npos) {
        return error_reply(404, "No such Upload object: upload_bad");
      }
      return MockReply{.body = R"({"id":"upload_a","object":"upload","bytes":3,"created_at":1,)"
                               R"("filename":"a","purpose":"batch","status":"cancelled"})"};
    });
  }

  int run_command(const Invocation& invocation, const Io& io,
                  const FilesSurroundings& surroundings) override {
    return run_uploads(invocation, io, surroundings);
  }
};

TEST_F(UploadsTest, CancelPrintsWhatIsOver) {
  EXPECT_EQ(run({"cancel", "upload_bad", "upload_a"}), exit_failure);
  EXPECT_EQ(out(), "upload_a\n");
  EXPECT_EQ(err(), "argot: upload_bad: No such Upload object: upload_bad\n");
  ASSERT_EQ(requests().size(), 2U);
  EXPECT_EQ(requests()[1].method, "POST");
  EXPECT_EQ(requests()[1].url, "http://server.test/v1/uploads/upload_a/cancel");
}

// Here without what files create would take for it to go in parts.
TEST_F(UploadsTest, CreateSendsFilesOfAnySizeInParts) {
  openai::detail::FakeUploads server;
  transport_ = server.transport();
  const std::string path = make_file("small.bin", "0123456789abc");
  ASSERT_EQ(run({"create", path, "--purpose", "user_data", "--part-size", "5"}), exit_success)
      << err();
  EXPECT_EQ(out(), "file-abc\n");
  EXPECT_EQ(server.content, "0123456789abc");
  EXPECT_EQ(server.countOf("part"), 3U);
}

TEST_F(UploadsTest, CreateNeedsTheSizeOfAFile) {
  EXPECT_EQ(run({"create", "-", "--name", "a", "--purpose", "user_data"}), exit_usage);
  EXPECT_NE(err().find("-: expected files: an upload in parts begins with its size"),
            std::string::npos)
      << err();
  EXPECT_TRUE(requests().empty());
}

TEST_F(UploadsTest, MistakesAreUsage) {
  EXPECT_EQ(run_as_typed({}), exit_usage);
  EXPECT_EQ(run({"create", "a.bin"}), exit_usage);
  EXPECT_EQ(run({"create", "a.bin", "--purpose", "p", "--parts-above", "1"}), exit_usage);
  EXPECT_EQ(run_as_typed({"list"}), exit_usage);
  EXPECT_EQ(run({"cancel"}), exit_usage);
  EXPECT_EQ(run({"cancel", ".."}), exit_failure);
  EXPECT_TRUE(requests().empty());
  EXPECT_EQ(run_as_typed({"cancel", "--help"}), exit_success);
  EXPECT_NE(out().find("argot uploads cancel"), std::string::npos) << out();
}

TEST_F(UploadsTest, NothingIsBegunAfterAStop) {
  stop_.request_stop();
  EXPECT_EQ(run({"cancel", "upload_a"}), 130);
  EXPECT_TRUE(requests().empty());
}

}  // namespace
}  // namespace argot::cli
