#include "cli/upload_in_parts.h"

#include <algorithm>
#include <chrono>
#include <exception>
#include <filesystem>
#include <optional>
#include <system_error>
#include <utility>
#include <variant>

#include "argot_open_ai/funcs/uploadsCancelUpload.hpp"
#include "argot_open_ai/funcs/uploadsUploadFileChunked.hpp"
#include "cli/printable.h"
#include "cli/upload_note.h"
#include "json/writer.h"

namespace argot::cli {
namespace {

using openai::OpenAIFile;
using openai::UploadCheckpoint;

constexpr std::chrono::milliseconds cancel_timeout{2'000};

// One line: what another server, name, purpose or expiry makes another upload of.
std::string target_of(const FilesSession& session, const openai::CreateFileRequest& request) {
  std::string text;
  json::Writer writer(text);
  writer.begin_object();
  writer.key("server").string(session.core().baseURL());
  writer.key("filename").string(std::get<openai::Blob>(request.file).name());
  writer.key("purpose").string(request.purpose.str());
  if (request.expiresAfter) writer.key("expires_after").integer(request.expiresAfter->seconds);
  writer.end_object();
  return text;
}

// Nothing where it cannot be read, which the upload then says.
std::optional<std::string> stamp_of(const openai::Blob& blob) {
  try {
    return blob.stamp();
  } catch (const std::exception&) {
    return std::nullopt;
  }
}

// Whether the same command may do better later, perhaps with another key.
bool may_go_on(const openai::Error& error) {
  const int status = error.statusCode().value_or(0);
  return status == 401 || status == 403 || error.retryable() ||
         error.as<openai::RequestAbortedError>() != nullptr;
}

// Whether the server knows the upload no more, or has ended it.
bool is_over(const openai::Error& error) {
  const auto* const reply = error.as<openai::SDKError>();
  if (reply == nullptr) return false;
  return reply->statusCode() == 404 ||
         (reply->statusCode() == 400 && reply->error() && reply->error()->param == "id");
}

// One upload, from what was kept of it or from its beginning.
class PartedUpload {
 public:
  PartedUpload(FilesSession& session, const UploadNote& note,
               std::optional<UploadCheckpoint> checkpoint)
      : session_(session), note_(note), checkpoint_(std::move(checkpoint)) {}

  openai::Result<OpenAIFile> run(const openai::CreateFileRequest& request,
                                 const PartsChoice& choice, ProgressBoard::Bar& bar) {
    const openai::UploadChunkedOptions upload{
        .partBytes = choice.part_bytes,
        .parallel = choice.parallel,
        .resume = checkpoint_,
        .onCheckpoint = [this](const UploadCheckpoint& reached) {
          checkpoint_ = reached;
          const Result<> kept = note_.keep(reached);
          why_not_kept_ = kept ? std::nullopt : std::optional(kept.error().detail);
        }};
    return openai::uploadsUploadFileChunked(session_.core(), request, upload,
                                            session_.options(bar));
  }

  // Whether the server has something of it.
  bool is_begun() const { return checkpoint_.has_value(); }
  bool is_kept() const { return is_begun() && !why_not_kept_; }

  // Its room on the server is for something else; whatever comes of it, it ends by itself.
  void drop() const {
    note_.remove();
    if (!checkpoint_) return;
    (void)openai::uploadsCancelUpload(
        session_.core(), {.uploadId = checkpoint_->uploadId},
        {.timeout = cancel_timeout, .retries = openai::RetryConfig::none()});
  }

  std::string how_far() const {
    const auto& ids = checkpoint_->partIds;
    const auto missing = std::ranges::count(ids, "");
    return std::to_string(std::ssize(ids) - missing) + " of " + std::to_string(ids.size()) +
           " parts are there, and the same command goes on with " +
           printable(checkpoint_->uploadId);
  }

  std::string why_not_kept() const {
    return "nothing can go on from here: cannot write " + printable(note_.path()) + ": " +
           why_not_kept_.value_or("");
  }

 private:
  FilesSession& session_;
  const UploadNote& note_;
  std::optional<UploadCheckpoint> checkpoint_;
  std::optional<std::string> why_not_kept_;
};

}  // namespace

bool goes_in_parts(const std::string& path, const PartsChoice& choice) {
  std::error_code failed;
  if (!std::filesystem::is_regular_file(path, failed)) return false;
  const std::uintmax_t bytes = std::filesystem::file_size(path, failed);
  return !failed && bytes > choice.above;
}

openai::Result<OpenAIFile> upload_in_parts(FilesSession& session, const std::string& path,
                                           const openai::CreateFileRequest& request,
                                           const PartsChoice& choice, ProgressBoard::Bar& bar) {
  const UploadNote note(path, target_of(session, request));
  auto kept = note.kept(session.surroundings().clock.now());
  const bool is_of_this =
      kept && choice.resumes && kept->stamp == stamp_of(std::get<openai::Blob>(request.file));
  if (kept && !is_of_this) {
    PartedUpload(session, note, std::exchange(kept, std::nullopt)).drop();
  }
  const bool goes_on = kept.has_value();
  PartedUpload upload(session, note, std::move(kept));
  auto file = upload.run(request, choice, bar);
  if (file.ok()) {
    note.remove();
    return file;
  }
  if (goes_on && is_over(file.error())) {
    note.remove();
    return upload_in_parts(session, path, request, choice, bar);
  }
  const bool may_go_on_here = upload.is_begun() && may_go_on(file.error());
  if (may_go_on_here) {
    session.tell(path, upload.is_kept() ? upload.how_far() : upload.why_not_kept());
  }
  if (!may_go_on_here || !upload.is_kept()) upload.drop();
  return file;
}

}  // namespace argot::cli
