// A transport without a network, so that programs that use the library can be tested offline.
#pragma once

#include <cstddef>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "argot_open_ai/lib/export.hpp"
#include "argot_open_ai/lib/http.hpp"

namespace argot::openai {
inline namespace v0 {
namespace testing {

/// What a MockTransport was asked for; the body as a whole.
struct RecordedRequest {
  std::string method{};
  std::string url{};
  Headers headers{};
  std::string body{};
  CallContext context{};
};

/// What it answers.
struct MockReply {
  int status = 200;
  Headers headers{{"Content-Type", "application/json"}};
  std::string body{};
  /// No reply at all, but this.
  std::optional<TransportFailure> failure{};
  /// The body breaks off after so many bytes, with a failure of kind connection.
  std::optional<std::size_t> breaksAfter{};
};

/// Answers each request with the next of its replies, the last of them again and again, and keeps
/// what it was asked. Thread-safe.
class ARGOT_OPEN_AI_API MockTransport final : public Transport {
 public:
  MockTransport() = default;
  explicit MockTransport(std::vector<MockReply> replies);
  /// Answers what the function says.
  explicit MockTransport(std::function<MockReply(const RecordedRequest&)> answer);

  std::expected<std::unique_ptr<ResponseStream>, TransportFailure> send(
      const HttpRequest& request, const CallContext& context) override;

  std::vector<RecordedRequest> requests() const;

 private:
  mutable std::mutex mutex_;
  std::vector<MockReply> replies_{};
  std::function<MockReply(const RecordedRequest&)> answer_{};
  std::vector<RecordedRequest> requests_{};
};

}  // namespace testing
}  // namespace v0
}  // namespace argot::openai
