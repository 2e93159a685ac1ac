#include "cli/check.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "base/unique_fd.h"
#include "json/reader.h"
#include "tests/support/fakes.h"

namespace argot::cli {
namespace {

const std::string good =
    R"({"custom_id":"1","method":"POST","url":"/v1/embeddings","body":{"model":"m"}})"
    "\n";
const std::string bad = "{\"custom_id\":1}\n";

class Check : public ::testing::Test {
 protected:
  std::string make_file(const std::string& name, const std::string& content) {
    const std::string path = folder_ / name;
    std::ofstream(path, std::ios::binary) << content;
    return path;
  }

  int run(std::vector<std::string> arguments, int input = -1, bool is_terminal = false) {
    out_.str("");
    err_.str("");
    return run_check({.arguments = std::move(arguments)}, {.out = out_, .err = err_},
                     {.clock = clock_,
                      .input = input,
                      .is_out_terminal = is_terminal,
                      .is_err_terminal = is_terminal,
                      .stop = stop_.get_token()});
  }

  std::string out() const { return out_.str(); }
  std::string err() const { return err_.str(); }

  testing::TempFolder folder_;
  testing::FakeClock clock_;
  std::stop_source stop_;
  std::ostringstream out_;
  std::ostringstream err_;
};

TEST_F(Check, ACleanFileIsOneLineBesideTheOutput) {
  const std::string path = make_file("a.jsonl", good);
  EXPECT_EQ(run({path, "--purpose", "batch"}), exit_success);
  EXPECT_EQ(out(), "");
  EXPECT_EQ(err(), path + ": 1 batch request, 78 B: no problems\n");
}

TEST_F(Check, ProblemsAreTheOutput) {
  const std::string path = make_file("a.jsonl", good + bad);
  EXPECT_EQ(run({path, "--purpose", "batch"}), exit_failure);
  EXPECT_TRUE(out().starts_with(path + ":2:14: error: invalid_type: ")) << out();
  EXPECT_TRUE(
      err().starts_with(path + ": 2 batch requests, 94 B: 4 errors; a server would keep it"))
      << err();
}

TEST_F(Check, ManyFilesAreToldInTheirOrderWithATotal) {
  const std::string first = make_file("a.jsonl", good + bad);
  make_file("b.jsonl", good);
  const std::string last = make_file("c.jsonl", bad);
  EXPECT_EQ(run({folder_ / "*.jsonl", "--purpose", "batch", "--parallel", "3"}), exit_failure);
  EXPECT_LT(out().find(first), out().find(last));
  EXPECT_FALSE(err().contains("b.jsonl"));
  EXPECT_TRUE(err().ends_with("3 files checked, 2 with problems: 8 errors\n")) << err();
}

TEST_F(Check, WhatIsSaidBesideTheOutputIsInTheirOrderToo) {
  std::vector<std::string> arguments{"--purpose", "batch", "--parallel", "4"};
  std::vector<std::string> said;
  const std::string takes_long = R"({"custom_id":1)" + std::string(std::size_t{1} << 20, ' ') + "}";
  for (int i = 0; i < 8; ++i) {
    const std::string wrong = make_file(std::to_string(i) + ".jsonl", takes_long);
    const std::string missing = folder_ / (std::to_string(i) + ".none");
    arguments.insert(arguments.end(), {wrong, missing});
    said.push_back(wrong + ": 1 batch request, ");
    said.push_back("argot: " + missing + ": No such file or directory");
  }
  EXPECT_EQ(run(arguments), exit_usage);
  std::istringstream lines(err());
  std::string line;
  for (const std::string& expected : said) {
    ASSERT_TRUE(std::getline(lines, line));
    EXPECT_TRUE(line.starts_with(expected)) << line;
  }
}

TEST_F(Check, WhatCannotBeReadIsWorseThanWhatIsWrong) {
  const std::string path = make_file("a.jsonl", bad);
  const std::string missing = folder_ / "missing.jsonl";
  EXPECT_EQ(run({missing, path, "--purpose", "batch"}), exit_usage);
  EXPECT_TRUE(err().starts_with("argot: " + missing + ": No such file or directory\n")) << err();
  EXPECT_TRUE(out().starts_with(path + ":1:"));
  EXPECT_EQ(run({folder_ / "*.none", "--purpose", "batch"}), exit_usage);
  EXPECT_EQ(err(), "argot: " + (folder_ / "*.none") + ": there is no such file\n");
  EXPECT_EQ(run({folder_ / "", "--purpose", "batch"}), exit_usage);
  EXPECT_TRUE(err().contains("Is a directory"));
}

TEST_F(Check, JsonIsOneReportALine) {
  const std::string path = make_file("a.jsonl", good + bad);
  const std::string other = make_file("b.jsonl", good);
  EXPECT_EQ(run({path, other, "--purpose", "batch", "--json"}), exit_failure);
  EXPECT_EQ(err(), "");
  std::istringstream lines(out());
  std::string line;
  std::vector<json::Value> reports;
  while (std::getline(lines, line)) reports.push_back(json::parse(line).value());
  ASSERT_EQ(reports.size(), 2U);
  EXPECT_EQ(*reports[0].find("object")->string(), "file.report");
  EXPECT_EQ(*reports[0].find("filename")->string(), path);
  EXPECT_EQ(*reports[0].find("purpose")->string(), "batch");
  EXPECT_EQ(reports[0].find("file_id"), nullptr);
  EXPECT_EQ(reports[0].find("bytes")->unsigned_integer(), (good + bad).size());
  EXPECT_EQ(reports[0].find("sha256")->string()->size(), 64U);
  EXPECT_EQ(reports[0].find("problem_count")->unsigned_integer(), 4U);
  EXPECT_EQ(reports[1].find("problem_count")->unsigned_integer(), 0U);
}

TEST_F(Check, AnOutputThatTakesNoMoreIsNoVerdict) {
  for (const std::string& content : {good, bad}) {
    const std::string path = make_file("a.jsonl", content);
    std::ofstream full("/dev/full");
    err_.str("");
    const int code = run_check({.arguments = {path, "--purpose", "batch", "--json"}},
                               {.out = full, .err = err_}, {.clock = clock_});
    EXPECT_EQ(code, exit_usage);
    EXPECT_EQ(err(), "argot: standard output: it takes no more\n");
  }
}

TEST_F(Check, NamesAreEscapedWhereATerminalShowsThem) {
  const std::string path = make_file("esc\x1b[31m\u202E.jsonl", bad);
  const std::string escaped = "esc\\x1B[31m\\u{202E}.jsonl";
  for (const bool is_out_terminal : {false, true}) {
    for (const bool is_json : {false, true}) {
      out_.str("");
      err_.str("");
      std::vector<std::string> arguments{path, "--purpose", "batch"};
      if (is_json) arguments.emplace_back("--json");
      run_check({.arguments = std::move(arguments)}, {.out = out_, .err = err_},
                {.clock = clock_,
                 .is_out_terminal = is_out_terminal,
                 .is_err_terminal = !is_out_terminal});
      EXPECT_EQ(out().contains("\u202E"), !is_out_terminal) << out();
      if (is_json) continue;
      EXPECT_EQ(out().contains(escaped), is_out_terminal) << out();
      EXPECT_EQ(err().contains(escaped), !is_out_terminal) << err();
      EXPECT_EQ(err().contains('\x1b'), is_out_terminal);
    }
  }
}

TEST_F(Check, StandardInputIsAFileToo) {
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
  const UniqueFd read_end(ends[0]);
  {
    const UniqueFd write_end(ends[1]);
    ASSERT_EQ(::write(write_end.get(), bad.data(), bad.size()), static_cast<ssize_t>(bad.size()));
  }
  EXPECT_EQ(run({"-", "--purpose", "batch"}, read_end.get()), exit_failure);
  EXPECT_TRUE(out().starts_with("-:1:14: error: invalid_type: ")) << out();
}

TEST_F(Check, StrictSaysThatAServerWouldRefuse) {
  const std::string path = make_file("a.jsonl", bad);
  EXPECT_EQ(run({path, "--purpose", "batch", "--strict"}), exit_failure);
  EXPECT_TRUE(err().contains("; a server would refuse it: ")) << err();
}

TEST_F(Check, AFormatMayBeAskedFor) {
  const std::string path = make_file("a.jsonl", good);
  EXPECT_EQ(run({path, "--purpose", "fine-tune", "--format", "completions"}), exit_failure);
  EXPECT_TRUE(out().contains("is missing key 'prompt'")) << out();
}

TEST_F(Check, WarningsAloneAreProblemsToo) {
  const std::string path = make_file("a.jsonl", "\xEF\xBB\xBF" + good);
  EXPECT_EQ(run({path, "--purpose", "batch"}), exit_failure);
  EXPECT_TRUE(out().contains(": warning: byte_order_mark: ")) << out();
  EXPECT_FALSE(err().contains("a server would"));
}

TEST_F(Check, TokensAreCountedWhereSomebodyAsks) {
  const std::string path =
      make_file("a.jsonl", R"({"custom_id":"1","method":"POST","url":"/v1/embeddings",)"
                           R"("body":{"model":"m","input":"a b"}})"
                           "\n");
  EXPECT_EQ(run({path, "--purpose", "batch", "--tokens"}), exit_success);
  EXPECT_EQ(out(), "");
  EXPECT_EQ(err(), path + ": 1 batch request, 92 B: no problems\n" + path +
                       ": 2 tokens (o200k_base): 2 to 2 a record, 2 on average, at most 2 in 95 % "
                       "of them\n");
  EXPECT_EQ(run({path, "--purpose", "batch", "--tokens", "--json"}), exit_success);
  EXPECT_TRUE(out().contains(R"("tokens":{"encoding":"o200k_base","total":2,"records":{)"));
  EXPECT_EQ(run({path, "--purpose", "batch", "--json"}), exit_success);
  EXPECT_FALSE(out().contains("tokens")) << out();
}

TEST_F(Check, TokensOfManyFilesAreToldEachAndTogether) {
  const std::string example = R"({"prompt":"a","completion":"b"})"
                              "\n";
  std::string many;
  for (int i = 0; i < 10; ++i) many += example;
  const std::string first = make_file("a.jsonl", many);
  const std::string second = make_file("b.jsonl", many + many);
  EXPECT_EQ(run({first, second, "--purpose", "fine-tune", "--tokens", "--parallel", "1"}),
            exit_success);
  EXPECT_TRUE(err().starts_with(first + ": 20 tokens (o200k_base): 2 to 2 a record")) << err();
  EXPECT_TRUE(err().contains("\n" + second + ": 40 tokens (o200k_base): ")) << err();
  EXPECT_TRUE(err().ends_with("2 files checked: no problems; 60 tokens\n")) << err();
}

TEST_F(Check, ARecordOverTheContextFailsTheCheckAndNoServer) {
  std::string words;
  for (int i = 0; i < 5'000; ++i) words += "a ";
  std::string many;
  for (int i = 0; i < 10; ++i)
    many += R"({"prompt":"a","completion":"b"})"
            "\n";
  const std::string path =
      make_file("a.jsonl", many + R"({"prompt":")" + words + R"(","completion":"b"})");
  EXPECT_EQ(run({path, "--purpose", "fine-tune", "--tokens"}), exit_success);
  EXPECT_EQ(run({path, "--purpose", "fine-tune", "--tokens", "--model", "gpt-3.5-turbo-0613",
                 "--strict"}),
            exit_failure);
  EXPECT_EQ(out(), path +
                       ":11:1: warning: over_context: Expected at most 4096 tokens, which is what "
                       "is taken of one example for 'gpt-3.5-turbo-0613', but got 5002.\n");
  EXPECT_TRUE(err().contains(": 1 warning\n")) << err();
  EXPECT_TRUE(err().ends_with("; 1 over 4096\n")) << err();
}

TEST_F(Check, WhatCannotBeCountedIsAMistake) {
  const std::string path = make_file("a.jsonl", good);
  EXPECT_EQ(run({path, "--purpose", "evals", "--tokens"}), exit_usage);
  EXPECT_EQ(err(),
            "argot: --tokens: expected --purpose assistants, batch or fine-tune; got 'evals'\n");
  EXPECT_EQ(run({path, "--purpose", "batch", "--model", "gpt-4o"}), exit_usage);
  EXPECT_EQ(run({path, "--purpose", "assistants", "--tokens", "--model", "gpt-4o"}), exit_usage);
  EXPECT_EQ(err(),
            "argot: --model: expected --tokens beside it, and --purpose batch or fine-tune\n");
  EXPECT_EQ(run({path, "--purpose", "batch", "--tokens", "--model", "llama\x1B"}), exit_usage);
  EXPECT_EQ(err(),
            "argot: --model: expected a model whose context is known, such as gpt-4o-mini; got "
            "'llama\\x1B'\n");
}

TEST_F(Check, MistakesOfTypingAreNamed) {
  const std::string path = make_file("a.jsonl", good);
  EXPECT_EQ(run({path, "--purpose", "training"}), exit_usage);
  EXPECT_EQ(err(),
            "argot: --purpose: expected assistants, batch, evals, fine-tune, user_data or vision; "
            "got 'training'\n");
  EXPECT_EQ(run({path, "--purpose", "batch_output"}), exit_usage);
  EXPECT_EQ(run({path, "--purpose", "batch", "--format", "csv"}), exit_usage);
  EXPECT_TRUE(err().starts_with("argot: --format: expected batch, chat, ")) << err();
  EXPECT_EQ(run({path}), exit_usage);
  EXPECT_EQ(run({"--purpose", "batch"}), exit_usage);
  EXPECT_EQ(run({path, "--purpose", "batch", "--parallel", "0"}), exit_usage);
}

TEST_F(Check, ALongFileHasABarOnATerminal) {
  std::string content;
  while (content.size() < 64_MiB + 1) content += good;
  const std::string path = make_file("long.jsonl", content);
  (void)run({path, "--purpose", "user_data"}, -1, true);
  EXPECT_TRUE(err().contains("[==")) << err().substr(0, 200);
  (void)run({path, "--purpose", "user_data"});
  EXPECT_FALSE(err().contains("[=="));
}

TEST_F(Check, CtrlCEndsIt) {
  const std::string path = make_file("a.jsonl", bad);
  stop_.request_stop();
  EXPECT_EQ(run({path, "--purpose", "batch"}), 130);
  EXPECT_EQ(out() + err(), "");
}

}  // namespace
}  // namespace argot::cli
