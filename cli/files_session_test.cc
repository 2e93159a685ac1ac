#include "cli/files_session.h"

#include "cli/files_fixture.h"

namespace argot::cli {
namespace {

using openai::TransportFailure;
using Kind = TransportFailure::Kind;

// What a failed call looks like from a shell.
class FilesSessionTest : public FilesFixture {
 protected:
  int run_against(openai::testing::MockReply reply) {
    answer({std::move(reply)});
    return run({"retrieve", "file-a"});
  }

  static openai::testing::MockReply failing(Kind kind) {
    return {.failure = TransportFailure{.kind = kind, .text = "no\x1B route"}};
  }
};

TEST_F(FilesSessionTest, TheServersNoIsOne) {
  EXPECT_EQ(run_against(error_reply(404, "No such File object: file-a")), exit_failure);
  EXPECT_EQ(err(), "argot: file-a: No such File object: file-a\n");
  EXPECT_EQ(run_against({.status = 502,
                         .headers = {{"Content-Type", "text/html"}},
                         .body = "<h1>Bad Gateway</h1>"}),
            exit_failure);
  EXPECT_EQ(err(), "argot: file-a: the server answered with status 502 and text/html\n");
  EXPECT_EQ(run_against({.body = "{}"}), exit_failure);
  EXPECT_TRUE(err().starts_with("argot: file-a: Response validation failed: ")) << err();
}

TEST_F(FilesSessionTest, NoAnswerIsThree) {
  EXPECT_EQ(run_against(failing(Kind::connection)), exit_unreachable);
  EXPECT_EQ(err(),
            "argot: file-a: no connection to http://server.test/v1 (from ARGOTOPENAI_SERVER_URL): "
            "no\\x1B route\n");
  EXPECT_EQ(run_against(failing(Kind::timedOut)), exit_unreachable);
  EXPECT_TRUE(err().starts_with("argot: file-a: Request timed out: ")) << err();
  EXPECT_EQ(run_against(failing(Kind::unexpected)), exit_failure);
}

TEST_F(FilesSessionTest, AMessageIsOneLineWhateverTheServerSays) {
  run_against(error_reply(400, "two\\nlines\\u001b[2J"));
  EXPECT_EQ(err(), "argot: file-a: two\\nlines\\x1B[2J\n");
}

TEST_F(FilesSessionTest, ARefusedKeySaysWhereItIsFrom) {
  run_against(error_reply(401, "Incorrect API key provided."));
  EXPECT_EQ(err(),
            "argot: file-a: Incorrect API key provided. (the key is from OPENAI_API_KEY, the "
            "server from ARGOTOPENAI_SERVER_URL)\n");
  environment_.erase("OPENAI_API_KEY");
  run_against(error_reply(401, "You didn't provide an API key."));
  EXPECT_EQ(err(),
            "argot: file-a: You didn't provide an API key. (no key was given, the server from "
            "ARGOTOPENAI_SERVER_URL)\n");
  EXPECT_EQ(requests().front().headers.find("Authorization"), nullptr);
}

TEST_F(FilesSessionTest, TheWorstOfSeveralCounts) {
  answer({error_reply(404, "no"), failing(Kind::connection), {.body = file_on_wire("c", "c")}});
  EXPECT_EQ(run({"retrieve", "file-a", "file-b", "file-c"}), exit_unreachable);
  EXPECT_EQ(std::ranges::count(err(), '\n'), 2);
  EXPECT_FALSE(out().empty());
}

TEST_F(FilesSessionTest, AStopDuringACallIsOneLineAnd130) {
  answer([this](const openai::testing::RecordedRequest&) {
    stop_.request_stop();
    return failing(Kind::aborted);
  });
  EXPECT_EQ(run({"retrieve", "file-a", "file-b"}), 130);
  EXPECT_EQ(err(), "argot: file-a: interrupted\n");
  EXPECT_EQ(requests().size(), 1U);
}

}  // namespace
}  // namespace argot::cli
