// For tests: time that passes only in waits, and chance that is told beforehand.
#pragma once

#include <chrono>
#include <memory>
#include <utility>
#include <vector>

#include "argot_open_ai/core.hpp"
#include "argot_open_ai/testing/mock_transport.hpp"
#include "detail/client.hpp"

namespace argot::openai {
inline namespace v0 {
namespace detail {

struct FakeTime {
  SteadyTime now{std::chrono::hours(1)};
  std::chrono::system_clock::time_point wall{std::chrono::seconds(1'700'000'000)};
  double chance = 0;
  std::vector<std::chrono::milliseconds> waits{};
  /// Runs before a wait is over.
  std::function<void()> duringWait{};

  void pass(std::chrono::milliseconds time) {
    now += time;
    wall += time;
  }

  Surroundings surroundings() {
    return {.now = [this] { return now; },
            .wallNow = [this] { return wall; },
            .waitUntil =
                [this](SteadyTime time, const std::stop_token& signal) {
                  const auto wait = std::chrono::ceil<std::chrono::milliseconds>(time - now);
                  waits.push_back(wait);
                  if (duringWait) duringWait();
                  if (signal.stop_requested()) return false;
                  pass(wait);
                  return true;
                },
            .chance = [this] { return chance; }};
  }
};

/// A client over a MockTransport with fake time.
struct FakeWorld {
  explicit FakeWorld(std::vector<testing::MockReply> replies, SDKOptions options = {})
      : FakeWorld(std::make_shared<testing::MockTransport>(std::move(replies)),
                  std::move(options)) {}

  explicit FakeWorld(std::shared_ptr<testing::MockTransport> mock, SDKOptions options = {})
      : transport(std::move(mock)), core(make(std::move(options))) {}

  FakeTime time{};
  std::shared_ptr<testing::MockTransport> transport;
  ArgotOpenAiCore core;

 private:
  ArgotOpenAiCore make(SDKOptions options) {
    if (!options.httpClient) options.httpClient = std::make_shared<HTTPClient>(transport);
    if (!options.serverURL) options.serverURL = "http://files.test/v1";
    if (!options.apiKeyAuth.text() && !options.apiKeyAuth.provider())
      options.apiKeyAuth = "sk-test";
    return ArgotOpenAiCore(*Client::make(std::move(options), time.surroundings()));
  }
};

inline constexpr const char* fileJson =
    R"({"id":"file-abc","object":"file","bytes":5,"created_at":1700000000,)"
    R"("filename":"a.jsonl","purpose":"fine-tune","status":"processed"})";

}  // namespace detail
}  // namespace v0
}  // namespace argot::openai
