// Files and bytes to upload, as values.
#pragma once

#include <cstddef>
#include <cstdint>
#include <iosfwd>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "argot_open_ai/lib/export.hpp"
#include "argot_open_ai/types/stream.hpp"

namespace argot::openai {
inline namespace v0 {

namespace detail {
class BlobState;
}

struct BlobOptions {
  /// The name that the server stores. Unset: the last part of the path, or "blob" for bytes.
  std::optional<std::string> name{};
  /// The media type of the part; application/octet-stream where it is empty.
  std::string type{};
};

/// Bytes, or a promise of bytes, with a name and a media type. Copies share what they hold and are
/// cheap; a Blob can be sent any number of times, by several threads at once.
class ARGOT_OPEN_AI_API Blob {
 public:
  /// Nothing, named "blob".
  Blob();
  /// Keeps a copy of `bytes`.
  explicit Blob(std::string bytes, BlobOptions options = {});
  explicit Blob(std::span<const std::byte> bytes, BlobOptions options = {});

  const std::string& name() const noexcept;
  const std::string& type() const noexcept;
  /// Nothing where it is not known: a path that is no file (yet), a pipe.
  std::optional<std::uint64_t> size() const;

  /// A source of its own from the first byte. Throws std::system_error, or std::runtime_error where
  /// the file of a path is not the one of the first opening any more.
  std::unique_ptr<ByteSource> open() const;

  /// The bytes from `begin` up to `end`, as a Blob of the same name and type that shares this one's
  /// content; what lies beyond the end is left out. Slices of one file are all of that file: one
  /// that was changed or replaced since the first opening of any of them cannot be opened.
  Blob slice(std::uint64_t begin, std::uint64_t end) const;

  /// What tells this content from another, as far as it is known without reading a file: its size,
  /// and of a file where it lies, when it was written, and when anything of it was changed, even
  /// its rights. Throws as open() does.
  std::string stamp() const;

 private:
  friend ARGOT_OPEN_AI_API Blob openAsBlob(std::string path, BlobOptions options);
  friend class FileContent;
  explicit Blob(std::shared_ptr<const detail::BlobState> state) noexcept;

  std::shared_ptr<const detail::BlobState> state_;
};

/// The file at `path`, opened anew for each attempt and read as it is sent. A path that cannot be
/// opened fails the call with InvalidRequestError and sends nothing; a file that changes its size
/// or a time of change while it is sent fails the call. A std::filesystem::path fits as well.
ARGOT_OPEN_AI_API Blob openAsBlob(std::string path, BlobOptions options = {});

/// What CreateFileRequestFile sends: made of text, bytes, a Blob, a stream or a source.
class ARGOT_OPEN_AI_API FileContent {
 public:
  FileContent();
  FileContent(std::string bytes);                   // NOLINT(google-explicit-constructor)
  FileContent(std::string_view bytes);              // NOLINT(google-explicit-constructor)
  FileContent(const char* text);                    // NOLINT(google-explicit-constructor)
  FileContent(std::span<const std::byte> bytes);    // NOLINT(google-explicit-constructor)
  FileContent(Blob blob);                           // NOLINT(google-explicit-constructor)
  FileContent(std::istream& stream);                // NOLINT(google-explicit-constructor)
  FileContent(std::shared_ptr<ByteSource> source);  // NOLINT(google-explicit-constructor)
  template <class Source>
    requires std::is_base_of_v<ByteSource, Source>
  FileContent(std::shared_ptr<Source> source)  // NOLINT(google-explicit-constructor)
      : FileContent(std::shared_ptr<ByteSource>(std::move(source))) {}

  /// The Blob that it is, unless it was made of a stream or a source.
  const Blob* blob() const noexcept { return isBlob_ ? &blob_ : nullptr; }
  /// The source of one call; each call of a Blob gets its own, one made of a stream or a source is
  /// that source. Throws as Blob::open does, and std::invalid_argument for a null pointer.
  std::shared_ptr<ByteSource> open() const;

 private:
  Blob blob_;
  bool isBlob_ = true;
  std::shared_ptr<ByteSource> source_;
};

}  // namespace v0
}  // namespace argot::openai
