#include "files/content_copier.h"

#include <fcntl.h>

#include <algorithm>
#include <cerrno>
#include <utility>
#include <vector>

#include "base/unique_fd.h"
#include "blob/io_error.h"
#include "digest/sha256.h"

namespace argot::files {
namespace {

constexpr std::size_t copied_bytes = 256_KiB;

bool is_damage(const Error& error) {
  return error.code == ErrorCode::content_corrupt || error.code == ErrorCode::content_missing;
}

std::string reason_of(const Error& error) {
  if (error.code == ErrorCode::content_missing) return "it is missing";
  return error.detail.empty() ? std::string(name(error.code)) : error.detail;
}

std::unexpected<Error> wrong_size(std::uint64_t bytes, std::uint64_t expected) {
  return fail(ErrorCode::content_corrupt,
              "it has " + std::to_string(bytes) + " bytes instead of " + std::to_string(expected));
}

}  // namespace

ContentCopier::ContentCopier(blob::BlobStore* source, blob::S3Store* target,
                             ContentCopierOptions options)
    : source_(source), target_(target), options_(std::move(options)), threads_(options_.at_once) {}

ContentCopier::~ContentCopier() {
  const std::scoped_lock lock(mutex_);
  if (!failure_) failure_ = Error{.code = ErrorCode::unavailable, .detail = "it was stopped"};
}

Result<> ContentCopier::add(catalog::NeededBlob needed) {
  // One waits for each that is copied, so that no thread is idle.
  const std::size_t under_way_max = 2 * options_.at_once;
  {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return under_way_ < under_way_max || failure_; });
    if (failure_) return std::unexpected(*failure_);
    ++under_way_;
  }
  threads_.submit([this, added = std::move(needed)] { copy(added); });
  return {};
}

Result<CopyTally> ContentCopier::finish() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return under_way_ == 0; });
  if (failure_) return std::unexpected(*failure_);
  return tally_;
}

std::optional<Error> ContentCopier::failure() {
  if (options_.stop.stop_requested()) {
    return Error{.code = ErrorCode::unavailable, .detail = "it was stopped"};
  }
  const std::scoped_lock lock(mutex_);
  return failure_;
}

Result<> ContentCopier::progress(std::uint64_t bytes) {
  if (auto failed = failure()) return fail(*std::move(failed));
  const std::scoped_lock lock(callback_mutex_);
  if (options_.on_bytes) options_.on_bytes(bytes);
  return {};
}

void ContentCopier::copy(const catalog::NeededBlob& needed) {
  Result<Outcome> outcome = transfer(needed);
  const bool is_damaged = !outcome && is_damage(outcome.error());
  if (is_damaged && options_.on_damaged) {
    const std::scoped_lock lock(callback_mutex_);
    options_.on_damaged(needed, reason_of(outcome.error()));
  }
  const std::scoped_lock lock(mutex_);
  --under_way_;
  if (is_damaged) {
    ++tally_.damaged;
  } else if (!outcome) {
    Error error = std::move(outcome).error();
    error.detail = "the content of " + needed.owner + ": " + reason_of(error);
    if (!failure_) failure_ = std::move(error);
  } else if (*outcome == Outcome::copied) {
    ++tally_.copied;
    tally_.copied_bytes += needed.bytes;
  } else {
    ++tally_.there;
    tally_.there_bytes += needed.bytes;
  }
  changed_.notify_all();
}

Result<ContentCopier::Outcome> ContentCopier::transfer(const catalog::NeededBlob& needed) {
  TRY_DO(progress(0));
  if (target_ == nullptr) {
    TRY(const auto content, open_source(needed));
    TRY_DO(compare(*content, needed));
    return Outcome::there;
  }
  if (options_.may_be_there) {
    const auto content = target_->open(needed.blob);
    if (content) {
      Result<> compared = compare(**content, needed);
      if (compared) return Outcome::there;
      if (!is_damage(compared.error())) return fail(std::move(compared).error());
      return fail(ErrorCode::content_corrupt,
                  "what the bucket has of it is something else: " + reason_of(compared.error()));
    }
    if (content.error().code != ErrorCode::content_missing) return fail(content.error());
  }
  TRY_DO(send(needed));
  return Outcome::copied;
}

Result<std::unique_ptr<blob::BlobReader>> ContentCopier::open_source(
    const catalog::NeededBlob& needed) {
  if (source_ == nullptr) return fail(ErrorCode::content_missing);
  return source_->open(needed.blob);
}

Result<> ContentCopier::send(const catalog::NeededBlob& needed) {
  TRY(const auto content, open_source(needed));
  if (content->size() != needed.bytes) return wrong_size(content->size(), needed.bytes);
  UniqueFd file(::fcntl(content->descriptor(), F_DUPFD_CLOEXEC, 0));
  if (!file) return fail(blob::io_error("dup", errno));
  std::uint64_t told = 0;
  return target_->put_file(needed.blob, {.file = std::move(file),
                                         .bytes = needed.bytes,
                                         .sha256 = needed.sha256,
                                         .progress = [this, &told](std::uint64_t done) {
                                           return progress(done - std::exchange(told, done));
                                         }});
}

Result<> ContentCopier::compare(blob::BlobReader& content, const catalog::NeededBlob& needed) {
  if (content.size() != needed.bytes) return wrong_size(content.size(), needed.bytes);
  digest::Sha256 hash;
  std::vector<std::byte> buffer(std::min<std::uint64_t>(copied_bytes, needed.bytes));
  for (std::uint64_t done = 0; done < needed.bytes;) {
    const auto room =
        MutableBytes(buffer).first(std::min<std::uint64_t>(buffer.size(), needed.bytes - done));
    if (auto read = content.read(done, room); !read) {
      // Of the disk, not of S3: nobody can have it.
      const bool is_unreadable = read.error().code == ErrorCode::internal;
      if (!is_unreadable) return read;
      return fail(ErrorCode::content_corrupt, "it cannot be read: " + read.error().detail);
    }
    hash.update(room);
    done += room.size();
    TRY_DO(progress(room.size()));
  }
  if (hash.finish() == needed.sha256) return {};
  return fail(ErrorCode::content_corrupt, "its SHA-256 is not what the catalogue says");
}

}  // namespace argot::files
