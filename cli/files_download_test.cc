#include "cli/files_download.h"

#include <filesystem>

#include "cli/files_fixture.h"

namespace argot::cli {
namespace {

using openai::testing::MockReply;
using openai::testing::RecordedRequest;

class FilesDownload : public FilesFixture {
 protected:
  // A server whose files are all called `name`, and hold "content of ID".
  void serve(const std::string& name) {
    answer([name](const RecordedRequest& request) {
      std::string path = request.url.substr(request.url.find("/files/") + 7);
      if (!path.ends_with("/content")) return MockReply{.body = file_on_wire(path, name)};
      path.resize(path.size() - std::string_view("/content").size());
      if (path == "file-bad") return error_reply(404, "No such File object: file-bad");
      const std::string content = "content of " + path;
      return MockReply{.headers = {{"Content-Type", "application/octet-stream"},
                                   {"Content-Length", std::to_string(content.size())},
                                   {"ETag", "\"" + path + "\""}},
                       .body = content};
    });
  }

  int download(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "download");
    return run(std::move(arguments));
  }

  std::vector<std::string> names() const {
    std::vector<std::string> found;
    for (const auto& entry : std::filesystem::directory_iterator(folder_.path())) {
      found.push_back(entry.path().filename());
    }
    return found;
  }
};

TEST_F(FilesDownload, GoesUnderTheFilesOwnName) {
  serve("../../train.jsonl");
  ASSERT_EQ(download({"file-a", "--output-dir", folder_.path()}), exit_success) << err();
  EXPECT_EQ(out(), folder_ / "train.jsonl\n");
  EXPECT_EQ(content_of(folder_ / "train.jsonl"), "content of file-a");
  EXPECT_EQ(names(), std::vector<std::string>{"train.jsonl"});
}

TEST_F(FilesDownload, GoesWhereItIsTold) {
  serve("train.jsonl");
  ASSERT_EQ(download({"file-a", "-o", folder_ / "mine"}), exit_success) << err();
  EXPECT_EQ(content_of(folder_ / "mine"), "content of file-a");
  EXPECT_EQ(requests().size(), 1U);  // its own name was not asked for
  ASSERT_EQ(download({"file-a", "-o", "-"}), exit_success);
  EXPECT_EQ(out(), "content of file-a");
}

TEST_F(FilesDownload, NeverReplacesAFileUnlessForced) {
  serve("train.jsonl");
  make_file("train.jsonl", "mine");
  const std::string path = folder_ / "train.jsonl";
  const std::string refusal =
      "argot: file-a: " + path + " is there already: --force replaces it, -o names another\n";
  EXPECT_EQ(download({"file-a", "--output-dir", folder_.path()}), exit_failure);
  EXPECT_EQ(err(), refusal);
  EXPECT_EQ(download({"file-a", "-o", path}), exit_failure);
  EXPECT_EQ(err(), refusal);
  EXPECT_EQ(content_of(path), "mine");
  EXPECT_EQ(download({"file-a", "-o", path, "--force"}), exit_success);
  EXPECT_EQ(content_of(path), "content of file-a");
}

TEST_F(FilesDownload, TwoFilesOfOneNameDoNotMeet) {
  serve("train.jsonl");
  EXPECT_EQ(
      download({"file-a", "file-b", "--output-dir", folder_.path(), "--force", "--parallel", "1"}),
      exit_failure);
  EXPECT_EQ(content_of(folder_ / "train.jsonl"), "content of file-a");
  EXPECT_EQ(err(), "argot: file-b: " + (folder_ / "train.jsonl") +
                       " is the name of another of these files: download it by itself\n");
}

TEST_F(FilesDownload, NorDoesOneMeetThePartOfAnother) {
  answer([](const RecordedRequest& request) {
    const bool is_first = request.url.find("file-a") != std::string::npos;
    if (!request.url.ends_with("/content")) {
      return MockReply{.body = file_on_wire("x", is_first ? "x.part" : "x")};
    }
    return MockReply{.headers = {{"Content-Type", "text/plain"}}, .body = "content"};
  });
  EXPECT_EQ(download({"file-a", "file-b", "--output-dir", folder_.path(), "--parallel", "1"}),
            exit_failure);
  EXPECT_EQ(names(), std::vector<std::string>{"x.part"});
}

TEST_F(FilesDownload, AFailureLeavesNothingAndTheOthersGoOn) {
  serve("train.jsonl");
  EXPECT_EQ(download({"file-bad", "-o", folder_ / "bad"}), exit_failure);
  EXPECT_EQ(err(), "argot: file-bad: No such File object: file-bad\n");
  EXPECT_TRUE(names().empty());
  EXPECT_EQ(download({"file-bad", "-o", "-"}), exit_failure);
  EXPECT_EQ(out(), "");
}

TEST_F(FilesDownload, GoesOnWhereItBrokeOff) {
  const std::string content = "0123456789";
  answer([&](const RecordedRequest& request) {
    if (request.headers.find("Range") == nullptr) {
      return MockReply{.headers = {{"Content-Length", "10"}, {"ETag", "\"e\""}},
                       .body = content,
                       .breaksAfter = 4};
    }
    return MockReply{.status = 206,
                     .headers = {{"Content-Range", "bytes 4-9/10"}, {"ETag", "\"e\""}},
                     .body = content.substr(4)};
  });
  EXPECT_EQ(download({"file-a", "-o", folder_ / "x"}), exit_unreachable);
  EXPECT_FALSE(std::filesystem::exists(folder_ / "x"));
  EXPECT_EQ(download({"file-a", "-o", folder_ / "x"}), exit_success) << err();
  EXPECT_EQ(content_of(folder_ / "x"), content);
  const RecordedRequest resumed = requests().back();
  ASSERT_NE(resumed.headers.find("Range"), nullptr);
  EXPECT_EQ(*resumed.headers.find("Range"), "bytes=4-");
  // Unless that is not wanted.
  EXPECT_EQ(download({"file-a", "-o", folder_ / "y"}), exit_unreachable);
  EXPECT_EQ(download({"file-a", "-o", folder_ / "y", "--no-resume"}), exit_unreachable);
  EXPECT_EQ(requests().back().headers.find("Range"), nullptr);
}

TEST_F(FilesDownload, ShowsABarUnlessItWouldPaintOverTheContent) {
  serve("train.jsonl");
  is_err_terminal_ = true;
  ASSERT_EQ(download({"file-a", "-o", "-"}), exit_success);
  EXPECT_NE(err().find("100%"), std::string::npos) << err();
  is_out_terminal_ = true;
  ASSERT_EQ(download({"file-a", "-o", "-"}), exit_success);
  EXPECT_EQ(err(), "");
}

TEST_F(FilesDownload, MistakesAreUsage) {
  for (const std::vector<std::string>& bad : {std::vector<std::string>{},
                                              {"a", "b", "-o", "x"},
                                              {"a", "-o", ""},
                                              {"a", "-o", "x", "--output-dir", folder_.path()},
                                              {"a", "--output-dir", folder_ / "missing"},
                                              {"a", "--parallel", "0"}}) {
    EXPECT_EQ(download(bad), exit_usage) << err();
    EXPECT_TRUE(err().starts_with("argot: ")) << err();
  }
  EXPECT_TRUE(requests().empty());
}

}  // namespace
}  // namespace argot::cli
