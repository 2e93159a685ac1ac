#include "argot_open_ai/funcs/filesDownloadFileTo.hpp"

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

/// Of targets that cannot take anything back.
template <class Write>
Result<DownloadInfo> downloadInto(const ArgotOpenAiCore& core, const DownloadFileRequest& request,
                                  const RequestOptions& options, const Write& write) {
  Result<std::string> path = DownloadState::contentPath(request);
  if (!path.ok()) return path.error();
  DownloadState state(core, *std::move(path), options);
  if (Result<void> begun = state.begin(); !begun.ok()) return begun.error();
  Result<void> drained = state.drain(
      [&](std::span<const std::byte> bytes) -> Result<void> { return write(bytes, state); });
  if (!drained.ok()) return drained.error();
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
  Result<void> drained = state.drain([&](std::span<const std::byte> bytes) -> Result<void> {
    const std::uint64_t position = state.position() - bytes.size();
    if (position == 0) {
      // Before the first byte, lest a download that is killed leaves what nobody knows.
      if (!state.strongEtag().empty() && state.size()) {
        file.note(state.strongEtag(), *state.size());
      } else {
        file.claim();
      }
    }
    return file.write(position, bytes);
  });
  if (!drained.ok()) {
    // A content that is gone is gone for good: nothing will go on from its part.
    const int status = drained.error().statusCode().value_or(0);
    if (status == 404 || status == 410) (void)file.discard();
    return drained.error();
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
