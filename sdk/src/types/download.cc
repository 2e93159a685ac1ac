#include "argot_open_ai/types/download.hpp"

#include <array>
#include <utility>

#include "detail/download_state.hpp"
#include "detail/total.hpp"

namespace argot::openai {
inline namespace v0 {

DownloadStream::DownloadStream(std::unique_ptr<detail::DownloadState> state)
    : state_(std::move(state)) {}
DownloadStream::DownloadStream(DownloadStream&&) noexcept = default;
DownloadStream& DownloadStream::operator=(DownloadStream&&) noexcept = default;
DownloadStream::~DownloadStream() = default;

Result<std::size_t> DownloadStream::read(std::span<std::byte> room) {
  return detail::total([&] { return state_->read(room); });
}

std::optional<std::uint64_t> DownloadStream::size() const noexcept { return state_->size(); }

const Headers& DownloadStream::headers() const noexcept { return state_->headers(); }

DownloadStream::Lines DownloadStream::lines(std::size_t lineBytesMax) {
  return Lines(*this, lineBytesMax);
}

DownloadStream::Lines::Iterator DownloadStream::Lines::begin() {
  advance();
  return Iterator(*this);
}

void DownloadStream::Lines::advance() {
  if (!current_.ok()) ended_ = true;
  std::size_t searched = position_;
  while (!ended_) {
    const std::size_t newline = buffer_.find('\n', searched);
    const bool isWhole = newline != std::string::npos;
    std::size_t end = isWhole ? newline : buffer_.size();
    if (isWhole && end > position_ && buffer_[end - 1] == '\r') --end;
    // Without a newline the last byte may be the "\r" of one that is still to come.
    const std::size_t length = end - position_;
    if (length > lineBytesMax_ && (isWhole || sawEnd_ || length - 1 > lineBytesMax_)) {
      current_ = stream_->state_->lineTooLong(
          stream_->state_->position() - (buffer_.size() - position_), lineBytesMax_);
      return;
    }
    if (isWhole || (sawEnd_ && length > 0)) {
      current_ = buffer_.substr(position_, length);
      position_ = isWhole ? newline + 1 : buffer_.size();
      return;
    }
    if (sawEnd_) {
      ended_ = true;
      return;
    }
    buffer_.erase(0, position_);
    position_ = 0;
    searched = buffer_.size();
    std::array<std::byte, 65'536> room;
    const Result<std::size_t> count = stream_->read(room);
    if (!count.ok()) {
      current_ = count.error();
      return;
    }
    buffer_.append(reinterpret_cast<const char*>(room.data()), *count);
    sawEnd_ = *count == 0;
  }
}

}  // namespace v0
}  // namespace argot::openai
