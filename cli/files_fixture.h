// `argot files` over a transport without a network, for its tests.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <functional>
#include <memory>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "argot_open_ai/testing/mock_transport.hpp"
#include "cli/files.h"
#include "tests/support/fakes.h"

namespace argot::cli {

// A file as the wire has it.
inline std::string file_on_wire(const std::string& id, const std::string& filename,
                                const std::string& status = "processed") {
  return R"({"id":")" + id + R"(","object":"file","bytes":1536,"created_at":1767225600,)" +
         R"("filename":")" + filename + R"(","purpose":"batch","status":")" + status + R"("})";
}

class FilesFixture : public ::testing::Test {
 protected:
  using Answer = std::function<openai::testing::MockReply(const openai::testing::RecordedRequest&)>;

  void answer(std::vector<openai::testing::MockReply> replies) {
    // owners: the fixture and the client of the command.
    transport_ = std::make_shared<openai::testing::MockTransport>(std::move(replies));
  }
  void answer(Answer answer) {
    // owners: the fixture and the client of the command.
    transport_ = std::make_shared<openai::testing::MockTransport>(std::move(answer));
  }

  static openai::testing::MockReply error_reply(int status, const std::string& message) {
    return {.status = status,
            .body = R"({"error":{"message":")" + message +
                    R"(","type":"invalid_request_error","param":null,"code":null}})"};
  }

  // Without waits between attempts.
  int run(std::vector<std::string> arguments, bool retries = false) {
    if (!retries && !arguments.empty()) {
      arguments.insert(arguments.begin() + 1, {"--retries", "0"});
    }
    return run_as_typed(std::move(arguments));
  }

  int run_as_typed(std::vector<std::string> arguments) {
    out_.str("");
    err_.str("");
    const FilesSurroundings surroundings{
        .make_client =
            [this](openai::SDKOptions options) {
              options_ = options;
              // owners: the client.
              options.httpClient = std::make_shared<openai::HTTPClient>(transport_);
              return openai::ArgotOpenAiCore::create(std::move(options));
            },
        .clock = clock_,
        .input = input_,
        .is_out_terminal = is_out_terminal_,
        .is_err_terminal = is_err_terminal_,
        .stop = stop_.get_token()};
    return run_command({.arguments = std::move(arguments),
                        .environment = {{"ARGOT_DATA", folder_ / "none"}},
                        .connection_environment = environment_},
                       {.out = out_, .err = err_}, surroundings);
  }

  // The command that is tested.
  virtual int run_command(const Invocation& invocation, const Io& io,
                          const FilesSurroundings& surroundings) {
    return run_files(invocation, io, surroundings);
  }

  std::string out() const { return out_.str(); }
  std::string err() const { return err_.str(); }
  std::vector<openai::testing::RecordedRequest> requests() const { return transport_->requests(); }

  // The path of a new file.
  std::string make_file(const std::string& name, const std::string& content = "{}\n") {
    std::ofstream(folder_ / name) << content;
    return folder_ / name;
  }
  static std::string content_of(const std::string& path) {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  testing::TempFolder folder_;
  testing::FakeClock clock_;
  std::map<std::string, std::string> environment_ = {
      {"ARGOTOPENAI_SERVER_URL", "http://server.test/v1"}, {"OPENAI_API_KEY", "sk-test"}};
  int input_ = -1;
  bool is_out_terminal_ = false;
  bool is_err_terminal_ = false;
  std::stop_source stop_;
  openai::SDKOptions options_;  // of the last client
  std::ostringstream out_;
  std::ostringstream err_;
  // owners: the fixture and the client of the command.
  std::shared_ptr<openai::testing::MockTransport> transport_ =
      std::make_shared<openai::testing::MockTransport>();
};

}  // namespace argot::cli
