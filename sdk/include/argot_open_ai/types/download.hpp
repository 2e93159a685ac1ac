// Downloads that do not end in a string.
#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "argot_open_ai/lib/export.hpp"
#include "argot_open_ai/lib/http.hpp"
#include "argot_open_ai/types/result.hpp"

namespace argot::openai {
inline namespace v0 {

namespace detail {
class DownloadState;
}

/// What a download that has ended leaves behind.
struct DownloadInfo {
  /// Of the whole content.
  std::uint64_t bytes = 0;
  /// Where this call went on from what an earlier one had left; 0 where it began at the start.
  std::uint64_t resumedFrom = 0;
  /// "" where the server gives none.
  std::string etag{};
  std::string contentType{};
};

/// Content that is pulled, in constant memory. With retries on, a connection that breaks is
/// replaced by another that goes on from the same byte, where the server honours Range and the
/// content is still the same. Movable; one thread at a time.
class ARGOT_OPEN_AI_API DownloadStream {
 public:
  DownloadStream(DownloadStream&&) noexcept;
  DownloadStream& operator=(DownloadStream&&) noexcept;
  /// Closes the connection if there is more to come.
  ~DownloadStream();

  /// Fills the beginning of `room` and says how much; 0 is the end.
  Result<std::size_t> read(std::span<std::byte> room);

  /// Of the whole content, where the server says.
  std::optional<std::uint64_t> size() const noexcept;
  const Headers& headers() const noexcept;

  class Lines;
  /// The lines of the content, without their ends ("\n" or "\r\n"), as a single-pass range of
  /// Result<std::string>; it ends after the first error. A line over `lineBytesMax` is an error.
  /// The stream must outlive it.
  Lines lines(std::size_t lineBytesMax = std::size_t{16} << 20);

 private:
  friend class detail::DownloadState;
  explicit DownloadStream(std::unique_ptr<detail::DownloadState> state);

  std::unique_ptr<detail::DownloadState> state_;
};

class ARGOT_OPEN_AI_API DownloadStream::Lines {
  struct State;

 public:
  class ARGOT_OPEN_AI_API Iterator {
   public:
    using value_type = Result<std::string>;
    using difference_type = std::ptrdiff_t;
    using iterator_concept = std::input_iterator_tag;

    Iterator() = default;
    explicit Iterator(Lines& lines);
    const Result<std::string>& operator*() const;
    Iterator& operator++();
    void operator++(int) { ++*this; }
    friend bool operator==(const Iterator& iterator, std::default_sentinel_t) {
      return iterator.atEnd();
    }

   private:
    bool atEnd() const;

    State* state_ = nullptr;
  };

  Iterator begin();
  std::default_sentinel_t end() const noexcept { return {}; }

 private:
  friend class DownloadStream;
  Lines(DownloadStream& stream, std::size_t lineBytesMax);

  // Of this range and its copies, which go on where any of them was left.
  std::shared_ptr<State> state_;
};

}  // namespace v0
}  // namespace argot::openai
