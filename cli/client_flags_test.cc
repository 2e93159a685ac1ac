#include "cli/client_flags.h"

#include "cli/files_fixture.h"

namespace argot::cli {
namespace {

class ClientFlags : public FilesFixture {};

TEST_F(ClientFlags, BecomeTheClientsOptions) {
  const std::string ca = make_file("ca.pem");
  answer({error_reply(404, "no")});
  ASSERT_EQ(run_as_typed({"list", "--server", "https://flag.test/v1/", "--key", "sk-flag",
                          "--timeout", "90s", "--retries", "4", "--ca-file", ca}),
            exit_failure);
  EXPECT_EQ(*options_.serverURL, "https://flag.test/v1");
  EXPECT_EQ(*options_.apiKeyAuth.text(), "sk-flag");
  EXPECT_EQ(options_.timeout, std::chrono::seconds(90));
  EXPECT_EQ(options_.retryConfig->maxAttempts, 5U);
  EXPECT_EQ(options_.transport.caFile, ca);
  EXPECT_EQ(requests().front().url, "https://flag.test/v1/files");
}

TEST_F(ClientFlags, TheOfficialRetriesAreTheDefaultAndNoneIsNone) {
  answer({error_reply(404, "no")});
  run_as_typed({"list"});
  EXPECT_EQ(options_.retryConfig, openai::RetryConfig::recommended());
  run_as_typed({"list", "--retries", "0"});
  EXPECT_EQ(options_.retryConfig, openai::RetryConfig::none());
}

TEST_F(ClientFlags, TheLibraryNeverChoosesByItself) {
  environment_.clear();
  answer({error_reply(404, "no")});
  run({"list"});
  EXPECT_EQ(*options_.serverURL, "http://127.0.0.1:8080/v1");
  ASSERT_TRUE(options_.apiKeyAuth.text());
  EXPECT_EQ(*options_.apiKeyAuth.text(), "");
}

TEST_F(ClientFlags, MistakesAreUsage) {
  for (const std::vector<std::string>& bad : {std::vector<std::string>{"list", "--timeout", "soon"},
                                              {"list", "--timeout", "0s"},
                                              {"list", "--retries", "-1"},
                                              {"list", "--ca-file", folder_ / "missing"},
                                              {"list", "--server", ""},
                                              {"list", "--server", "http://user:pa55@host/v1"},
                                              {"list", "--insecure"},
                                              {"upload"},
                                              {}}) {
    EXPECT_EQ(run_as_typed(bad), exit_usage) << err();
    EXPECT_TRUE(err().starts_with("argot: ")) << err();
    EXPECT_EQ(err().find("pa55"), std::string::npos) << err();
  }
  EXPECT_TRUE(requests().empty());
}

}  // namespace
}  // namespace argot::cli
