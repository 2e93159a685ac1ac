// A download in progress: one content, from as many replies as it takes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "argot_open_ai/core.hpp"
#include "argot_open_ai/models/operations.hpp"
#include "argot_open_ai/types/download.hpp"
#include "detail/call.hpp"

namespace argot::openai {
inline namespace v0 {
namespace detail {

/// The first bytes of a content that an earlier call has received.
struct KeptPart {
  std::uint64_t bytes = 0;
  /// A strong one.
  std::string etag{};
  std::uint64_t size = 0;
};

/// Gives every byte of a content once and in order. A connection that breaks is replaced by another
/// that goes on from the same byte, if the content is provably the same: its ETag is strong and has
/// not changed. A server that answers with the whole content again is heard out from the start, and
/// the bytes that were handed on already are left out.
class DownloadState {
 public:
  /// Takes back all that was handed on, so that the content can begin anew; null where it cannot be
  /// taken back. What it returns ends the download if it is an error.
  using Discard = std::function<Result<void>()>;

  /// Keeps the client alive, and copies the options. `path` is that of the content.
  DownloadState(ArgotOpenAiCore core, std::string path, RequestOptions options,
                Discard discard = {});
  DownloadState(const DownloadState&) = delete;
  DownloadState& operator=(const DownloadState&) = delete;
  ~DownloadState();

  /// The path of a content. Error: InvalidRequestError.
  static Result<std::string> contentPath(const DownloadFileRequest& request);

  /// Waits for the first reply; once, before all others. A part that is whole is confirmed by the
  /// server and transfers nothing.
  Result<void> begin(const std::optional<KeptPart>& kept = {});

  /// As DownloadStream::read; an error is final.
  Result<std::size_t> read(std::span<std::byte> room);

  /// Takes a piece of the content; an error ends the download.
  using Sink = std::function<Result<void>(std::span<const std::byte> piece)>;

  /// Hands on all that is left, in pieces, without a copy where the transport can do so. What
  /// `sink` throws comes out.
  Result<void> drain(const Sink& sink);

  /// Bytes handed on; those of the kept part count.
  std::uint64_t position() const noexcept { return position_; }
  std::optional<std::uint64_t> size() const noexcept { return size_; }
  /// Of the first reply, or of the one that the content began anew with.
  const Headers& headers() const noexcept { return headers_; }
  /// "" unless it is strong.
  std::string_view strongEtag() const noexcept;
  DownloadInfo info() const;
  Attempts attempts() const { return call_.attempts(); }

  /// The caller's RequestOptions::response is gone when a standalone function returns.
  void forgetResponseInfo() noexcept { options_.response = nullptr; }

  Error lineTooLong(std::uint64_t begin, std::size_t bytesMax) const;
  static DownloadStream streamOf(std::unique_ptr<DownloadState> state);

 private:
  Result<void> connect();
  Result<void> acceptPartial();
  Result<void> acceptWhole();
  Result<void> recover(TransportFailure failure);
  Result<std::size_t> readOnce(std::span<std::byte> room);
  Result<void> drainOnce(const Sink& sink);
  Result<std::size_t> countIn(std::size_t received);
  Result<void> afterBreak(TransportFailure failure);
  Result<bool> atEnd();
  void askFrom(std::uint64_t position);
  bool mayGoOn() const;
  bool isStopped() const { return options_.fetchOptions.signal.stop_requested(); }
  Error broken(std::string text) const;

  ArgotOpenAiCore core_;
  RequestOptions options_;
  Call call_;
  Discard discard_;
  std::unique_ptr<ResponseStream> reply_{};
  Headers headers_{};
  std::string etag_{};
  std::optional<std::uint64_t> size_{};
  std::uint64_t position_ = 0;
  std::uint64_t resumedFrom_ = 0;
  /// Of the reply: bytes that were handed on before it.
  std::uint64_t skip_ = 0;
  /// What the attempts to come ask for; unset: the whole content.
  std::optional<std::uint64_t> askedFrom_{};
  bool ended_ = false;
  std::optional<Error> failed_{};
};

}  // namespace detail
}  // namespace v0
}  // namespace argot::openai
