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

struct DownloadStream::Lines::State {
  void advance();

  DownloadStream* stream;
  std::size_t lineBytesMax;
  std::string buffer{};
  std::size_t position = 0;
  bool sawEnd = false;
  bool ended = false;
  Result<std::string> current{std::string()};
};

DownloadStream::Lines DownloadStream::lines(std::size_t lineBytesMax) {
  return Lines(*this, lineBytesMax);
}

DownloadStream::Lines::Lines(DownloadStream& stream, std::size_t lineBytesMax)
    : state_(std::make_shared<State>(State{.stream = &stream, .lineBytesMax = lineBytesMax})) {}

DownloadStream::Lines::Iterator DownloadStream::Lines::begin() {
  state_->advance();
  return Iterator(*this);
}

DownloadStream::Lines::Iterator::Iterator(Lines& lines) : state_(lines.state_.get()) {}

const Result<std::string>& DownloadStream::Lines::Iterator::operator*() const {
  return state_->current;
}

DownloadStream::Lines::Iterator& DownloadStream::Lines::Iterator::operator++() {
  state_->advance();
  return *this;
}

bool DownloadStream::Lines::Iterator::atEnd() const { return state_ == nullptr || state_->ended; }

void DownloadStream::Lines::State::advance() {
  if (!current.ok()) ended = true;
  std::size_t searched = position;
  while (!ended) {
    const std::size_t newline = buffer.find('\n', searched);
    const bool isWhole = newline != std::string::npos;
    std::size_t end = isWhole ? newline : buffer.size();
    if (isWhole && end > position && buffer[end - 1] == '\r') --end;
    // Without a newline the last byte may be the "\r" of one that is still to come.
    const std::size_t length = end - position;
    if (length > lineBytesMax && (isWhole || sawEnd || length - 1 > lineBytesMax)) {
      const detail::DownloadState& download = *stream->state_;
      current =
          download.lineTooLong(download.position() - (buffer.size() - position), lineBytesMax);
      return;
    }
    if (isWhole || (sawEnd && length > 0)) {
      current = buffer.substr(position, length);
      position = isWhole ? newline + 1 : buffer.size();
      return;
    }
    if (sawEnd) {
      ended = true;
      return;
    }
    buffer.erase(0, position);
    position = 0;
    searched = buffer.size();
    std::array<std::byte, 65'536> room;
    const Result<std::size_t> count = stream->read(room);
    if (!count.ok()) {
      current = count.error();
      return;
    }
    buffer.append(reinterpret_cast<const char*>(room.data()), *count);
    sawEnd = *count == 0;
  }
}

}  // namespace v0
}  // namespace argot::openai
