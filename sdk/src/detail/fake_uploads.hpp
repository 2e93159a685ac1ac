// For tests: a server of one upload in parts, which fails when told.
#pragma once

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "argot_open_ai/testing/mock_transport.hpp"

namespace argot::openai {
inline namespace v0 {
namespace detail {

struct FakeUploads {
  /// What the n-th part that comes is answered with instead, n counting from 1; it is stored
  /// nevertheless, as one is whose reply is lost.
  std::function<std::optional<testing::MockReply>(std::size_t n)> beforePart{};
  /// The same for a complete.
  std::function<std::optional<testing::MockReply>()> beforeComplete{};

  std::int64_t expiresAt = 1'900'000'000;
  std::vector<std::string> asked{};  // "create", "part", "complete", "cancel"
  std::map<std::string, std::string> parts{};
  std::string announcement{};
  std::string completion{};
  /// Of the completed file.
  std::optional<std::string> content{};

  /// Borrows this.
  std::shared_ptr<testing::MockTransport> transport() {
    return std::make_shared<testing::MockTransport>(
        [this](const testing::RecordedRequest& request) { return answer(request); });
  }

  testing::MockReply answer(const testing::RecordedRequest& request) {
    if (request.url.ends_with("/uploads")) return create(request.body);
    if (request.url.ends_with("/uploads/upload_1/parts")) return part(request.body);
    if (request.url.ends_with("/uploads/upload_1/complete")) return complete(request.body);
    if (!request.url.ends_with("/uploads/upload_1/cancel")) return {.status = 404};
    asked.emplace_back("cancel");
    return {.body = uploadJson("cancelled", "")};
  }

  std::size_t countOf(std::string_view what) const {
    std::size_t count = 0;
    for (const std::string& one : asked) count += one == what ? 1 : 0;
    return count;
  }

 private:
  std::string uploadJson(std::string_view status, std::string_view more) const {
    return R"({"id":"upload_1","object":"upload","bytes":)" + std::to_string(bytes_) +
           R"(,"created_at":1700000000,"filename":"a.bin","purpose":"user_data","status":")" +
           std::string(status) + R"(","expires_at":)" + std::to_string(expiresAt) +
           std::string(more) + "}";
  }

  testing::MockReply create(const std::string& body) {
    asked.emplace_back("create");
    announcement = body;
    constexpr std::string_view key = "\"bytes\":";
    const char* const digits = body.data() + body.find(key) + key.size();
    std::from_chars(digits, body.data() + body.size(), bytes_);
    return {.body = uploadJson("pending", "")};
  }

  testing::MockReply part(const std::string& body) {
    asked.emplace_back("part");
    const std::size_t n = countOf("part");
    const std::string id = "part_" + std::to_string(n);
    const std::size_t begin = body.find("\r\n\r\n") + 4;
    parts[id] = body.substr(begin, body.rfind("\r\n--argot-") - begin);
    if (beforePart) {
      if (auto reply = beforePart(n)) return *std::move(reply);
    }
    return {.body = R"({"id":")" + id +
                    R"(","object":"upload.part","created_at":1700000001,"upload_id":"upload_1"})"};
  }

  testing::MockReply complete(const std::string& body) {
    asked.emplace_back("complete");
    completion = body;
    if (beforeComplete) {
      if (auto reply = beforeComplete()) return *std::move(reply);
    }
    std::string whole;
    std::string_view rest = std::string_view(body).substr(0, body.find(']'));
    for (std::size_t at = 0; (at = rest.find("\"part_")) != std::string_view::npos;) {
      rest.remove_prefix(at + 1);
      whole += parts[std::string(rest.substr(0, rest.find('"')))];
      rest.remove_prefix(rest.find('"') + 1);
      if (rest.starts_with(':')) whole.clear();  // that was the key, "part_ids"
    }
    if (whole.size() != bytes_) return {.status = 400, .body = R"({"error":{"message":"size"}})"};
    content = whole;
    return {.body = uploadJson(
                "completed",
                R"(,"file":{"id":"file-abc","object":"file","bytes":)" + std::to_string(bytes_) +
                    R"(,"created_at":1700000002,"filename":"a.bin","purpose":"user_data"})")};
  }

  std::uint64_t bytes_ = 0;
};

}  // namespace detail
}  // namespace v0
}  // namespace argot::openai
