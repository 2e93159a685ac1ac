// Where the bytes of an upload come from.
#pragma once

#include <cstddef>
#include <cstdint>
#include <iosfwd>
#include <memory>
#include <optional>
#include <span>

#include "argot_open_ai/lib/export.hpp"

namespace argot::openai {
inline namespace v0 {

/// A source of bytes that is read once from its start to its end, or again after rewind().
/// Implement it to upload from anywhere. One thread at a time uses it.
class ARGOT_OPEN_AI_API ByteSource {
 public:
  ByteSource() = default;
  ByteSource(const ByteSource&) = delete;
  ByteSource& operator=(const ByteSource&) = delete;
  virtual ~ByteSource();

  /// How many bytes it gives from start to end, where that is known: the upload then has a
  /// Content-Length, and a source that gives more or fewer fails the call. Unknown by default:
  /// the upload is sent in chunks.
  virtual std::optional<std::uint64_t> size() const;

  /// Fills the beginning of `room`, which is never empty, and says how much; 0 is the end.
  /// What it throws ends the call as UnexpectedClientError.
  virtual std::size_t read(std::span<std::byte> room) = 0;

  /// Goes back to the start, for another attempt or a redirect; false where that cannot be (the
  /// default), and then whatever was sent is final.
  virtual bool rewind();
};

/// Reads a stream from where it stands. It can be rewound if the stream can seek, and then its
/// size is known as well. A stream that has failed is an error when it is read. The stream is
/// borrowed: it must outlive the call.
ARGOT_OPEN_AI_API std::shared_ptr<ByteSource> sourceOf(std::istream& stream);

}  // namespace v0
}  // namespace argot::openai
