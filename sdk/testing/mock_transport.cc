#include "argot_open_ai/testing/mock_transport.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

namespace argot::openai {
inline namespace v0 {
namespace testing {
namespace {

class MockStream final : public ResponseStream {
 public:
  explicit MockStream(MockReply reply) : reply_(std::move(reply)) {}

  int status() const override { return reply_.status; }
  const Headers& headers() const override { return reply_.headers; }

  std::expected<std::size_t, TransportFailure> read(std::span<std::byte> room) override {
    const std::size_t end =
        std::min(reply_.breaksAfter.value_or(reply_.body.size()), reply_.body.size());
    if (taken_ == end && reply_.breaksAfter) {
      return std::unexpected(TransportFailure{.kind = TransportFailure::Kind::connection,
                                              .text = "the body broke off"});
    }
    const std::size_t count = std::min(room.size(), end - taken_);
    std::memcpy(room.data(), reply_.body.data() + taken_, count);
    taken_ += count;
    return count;
  }

 private:
  MockReply reply_;
  std::size_t taken_ = 0;
};

std::string wholeBody(ByteSource* source) {
  std::string body;
  if (source == nullptr) return body;
  std::array<std::byte, 65'536> room;
  for (;;) {
    const std::size_t count = source->read(room);
    if (count == 0) return body;
    body.append(reinterpret_cast<const char*>(room.data()), count);
  }
}

}  // namespace

MockTransport::MockTransport(std::vector<MockReply> replies) : replies_(std::move(replies)) {}

MockTransport::MockTransport(std::function<MockReply(const RecordedRequest&)> answer)
    : answer_(std::move(answer)) {}

std::expected<std::unique_ptr<ResponseStream>, TransportFailure> MockTransport::send(
    const HttpRequest& request, const CallContext& context) {
  const RecordedRequest recorded{.method = request.method,
                                 .url = request.url,
                                 .headers = request.headers,
                                 .body = wholeBody(request.body.get()),
                                 .context = context};
  MockReply reply;
  {
    const std::lock_guard lock(mutex_);
    if (!answer_ && !replies_.empty()) {
      reply = replies_[std::min(requests_.size(), replies_.size() - 1)];
    }
    requests_.push_back(recorded);
  }
  if (answer_) reply = answer_(recorded);
  if (reply.failure) return std::unexpected(*std::move(reply.failure));
  return std::make_unique<MockStream>(std::move(reply));
}

std::vector<RecordedRequest> MockTransport::requests() const {
  const std::lock_guard lock(mutex_);
  return requests_;
}

}  // namespace testing
}  // namespace v0
}  // namespace argot::openai
