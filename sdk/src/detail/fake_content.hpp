// For tests: a server of one content, with or without ranges, whose connections break when told.
#pragma once

#include <charconv>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "argot_open_ai/testing/mock_transport.hpp"

namespace argot::openai {
inline namespace v0 {
namespace detail {

struct FakeContent {
  std::string content{};
  /// "" for none.
  std::string etag{"\"one\""};
  bool hasRanges = true;
  bool hasLength = true;
  /// Of the n-th reply: it breaks after so many bytes of its body.
  std::vector<std::optional<std::size_t>> breaks{};
  /// A range has no more bytes than that.
  std::size_t rangeBytesMax = std::string::npos;
  /// Runs before the n-th reply is made, n counting from 1.
  std::function<void(FakeContent&, std::size_t n)> beforeReply{};
  std::size_t replies = 0;

  /// Borrows this.
  std::shared_ptr<testing::MockTransport> transport() {
    return std::make_shared<testing::MockTransport>(
        [this](const testing::RecordedRequest& request) { return answer(request); });
  }

  testing::MockReply answer(const testing::RecordedRequest& request) {
    ++replies;
    if (beforeReply) beforeReply(*this, replies);
    testing::MockReply reply{.headers = {{"Content-Type", "application/jsonl"}}};
    if (!etag.empty()) reply.headers.set("ETag", etag);
    reply.body = content;
    if (const auto first = rangeOf(request)) {
      if (*first >= content.size()) {
        reply = {.status = 416};
        return reply;
      }
      reply.status = 206;
      reply.body = content.substr(*first, rangeBytesMax);
      reply.headers.set("Content-Range", "bytes " + std::to_string(*first) + "-" +
                                             std::to_string(*first + reply.body.size() - 1) + "/" +
                                             std::to_string(content.size()));
    }
    if (hasLength) reply.headers.set("Content-Length", std::to_string(reply.body.size()));
    if (replies <= breaks.size()) reply.breaksAfter = breaks[replies - 1];
    return reply;
  }

  /// Where the range that was asked for begins; nothing where the whole content is to be sent.
  std::optional<std::size_t> rangeOf(const testing::RecordedRequest& request) const {
    const std::string* const range = request.headers.find("Range");
    const std::string* const condition = request.headers.find("If-Range");
    if (!hasRanges || range == nullptr) return std::nullopt;
    if (condition != nullptr && *condition != etag) return std::nullopt;
    const std::string_view digits = std::string_view(*range).substr(sizeof("bytes=") - 1);
    std::size_t first = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), first);
    return first;
  }
};

}  // namespace detail
}  // namespace v0
}  // namespace argot::openai
