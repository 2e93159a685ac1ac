// PATH.part, which becomes PATH, and PATH.part.note, which says what it belongs to.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "argot_open_ai/types/result.hpp"
#include "base/unique_fd.h"
#include "detail/download_state.hpp"

namespace argot::openai {
inline namespace v0 {
namespace detail {

/// One download to a file. While it lives it holds a lock on the part, and what it leaves is either
/// the whole target, or a part with a note that says how to go on, or nothing that was not there
/// before. Where it is killed it may leave a part with a note that says whose it is, and no more. A
/// part without any note is somebody else's, and is left as it is.
class PartFile {
 public:
  /// `url` is what the content is known by. Errors: InvalidRequestError where `path` cannot become
  /// a file or its part cannot be opened, where another download has the lock, or where the part
  /// has bytes and no note.
  static Result<std::unique_ptr<PartFile>> open(std::string path, std::string url);
  PartFile(const PartFile&) = delete;
  PartFile& operator=(const PartFile&) = delete;
  ~PartFile();

  /// What an earlier download of the same URL has left, if it can be gone on from.
  std::optional<KeptPart> kept() const;

  /// Empties the part; nothing can go on from it until there is another note. Does nothing to a
  /// part that is empty.
  Result<void> discard();
  /// Says what the part belongs to. Without it, which is no error, nothing goes on from here.
  void note(std::string_view etag, std::uint64_t size);
  /// Says no more than that the part is ours, for content that nothing can go on from.
  void claim();
  Result<void> write(std::uint64_t position, std::span<const std::byte> bytes);
  /// Syncs the part of so many bytes, gives it its name, and syncs the folder.
  Result<void> commit(std::uint64_t size);

 private:
  PartFile(std::string path, std::string url);
  Result<void> lock();
  bool writeNote(std::string_view text) const;
  Error failure(std::string_view what, const std::string& path) const;

  const std::string path_;
  const std::string part_;
  const std::string note_;
  const std::string url_;
  UniqueFd file_{};
  /// Whether this object made the part, or emptied it.
  bool isOurs_ = false;
  bool hasNote_ = false;
  bool isCommitted_ = false;
};

}  // namespace detail
}  // namespace v0
}  // namespace argot::openai
