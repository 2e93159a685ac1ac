#include "argot_open_ai/funcs/filesDownloadFileTo.hpp"

#include <memory>
#include <ostream>
#include <utility>

#include "detail/download_state.hpp"
#include "detail/part_file.hpp"
#include "detail/total.hpp"

namespace argot::openai {
inline namespace v0 {
namespace {

using detail::DownloadState;
using detail::ErrorMaker;
using detail::PartFile;

constexpr std::size_t roomBytes = std::size_t{128} << 10;

/// Hands on all that is left; `write` takes a piece and returns a Result<void>.
template <class Write>
Result<void> pump(DownloadState& state, const Write& write) {
  const auto room = std::make_unique_for_overwrite<std::byte[]>(roomBytes);
  for (;;) {
    const Result<std::size_t> count = state.read({room.get(), roomBytes});
    if (!count.ok()) return count.error();
    if (*count == 0) return {};
    if (Result<void> written = write(std::span<const std::byte>(room.get(), *count));
        !written.ok()) {
      return written;
    }
  }
}

/// Of targets that cannot take anything back.
template <class Write>
Result<DownloadInfo> downloadInto(const ArgotOpenAiCore& core, const DownloadFileRequest& request,
                                  const RequestOptions& options, const Write& write) {
  Result<std::string> path = DownloadState::contentPath(request);
  if (!path.ok()) return path.error();
  DownloadState state(core, *std::move(path), options);
  if (Result<void> begun = state.begin(); !begun.ok()) return begun.error();
  Result<void> pumped = pump(
      state, [&](std::span<const std::byte> bytes) -> Result<void> { return write(bytes, state); });
  if (!pumped.ok()) return pumped.error();
  return state.info();
}

Result<DownloadInfo> downloadToFile(const ArgotOpenAiCore& core, const std::string& contentPath,
                                    const std::string& path, const RequestOptions& options,
                                    const DownloadToOptions& to) {
  auto opened = PartFile::open(path, core.baseURL() + contentPath);
  if (!opened.ok()) return opened.error();
  PartFile& file = **opened;
  const auto kept = to.resume ? file.kept() : std::nullopt;

  DownloadState state(core, contentPath, options, [&file] { return file.discard(); });
  if (Result<void> begun = state.begin(kept); !begun.ok()) {
    if (!kept || begun.error().statusCode() != 416) return begun.error();
    // The server looks at the range before it looks at the condition: the content is another.
    opened->reset();
    return downloadToFile(core, contentPath, path, options, {.resume = false});
  }
  if (state.position() == 0) {
    if (Result<void> emptied = file.discard(); !emptied.ok()) return emptied.error();
  }
  Result<void> pumped = pump(state, [&](std::span<const std::byte> bytes) -> Result<void> {
    const std::uint64_t position = state.position() - bytes.size();
    if (position == 0 && !state.strongEtag().empty() && state.size()) {
      file.note(state.strongEtag(), *state.size());
    }
    return file.write(position, bytes);
  });
  if (!pumped.ok()) {
    // A content that is gone is gone for good: nothing will go on from its part.
    const int status = pumped.error().statusCode().value_or(0);
    if (status == 404 || status == 410) (void)file.discard();
    return pumped.error();
  }
  if (Result<void> committed = file.commit(state.position()); !committed.ok()) {
    return committed.error();
  }
  return state.info();
}

}  // namespace

Result<DownloadInfo> filesDownloadFileTo(const ArgotOpenAiCore& core,
                                         const DownloadFileRequest& request,
                                         const std::string& path, const RequestOptions& options,
                                         const DownloadToOptions& to) noexcept {
  return detail::total([&]() -> Result<DownloadInfo> {
    const Result<std::string> contentPath = DownloadState::contentPath(request);
    if (!contentPath.ok()) return contentPath.error();
    return downloadToFile(core, *contentPath, path, options, to);
  });
}

Result<DownloadInfo> filesDownloadFileTo(const ArgotOpenAiCore& core,
                                         const DownloadFileRequest& request, std::ostream& stream,
                                         const RequestOptions& options) noexcept {
  const auto failed = [](const DownloadState& state) {
    return ErrorMaker::unexpected("Cannot write to the stream", {.text = "it failed"},
                                  state.attempts());
  };
  return detail::total([&]() -> Result<DownloadInfo> {
    const auto write = [&](std::span<const std::byte> bytes,
                           const DownloadState& state) -> Result<void> {
      // Flushed piece by piece, so that a full disk is seen while the call can still say so.
      stream.write(reinterpret_cast<const char*>(bytes.data()),
                   static_cast<std::streamsize>(bytes.size()));
      if (!stream.flush()) return failed(state);
      return {};
    };
    return downloadInto(core, request, options, write);
  });
}

Result<DownloadInfo> filesDownloadFileTo(
    const ArgotOpenAiCore& core, const DownloadFileRequest& request,
    const std::function<bool(std::span<const std::byte>)>& sink,
    const RequestOptions& options) noexcept {
  if (!sink) return ErrorMaker::invalidRequest("Invalid sink: it is empty");
  return detail::total([&]() -> Result<DownloadInfo> {
    const auto write = [&](std::span<const std::byte> bytes,
                           const DownloadState& state) -> Result<void> {
      if (!sink(bytes)) {
        return ErrorMaker::aborted({.text = "the sink wants no more"}, state.attempts());
      }
      return {};
    };
    return downloadInto(core, request, options, write);
  });
}

}  // namespace v0
}  // namespace argot::openai
