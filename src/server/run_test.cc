#include "server/run.h"

#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <condition_variable>
#include <csignal>
#include <fstream>
#include <mutex>
#include <ostream>
#include <sstream>
#include <streambuf>
#include <string>
#include <thread>

#include "tests/support/fakes.h"

namespace argot::server {
namespace {

// A stream whose lines a test can wait for.
class WatchedStream final : public std::streambuf {
 public:
  std::ostream& stream() { return stream_; }

  std::string wait_for_line() {
    std::unique_lock lock(mutex_);
    arrived_.wait(lock, [this] { return text_.find('\n') != std::string::npos; });
    return text_.substr(0, text_.find('\n'));
  }

 protected:
  int_type overflow(int_type character) override {
    const std::scoped_lock lock(mutex_);
    text_ += traits_type::to_char_type(character);
    arrived_.notify_all();
    return character;
  }

 private:
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::string text_;
  std::ostream stream_{this};
};

class RunServer : public ::testing::Test {
 protected:
  RunServer() {
    // Signals are for the process: only the thread that serves may take these.
    sigset_t ours{};
    ::sigemptyset(&ours);
    ::sigaddset(&ours, SIGTERM);
    ::sigaddset(&ours, SIGINT);
    ::pthread_sigmask(SIG_BLOCK, &ours, &before_);
    settings_.data = folder_ / "data";
    settings_.listen.port = 0;
    settings_.server_workers = 2;
    settings_.log_level = LogLevel::error;
  }
  ~RunServer() override {
    ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
    ::prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
  }

  argot::testing::TempFolder folder_;
  Settings settings_;
  sigset_t before_{};
};

class RunServerUntil : public RunServer, public ::testing::WithParamInterface<int> {};

TEST_P(RunServerUntil, TheSignalEndsItWithoutAnError) {
  WatchedStream err;
  std::ostringstream out;
  Result<> ended = fail(ErrorCode::internal);
  {
    const std::jthread serving([&] { ended = run_server(settings_, out, err.stream()); });
    EXPECT_TRUE(err.wait_for_line().starts_with("listening on http://127.0.0.1:"));
    ::kill(::getpid(), GetParam());
  }
  EXPECT_TRUE(ended) << describe(ended.error());
  EXPECT_NE(out.str().find("  export ARGOTOPENAI_API_KEY_AUTH=sk-argot-"), std::string::npos);
  EXPECT_NE(out.str().find("  export ARGOTOPENAI_SERVER_URL=http://127.0.0.1:"), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(Signals, RunServerUntil, ::testing::Values(SIGTERM, SIGINT));

TEST_F(RunServer, SaysWhyItCannotStart) {
  std::ofstream(folder_ / "data") << "a file";
  std::ostringstream out;
  std::ostringstream err;
  const auto ended = run_server(settings_, out, err);
  ASSERT_FALSE(ended);
  EXPECT_EQ(ended.error().code, ErrorCode::cannot_start);
  EXPECT_EQ(out.str() + err.str(), "");
}

}  // namespace
}  // namespace argot::server
