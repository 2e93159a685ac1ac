#include "detail/chunked_upload.hpp"

#include <algorithm>
#include <exception>
#include <string>
#include <utility>

#include "argot_open_ai/funcs/uploadsAddUploadPart.hpp"
#include "argot_open_ai/funcs/uploadsCancelUpload.hpp"
#include "argot_open_ai/funcs/uploadsCompleteUpload.hpp"
#include "argot_open_ai/funcs/uploadsCreateUpload.hpp"
#include "base/clock.h"
#include "detail/error_maker.hpp"
#include "detail/total.hpp"
#include "fetch/wait.h"

namespace argot::openai {
inline namespace v0 {
namespace detail {
namespace {

constexpr std::int64_t partBytesMax = std::int64_t{64} << 20;
constexpr std::size_t partsMax = 4'096;
constexpr std::size_t parallelMax = 64;
// What a caller who has to be told of a failure waits for the upload to be cancelled.
constexpr std::chrono::milliseconds cancelTimeout{2'000};

std::size_t partsOf(std::int64_t bytes, std::int64_t partBytes) {
  return static_cast<std::size_t>(bytes / partBytes + (bytes % partBytes == 0 ? 0 : 1));
}

Error invalid(std::string_view problem) {
  return ErrorMaker::invalidRequest("Unable to send the file in parts: " + std::string(problem));
}

Error unexpectedReply(const Upload& upload, ValidationIssue issue) {
  return ErrorMaker::validation("Response validation failed", upload.toJson(), {std::move(issue)});
}

}  // namespace

ChunkedUpload::ChunkedUpload(const ArgotOpenAiCore& core, const Blob& content,
                             const UploadChunkedOptions& upload, const RequestOptions& options)
    : core_(core),
      content_(content),
      upload_(upload),
      options_(options),
      meter_(options.onProgress, core.client().surroundings()) {
  const Client& client = core.client();
  const auto timeout = options.timeout.count() > 0 ? options.timeout : client.options().timeout;
  if (timeout.count() > 0) deadline_ = client.surroundings().now() + timeout;
}

Result<OpenAIFile> ChunkedUpload::run(CreateUploadRequest announcement) {
  if (Result<void> looked = look(); !looked.ok()) return looked.error();
  const std::stop_callback stopped(options_.fetchOptions.signal, [this] { stop_.request_stop(); });
  Result<void> begun = upload_.resume ? takeUp(*upload_.resume) : announce(std::move(announcement));
  if (!begun.ok()) return begun.error();
  Result<OpenAIFile> file = sendAll().ok() ? complete() : Result<OpenAIFile>(*failure_);
  if (!file.ok() && !isKept()) cancel();
  return file;
}

// --- Before the first part ---------------------------------------------------------------------

Result<void> ChunkedUpload::look() {
  const std::int64_t partBytes = upload_.resume ? upload_.resume->partBytes : upload_.partBytes;
  if (partBytes < 1 || partBytes > partBytesMax) return invalid("expected parts of 1 to 64 MiB");
  if (upload_.parallel < 1 || upload_.parallel > parallelMax) {
    return invalid("expected 1 to 64 parts at the same time");
  }
  std::optional<std::uint64_t> size;
  try {
    // From here on the content is this one: nothing that takes its place can be opened.
    const auto source = content_.open();
    size = source->size();
    // Files of /proc have bytes and no size.
    std::byte any{};
    if (size == 0U) (void)source->read(std::span(&any, 1));
    state_.stamp = content_.stamp();
  } catch (const std::exception& thrown) {
    return ErrorMaker::invalidRequest("Unable to read the file",
                                      {.text = thrown.what(), .thrown = std::current_exception()});
  }
  if (!size) return invalid("its size is not known");
  state_.bytes = static_cast<std::int64_t>(*size);
  state_.partBytes = partBytes;
  const std::size_t parts = partsOf(state_.bytes, partBytes);
  if (parts > partsMax) {
    return invalid("expected up to 4,096 parts, and these are " + std::to_string(parts));
  }
  state_.partIds.resize(parts);
  sent_.resize(parts);
  return {};
}

Result<void> ChunkedUpload::takeUp(const UploadCheckpoint& kept) {
  const bool fits = kept.bytes == state_.bytes && kept.stamp == state_.stamp &&
                    kept.partIds.size() == state_.partIds.size();
  if (!fits) return invalid("the upload to go on with is of another content");
  state_ = kept;
  for (std::size_t part = 0; part < sent_.size(); ++part) {
    if (!state_.partIds[part].empty()) done_ += sent_[part] = bytesOf(part);
  }
  return {};
}

Result<void> ChunkedUpload::announce(CreateUploadRequest announcement) {
  announcement.bytes = state_.bytes;
  Result<RequestOptions> options = optionsOfOne();
  if (!options.ok()) return options.error();
  Result<Upload> upload = uploadsCreateUpload(core_, announcement, *options);
  if (!upload.ok()) return upload.error();
  state_.uploadId = std::move(upload->id);
  state_.expiresAt = upload->expiresAt;
  return {};
}

// --- The parts ---------------------------------------------------------------------------------

Result<void> ChunkedUpload::sendAll() {
  if (Result<void> told = tellCheckpoint(); !told.ok()) {
    fail(told.error());
  } else {
    const auto missing = static_cast<std::size_t>(std::ranges::count(state_.partIds, ""));
    const std::size_t tasks = std::min(upload_.parallel, missing);
    if (tasks > 1) {
      sendInTasks(tasks);
    } else {
      sendOn();
    }
  }
  if (failure_) return *failure_;
  return {};
}

// Returns when all have ended: they use this object.
void ChunkedUpload::sendInTasks(std::size_t tasks) {
  const std::stop_source over;  // says so
  running_ = 1;                 // this function, lest the first ends it all before the last begins
  const auto leave = [this](const std::stop_source& all) {
    if (--running_ == 0) all.request_stop();
  };
  for (std::size_t i = 0; i < tasks; ++i) {
    ++running_;
    const Result<void> spawned = total([&] {
      return core_.client().spawn([this, over, leave] {
        sendOn();
        leave(over);
      });
    });
    if (spawned.ok()) continue;
    --running_;
    // Fewer will do; and while there is one, the rest of this object is its.
    if (i == 0) fail(spawned.error());
    break;
  }
  leave(over);
  // However long they take: each of their requests has its own bounds.
  while (fetch::wait_until(SystemClock().steady() + std::chrono::hours(1), over.get_token()) !=
         fetch::Waited::stopped) {
  }
}

// One task: part after part, until none is left or one has failed.
void ChunkedUpload::sendOn() {
  while (!failure_) {
    while (next_ < state_.partIds.size() && !state_.partIds[next_].empty()) ++next_;
    if (next_ == state_.partIds.size()) return;
    const std::size_t part = next_++;
    if (Result<void> sent = total([&] { return send(part); }); !sent.ok()) fail(sent.error());
  }
}

Result<void> ChunkedUpload::send(std::size_t part) {
  Result<RequestOptions> options = optionsOfOne();
  if (!options.ok()) return options.error();
  if (options_.onProgress) {
    // The form around the part is not counted.
    options->onProgress = [this, part](const Progress& progress) {
      countSent(part, std::min(progress.done, bytesOf(part)));
    };
  }
  const std::uint64_t begin = part * static_cast<std::uint64_t>(state_.partBytes);
  Result<UploadPart> added = uploadsAddUploadPart(
      core_, {.uploadId = state_.uploadId, .data = content_.slice(begin, begin + bytesOf(part))},
      *options);
  if (!added.ok()) return added.error();
  state_.partIds[part] = std::move(added->id);
  return tellCheckpoint();
}

std::uint64_t ChunkedUpload::bytesOf(std::size_t part) const {
  const auto partBytes = static_cast<std::uint64_t>(state_.partBytes);
  return std::min(partBytes, static_cast<std::uint64_t>(state_.bytes) - part * partBytes);
}

void ChunkedUpload::countSent(std::size_t part, std::uint64_t bytes) {
  done_ += bytes - sent_[part];
  sent_[part] = bytes;
  meter_.step(done_, static_cast<std::uint64_t>(state_.bytes), false);
}

Result<void> ChunkedUpload::tellCheckpoint() {
  if (!upload_.onCheckpoint) return {};
  try {
    upload_.onCheckpoint(state_);
  } catch (...) {
    const std::exception_ptr thrown = std::current_exception();
    return ErrorMaker::aborted({.text = "onCheckpoint threw: " + whatOf(thrown), .thrown = thrown});
  }
  return {};
}

// What fails after the first is most often its consequence.
void ChunkedUpload::fail(Error error) {
  if (!failure_) failure_ = std::move(error);
  stop_.request_stop();
}

// --- The end -----------------------------------------------------------------------------------

Result<OpenAIFile> ChunkedUpload::complete() {
  Result<RequestOptions> options = optionsOfOne();
  if (!options.ok()) return options.error();
  Result<Upload> upload = uploadsCompleteUpload(
      core_, {.uploadId = state_.uploadId, .partIds = state_.partIds, .md5 = upload_.md5},
      *options);
  if (!upload.ok()) return upload.error();
  if (!upload->file) {
    return unexpectedReply(*upload, {.path = "file",
                                     .message = "Required",
                                     .code = "invalid_type",
                                     .expected = "object",
                                     .received = "undefined"});
  }
  if (upload->file->bytes != state_.bytes) {
    return unexpectedReply(*upload, {.path = "file.bytes",
                                     .message = "Expected the size of what was sent",
                                     .code = "invalid_literal",
                                     .expected = std::to_string(state_.bytes),
                                     .received = std::to_string(upload->file->bytes)});
  }
  const auto size = static_cast<std::uint64_t>(state_.bytes);
  try {
    meter_.step(size, size, true);
  } catch (...) {
    const std::exception_ptr thrown = std::current_exception();
    return ErrorMaker::aborted({.text = "onProgress threw: " + whatOf(thrown), .thrown = thrown});
  }
  return *std::move(upload->file);
}

// Also after a stop, and whatever comes of it: an upload ends by itself some time.
void ChunkedUpload::cancel() {
  RequestOptions options = options_;
  options.timeout = cancelTimeout;
  options.retries = RetryConfig::none();
  options.fetchOptions.signal = {};
  options.onProgress = nullptr;
  options.response = nullptr;
  (void)uploadsCancelUpload(core_, {.uploadId = state_.uploadId}, options);
}

Result<RequestOptions> ChunkedUpload::optionsOfOne() const {
  RequestOptions options = options_;
  options.fetchOptions.signal = stop_.get_token();
  options.onProgress = nullptr;
  if (deadline_) {
    options.timeout = std::chrono::floor<std::chrono::milliseconds>(
        *deadline_ - core_.client().surroundings().now());
    if (options.timeout.count() <= 0) return ErrorMaker::timedOut({.text = "the deadline"});
  }
  return options;
}

}  // namespace detail
}  // namespace v0
}  // namespace argot::openai
