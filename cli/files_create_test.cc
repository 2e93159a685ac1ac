#include "cli/files_create.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <atomic>

#include "base/unique_fd.h"
#include "cli/files_fixture.h"

namespace argot::cli {
namespace {

using openai::testing::MockReply;
using openai::testing::RecordedRequest;

class FilesCreate : public FilesFixture {
 protected:
  // The name that a form gives its file.
  static std::string name_in(const RecordedRequest& request) {
    constexpr std::string_view before = "filename=\"";
    const std::size_t begin = request.body.find(before) + before.size();
    return request.body.substr(begin, request.body.find('"', begin) - begin);
  }

  void answer_with_names() {
    answer([](const RecordedRequest& request) {
      const std::string name = name_in(request);
      if (name == "bad.jsonl") return error_reply(400, "Invalid file format.");
      return MockReply{.body = file_on_wire("file-" + name, name)};
    });
  }
};

TEST_F(FilesCreate, PrintsTheIdAloneAndNothingElse) {
  answer_with_names();
  const std::string path = make_file("a.jsonl", "content of a");
  ASSERT_EQ(run({"create", path, "--purpose", "batch"}), exit_success) << err();
  EXPECT_EQ(out(), "file-a.jsonl\n");
  EXPECT_EQ(err(), "");
  const RecordedRequest request = requests().front();
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.url, "http://server.test/v1/files");
  EXPECT_NE(request.body.find("content of a"), std::string::npos);
  EXPECT_NE(request.body.find("name=\"purpose\"\r\n\r\nbatch\r\n"), std::string::npos);
  EXPECT_EQ(request.body.find("expires_after"), std::string::npos);
}

TEST_F(FilesCreate, ManyFilesAreToldInTheirOrderAndEachFailureIsOneLine) {
  answer_with_names();
  const std::string bad = make_file("bad.jsonl");
  make_file("a.txt");
  make_file("b.txt");
  const std::string missing = folder_ / "missing.jsonl";
  EXPECT_EQ(run({"create", folder_ / "*.txt", bad, missing, folder_ / "*.none", "--purpose",
                 "batch", "--parallel", "1"}),
            exit_failure);
  EXPECT_EQ(out(), "file-a.txt\nfile-b.txt\n");
  EXPECT_EQ(err(), "argot: " + (folder_ / "*.none") + ": there is no such file\n" +  //
                       "argot: " + bad + ": Invalid file format.\n" +                //
                       "argot: " + missing + ": Unable to read the file: cannot open " + missing +
                       ": No such file or directory\n");
}

TEST_F(FilesCreate, HasJsonNamesAndExpiry) {
  answer_with_names();
  const std::string path = make_file("a.jsonl");
  ASSERT_EQ(run({"create", path, "--purpose", "batch", "--name", "other.jsonl", "--expires-in",
                 "30d", "--json"}),
            exit_success)
      << err();
  EXPECT_TRUE(out().starts_with(R"({"object":"file","id":"file-other.jsonl")")) << out();
  EXPECT_NE(requests()[0].body.find("name=\"expires_after[seconds]\"\r\n\r\n2592000\r\n"),
            std::string::npos);
  ASSERT_EQ(run({"create", path, "--purpose", "batch", "--expires-after", "3600"}), exit_success);
  EXPECT_NE(requests()[1].body.find("name=\"expires_after[seconds]\"\r\n\r\n3600\r\n"),
            std::string::npos);
}

TEST_F(FilesCreate, ReadsStandardInput) {
  answer_with_names();
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
  const UniqueFd out_end(ends[0]);
  UniqueFd in_end(ends[1]);
  ASSERT_EQ(::write(in_end.get(), "from a pipe", 11), 11);
  in_end.close();
  input_ = out_end.get();
  ASSERT_EQ(run({"create", "-", "--name", "piped.txt", "--purpose", "user_data"}), exit_success)
      << err();
  EXPECT_EQ(out(), "file-piped.txt\n");
  EXPECT_NE(requests().front().body.find("\r\n\r\nfrom a pipe\r\n"), std::string::npos);
}

TEST_F(FilesCreate, WaitsForTheVerdictAndTellsAProblem) {
  const std::string path = make_file("a.jsonl");
  const std::string judged =
      R"({"id":"file-a","object":"file","bytes":3,"created_at":1,"filename":"a.jsonl",)"
      R"("purpose":"batch","status":"error","status_details":"line 1: \u001b[2Jno"})";
  answer({{.body = file_on_wire("file-a", "a.jsonl", "uploaded")}, {.body = judged}});
  EXPECT_EQ(run({"create", path, "--purpose", "batch"}), exit_failure);
  EXPECT_EQ(err(), "argot: " + path + ": line 1: \\x1B[2Jno (file-a)\n");
  // The file is there, and who wants it gone needs its id.
  EXPECT_EQ(out(), "file-a\n");
  EXPECT_EQ(requests().size(), 2U);
  EXPECT_EQ(requests()[1].url, "http://server.test/v1/files/file-a");
}

TEST_F(FilesCreate, AVerdictThatCameAtOnceIsNotAskedFor) {
  const std::string path = make_file("a.jsonl");
  answer({{.body = file_on_wire("file-a", "a.jsonl", "error")}});
  EXPECT_EQ(run({"create", path, "--purpose", "batch"}), exit_failure);
  EXPECT_EQ(err(), "argot: " + path + ": the server found problems in it (file-a)\n");
  EXPECT_EQ(requests().size(), 1U);
}

TEST_F(FilesCreate, DoesNotWaitIfItIsToldNotTo) {
  const std::string path = make_file("a.jsonl");
  answer({{.body = file_on_wire("file-a", "a.jsonl", "uploaded")}});
  EXPECT_EQ(run({"create", path, "--purpose", "batch", "--no-wait"}), exit_success);
  EXPECT_EQ(out(), "file-a\n");
  answer({{.body = file_on_wire("file-a", "a.jsonl", "error")}});
  EXPECT_EQ(run({"create", path, "--purpose", "batch", "--no-wait"}), exit_success);
}

TEST_F(FilesCreate, AWaitThatFailsNamesTheFileThatIsThere) {
  const std::string path = make_file("a.jsonl");
  answer({{.body = file_on_wire("file-a", "a.jsonl", "uploaded")}, error_reply(404, "gone")});
  EXPECT_EQ(run({"create", path, "--purpose", "batch"}), exit_failure);
  EXPECT_EQ(err(), "argot: " + path + " (file-a): gone\n");
  EXPECT_EQ(out(), "file-a\n");
}

TEST_F(FilesCreate, ShowsABarOnATerminal) {
  is_err_terminal_ = true;
  answer_with_names();
  const std::string path = make_file("a.jsonl", std::string(1 << 20, 'x'));
  ASSERT_EQ(run({"create", path, "--purpose", "batch"}), exit_success);
  EXPECT_NE(err().find("100%   1.0 MB"), std::string::npos) << err();
  EXPECT_TRUE(err().ends_with("\r\x1B[J")) << err();
  EXPECT_EQ(out(), "file-a.jsonl\n");
}

TEST_F(FilesCreate, AStopLeavesTheRestAlone) {
  std::atomic<int> calls = 0;
  answer([&](const RecordedRequest&) {
    ++calls;
    stop_.request_stop();
    return MockReply{.failure =
                         openai::TransportFailure{.kind = openai::TransportFailure::Kind::aborted}};
  });
  const std::string first = make_file("a.txt");
  make_file("b.txt");
  EXPECT_EQ(run({"create", folder_ / "*.txt", "--purpose", "batch", "--parallel", "1"}), 130);
  EXPECT_EQ(calls, 1);
  EXPECT_EQ(err(), "argot: " + first + ": interrupted\n");
}

TEST_F(FilesCreate, MistakesAreUsage) {
  const std::string a = make_file("a.txt");
  const std::string b = make_file("b.txt");
  for (const std::vector<std::string>& bad :
       {std::vector<std::string>{"create", a},
        {"create", "--purpose", "batch"},
        {"create", "-", "--purpose", "batch"},
        {"create", "-", a, "--purpose", "batch", "--name", "x"},
        {"create", a, b, "--purpose", "batch", "--name", "x"},
        {"create", folder_ / "*.txt", "--purpose", "batch", "--name", "x"},
        {"create", a, "--purpose", "batch", "--name", ""},
        {"create", a, "--purpose", "batch", "--expires-in", "soon"},
        {"create", a, "--purpose", "batch", "--expires-in", "500ms"},
        {"create", a, "--purpose", "batch", "--expires-after", "0"},
        {"create", a, "--purpose", "batch", "--expires-after", "60", "--expires-in", "1m"},
        {"create", a, "--purpose", "batch", "--parallel", "0"},
        {"create", a, "--purpose", "batch", "--parallel", "65"}}) {
    EXPECT_EQ(run(bad), exit_usage) << err();
    EXPECT_TRUE(err().starts_with("argot: ")) << err();
  }
  EXPECT_TRUE(requests().empty());
}

}  // namespace
}  // namespace argot::cli
