#include "detail/download_state.hpp"

#include <algorithm>
#include <cstring>
#include <exception>
#include <utility>

#include "base/text.h"
#include "detail/error_maker.hpp"

namespace argot::openai {
inline namespace v0 {
namespace detail {
namespace {

std::string textOf(const Headers& headers, std::string_view name) {
  const std::string* const value = headers.find(name);
  return value == nullptr ? std::string() : *value;
}

// RFC 9110, 8.8.3: a weak one says nothing about bytes.
bool isStrong(std::string_view etag) {
  if (etag.size() < 2 || etag.front() != '"' || etag.back() != '"') return false;
  return std::ranges::none_of(etag.substr(1, etag.size() - 2), [](char c) {
    return c == '"' || static_cast<unsigned char>(c) <= 0x20 || c == '\x7f';
  });
}

TransportFailure stopped() {
  return {.kind = TransportFailure::Kind::aborted, .text = "the signal"};
}

struct ContentRange {
  std::uint64_t first = 0;
  std::uint64_t last = 0;
  std::optional<std::uint64_t> size{};
};

// "bytes 5-9/10" or "bytes 5-9/*" (RFC 9110, 14.4).
std::optional<ContentRange> parsedRange(std::string_view text) {
  constexpr std::string_view unit = "bytes ";
  if (text.size() < unit.size() || !equals_ignoring_case(text.substr(0, unit.size()), unit))
    return std::nullopt;
  text.remove_prefix(unit.size());
  const std::size_t dash = text.find('-');
  const std::size_t slash = text.find('/');
  if (dash == std::string_view::npos || slash == std::string_view::npos || slash < dash)
    return std::nullopt;
  const auto first = parse_decimal(text.substr(0, dash));
  const auto last = parse_decimal(text.substr(dash + 1, slash - dash - 1));
  const auto size = parse_decimal(text.substr(slash + 1));
  if (!first || !last || (!size && text.substr(slash + 1) != "*")) return std::nullopt;
  if (*last < *first || (size && *last >= *size)) return std::nullopt;
  return ContentRange{.first = *first, .last = *last, .size = size};
}

}  // namespace

DownloadState::DownloadState(ArgotOpenAiCore core, std::string path, RequestOptions options,
                             Discard discard)
    : core_(std::move(core)),
      options_(std::move(options)),
      call_(core_.client(),
            {.id = "downloadFile",
             .path = std::move(path),
             .headers = {{"Accept", "application/octet-stream, */*"}},
             .expected = Expected::bytes},
            options_),
      discard_(std::move(discard)) {}

DownloadState::~DownloadState() = default;

Result<std::string> DownloadState::contentPath(const DownloadFileRequest& request) {
  return filePath(request.fileId, "/content");
}

Result<void> DownloadState::begin(const std::optional<KeptPart>& kept) {
  if (!kept || !isStrong(kept->etag)) return connect();
  position_ = kept->bytes;
  etag_ = kept->etag;
  size_ = kept->size;
  // Of a part that is whole the last byte is asked for again, as the server's word that the content
  // still is that one.
  const bool isWhole = kept->bytes == kept->size;
  askFrom(isWhole ? kept->bytes - 1 : kept->bytes);
  Result<void> connected = connect();
  if (!connected.ok()) return connected;
  resumedFrom_ = position_;
  if (isWhole && position_ == kept->bytes) {
    reply_.reset();
    ended_ = true;
    return call_.reportEnd(position_);
  }
  return connected;
}

Result<void> DownloadState::connect() {
  Result<std::unique_ptr<ResponseStream>> reply = call_.open();
  if (!reply.ok()) return reply.error();
  reply_ = *std::move(reply);
  skip_ = 0;
  return reply_->status() == 206 ? acceptPartial() : acceptWhole();
}

Result<void> DownloadState::acceptPartial() {
  const Headers& headers = reply_->headers();
  const auto range = parsedRange(textOf(headers, "Content-Range"));
  const std::string etag = textOf(headers, "ETag");
  const bool fits = range && range->first == askedFrom_.value_or(0) &&
                    (!size_ || !range->size || *size_ == *range->size) &&
                    (etag.empty() || etag == etag_);
  if (!fits) {
    // Whatever is asked for the next time, it is not the rest of this.
    if (Result<void> done = discard_ ? discard_() : Result<void>(); !done.ok()) return done;
    return broken("the server sent another range, or another content, than it was asked for");
  }
  if (range->size) size_ = range->size;
  if (headers_.empty()) headers_ = headers;
  return {};
}

Result<void> DownloadState::acceptWhole() {
  const Headers& headers = reply_->headers();
  std::string etag = textOf(headers, "ETag");
  const auto size = parse_decimal(textOf(headers, "Content-Length"));
  const bool isSame =
      !strongEtag().empty() && etag == etag_ && (!size_ || !size || *size_ == *size);
  if (position_ > 0 && isSame) {
    skip_ = position_;
    if (headers_.empty()) headers_ = headers;
    return {};
  }
  if (position_ > 0) {
    if (!discard_) {
      return broken("after " + std::to_string(position_) +
                    " bytes the server began anew, and not provably with the same content");
    }
    if (Result<void> done = discard_(); !done.ok()) return done;
  }
  position_ = 0;
  etag_ = std::move(etag);
  size_ = size;
  headers_ = headers;
  return {};
}

Result<std::size_t> DownloadState::read(std::span<std::byte> room) {
  if (failed_) return *failed_;
  if (ended_ || room.empty()) return 0;
  for (;;) {
    Result<std::size_t> count = readOnce(room);
    if (!count.ok()) {
      reply_.reset();
      failed_ = count.error();
    }
    if (!count.ok() || *count > 0 || ended_) return count;
  }
}

// 0 where it is to be called again.
Result<std::size_t> DownloadState::readOnce(std::span<std::byte> room) {
  auto received = isStopped() ? std::unexpected(stopped()) : reply_->read(room);
  if (!received) {
    Result<void> recovered = afterBreak(std::move(received).error());
    if (!recovered.ok()) return recovered.error();
    return 0;
  }
  if (*received == 0) {
    const Result<bool> end = atEnd();
    if (!end.ok()) return end.error();
    ended_ = *end;
    return 0;
  }
  const Result<std::size_t> count = countIn(*received);
  if (!count.ok()) return count;
  const std::size_t skipped = *received - *count;
  if (skipped > 0) std::memmove(room.data(), room.data() + skipped, *count);
  return count;
}

// How many of the bytes that were received have not been handed on before; the last ones.
Result<std::size_t> DownloadState::countIn(std::size_t received) {
  const std::uint64_t reached = position_ - skip_ + received;
  if (size_ && reached > *size_) {
    return broken("the content has more than the " + std::to_string(*size_) +
                  " bytes that were announced");
  }
  const auto skipped = static_cast<std::size_t>(std::min<std::uint64_t>(skip_, received));
  const std::size_t count = received - skipped;
  skip_ -= skipped;
  position_ += count;
  if (count > 0) {
    if (Result<void> told = call_.report(position_, size_); !told.ok()) return told.error();
  }
  return count;
}

Result<void> DownloadState::drain(const Sink& sink) {
  while (!failed_ && !ended_) {
    Result<void> drained = drainOnce(sink);
    if (!drained.ok()) {
      reply_.reset();
      failed_ = drained.error();
    }
  }
  if (failed_) return *failed_;
  return {};
}

// Until the end of the reply. Nothing may be thrown through the transport.
Result<void> DownloadState::drainOnce(const Sink& sink) {
  std::optional<Error> refused;
  std::exception_ptr thrown;
  const auto take = [&](std::span<const std::byte> piece) {
    try {
      const Result<std::size_t> count = countIn(piece.size());
      if (!count.ok()) {
        refused = count.error();
      } else if (*count > 0) {
        if (Result<void> taken = sink(piece.last(*count)); !taken.ok()) refused = taken.error();
      }
    } catch (...) {
      thrown = std::current_exception();
    }
    return !refused && !thrown && !isStopped();
  };
  auto drained = isStopped() ? std::unexpected(stopped()) : reply_->drain(take);
  if (thrown) std::rethrow_exception(thrown);
  if (refused) return *refused;
  // Perhaps by the sink, with the last piece.
  if (isStopped()) drained = std::unexpected(stopped());
  if (!drained) return afterBreak(std::move(drained).error());
  const Result<bool> end = atEnd();
  if (!end.ok()) return end.error();
  ended_ = *end;
  return {};
}

// A connection that breaks behind the last byte takes nothing with it.
Result<void> DownloadState::afterBreak(TransportFailure failure) {
  if (failure.kind != TransportFailure::Kind::connection || skip_ != 0 || size_ != position_) {
    return recover(std::move(failure));
  }
  const Result<bool> end = atEnd();
  if (!end.ok()) return end.error();
  ended_ = *end;
  return {};
}

// Of the reply; whether it is the end of the content as well.
Result<bool> DownloadState::atEnd() {
  const std::uint64_t reached = position_ - skip_;
  if (skip_ > 0 || (size_ && reached < *size_)) {
    Result<void> recovered =
        recover({.kind = TransportFailure::Kind::connection,
                 .text = "the content ended after " + std::to_string(reached) + " of " +
                         std::to_string(size_.value_or(position_)) + " bytes"});
    if (!recovered.ok()) return recovered.error();
    return false;
  }
  reply_.reset();
  if (Result<void> told = call_.reportEnd(position_); !told.ok()) return told.error();
  return true;
}

Result<void> DownloadState::recover(TransportFailure failure) {
  reply_.reset();
  call_.noteBreak(failure);
  if (!mayGoOn()) {
    if (failure.kind == TransportFailure::Kind::connection) {
      failure.text += "; nothing can go on after byte " + std::to_string(position_) +
                      ", for the server gives no strong ETag";
    }
    return ErrorMaker::of(std::move(failure), call_.attempts());
  }
  if (Result<void> waited = call_.recover(std::move(failure)); !waited.ok()) return waited;
  // Once a range was asked for, the whole is a range, too: 0 to the end.
  if (!strongEtag().empty() && (position_ > 0 || askedFrom_)) askFrom(position_);
  return connect();
}

// A request without a range cannot follow one with a range: fields of a call can be replaced only.
bool DownloadState::mayGoOn() const {
  return !strongEtag().empty() || (!askedFrom_ && (position_ == 0 || discard_));
}

void DownloadState::askFrom(std::uint64_t position) {
  askedFrom_ = position;
  call_.setHeader("Range", "bytes=" + std::to_string(position) + "-");
  call_.setHeader("If-Range", etag_);
}

std::string_view DownloadState::strongEtag() const noexcept {
  return isStrong(etag_) ? std::string_view(etag_) : std::string_view();
}

DownloadInfo DownloadState::info() const {
  return {.bytes = position_,
          .resumedFrom = resumedFrom_,
          .etag = etag_,
          .contentType = textOf(headers_, "Content-Type")};
}

Error DownloadState::broken(std::string text) const {
  return ErrorMaker::connection({.text = std::move(text)}, call_.attempts());
}

Error DownloadState::lineTooLong(std::uint64_t begin, std::size_t bytesMax) const {
  const std::string bound = std::to_string(bytesMax);
  return call_.validationError(
      {}, {{.message = "The line that begins at byte " + std::to_string(begin) +
                       " is longer than " + bound + " bytes",
            .code = "too_big",
            .expected = "at most " + bound + " bytes",
            .received = "more"}});
}

DownloadStream DownloadState::streamOf(std::unique_ptr<DownloadState> state) {
  return DownloadStream(std::move(state));
}

}  // namespace detail
}  // namespace v0
}  // namespace argot::openai
