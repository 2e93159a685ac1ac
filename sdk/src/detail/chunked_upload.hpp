// One call that sends a file in parts: announces it, has tasks send its parts, completes it.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <stop_token>
#include <vector>

#include "argot_open_ai/core.hpp"
#include "argot_open_ai/funcs/uploadsUploadFileChunked.hpp"
#include "detail/client.hpp"
#include "detail/progress_meter.hpp"

namespace argot::openai {
inline namespace v0 {
namespace detail {

/// Borrows the content and both options. Used once.
class ChunkedUpload {
 public:
  ChunkedUpload(const ArgotOpenAiCore& core, const Blob& content,
                const UploadChunkedOptions& upload, const RequestOptions& options);
  ChunkedUpload(const ChunkedUpload&) = delete;
  ChunkedUpload& operator=(const ChunkedUpload&) = delete;

  Result<OpenAIFile> run(CreateUploadRequest announcement);

 private:
  Result<void> look();
  Result<void> takeUp(const UploadCheckpoint& kept);
  Result<void> announce(CreateUploadRequest announcement);
  Result<void> sendAll();
  void sendInTasks(std::size_t tasks);
  void sendOn();
  Result<void> send(std::size_t part);
  Result<OpenAIFile> complete();
  void cancel();

  /// Of one of its requests: what is left of the time, and a signal that a failure sets as well.
  Result<RequestOptions> optionsOfOne() const;
  Result<void> tellCheckpoint();
  void countSent(std::size_t part, std::uint64_t bytes);
  void fail(Error error);
  std::uint64_t bytesOf(std::size_t part) const;
  bool isKept() const { return upload_.resume.has_value() || upload_.onCheckpoint; }

  const ArgotOpenAiCore& core_;
  const Blob& content_;
  const UploadChunkedOptions& upload_;
  const RequestOptions& options_;
  std::optional<SteadyTime> deadline_{};
  ProgressMeter meter_;
  UploadCheckpoint state_{};

  // From here on used by one thread at a time: that of the call, until the tasks begin and after
  // they have ended; and between that of the client's loop, on which they take turns.
  std::size_t next_ = 0;               // the part that the next task looks at
  std::vector<std::uint64_t> sent_{};  // of each part
  std::uint64_t done_ = 0;             // their sum
  std::optional<Error> failure_{};     // the first one
  std::stop_source stop_{};
  std::atomic<std::size_t> running_ = 0;
};

}  // namespace detail
}  // namespace v0
}  // namespace argot::openai
