// The way of one blob to S3: all at once if it is small, else in parts, which several threads send
// while the rest arrives. The bytes of a part come from memory that is bounded, or from a file.
#pragma once

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/unique_fd.h"
#include "base/worker_pool.h"
#include "blob/file_ops.h"
#include "blob/part_memory.h"
#include "blob/s3_client.h"
#include "digest/parted_sha256.h"

namespace argot::blob {

// What all uploads of a store share. It must outlive them and the threads' jobs.
struct S3UploadParts {
  S3Client& client;
  WorkerPool& threads;
  FileOps& operations;
  // Whether the server knows If-None-Match for objects that are put; until it says that it does
  // not.
  std::atomic<bool>& knows_if_none_match;
};

// Some content, and what it must be when it arrives.
struct S3Part {
  std::uint64_t bytes = 0;
  std::string payload_sha256;  // from S3Upload::payload_sha256_of_part()
  std::uint64_t offset = 0;    // in the file of the upload
  PartMemory::Buffer memory;   // with the content from its front; may be null
};

// Calls match, from one thread at a time:
//
//   ( put | add* complete )? abandon?
//
// Nothing is visible before put() or complete(). owners: a staged blob, and the jobs of its parts.
class S3Upload : public std::enable_shared_from_this<S3Upload> {
 public:
  // Parts that wait or are under way; who adds one more waits.
  static constexpr std::size_t parts_ahead_max = 4;
  static constexpr std::size_t parts_max = 10'000;  // S3's

  // At least `part_bytes`, and as many as it takes for content of `bytes` to have no more parts
  // than S3 lets it.
  static constexpr std::uint64_t part_bytes_of(std::uint64_t bytes, std::uint64_t part_bytes) {
    return std::max(part_bytes, (bytes + parts_max - 1) / parts_max);
  }

  S3Upload(const S3UploadParts& parts, std::string key) : parts_(parts), key_(std::move(key)) {}

  // What of it has to be hashed: parts are where payloads are signed.
  digest::PartHashes wanted_hashes() const;
  // How S3 hears of the payload that `hash` was given last; ends that part of the hash.
  std::string payload_sha256_of_part(digest::PartedSha256& hash) const;

  // Where the parts without memory stand. Once, and before the first of them.
  void use(UniqueFd file) { file_ = std::move(file); }
  bool has_file() const { return static_cast<bool>(file_); }
  int file() const { return file_.get(); }

  // The whole content, as one object.
  Result<> put(const S3Part& content);

  // The next part. The first one begins the upload.
  Result<> add(S3Part part);
  std::size_t parts() const { return etags_.size(); }

  // Waits for the parts, makes them an object of `bytes` bytes, and looks whether it is one.
  Result<> complete(std::uint64_t bytes);

  // Returns at once. What was sent is cleared away by the threads, as far as S3 lets them; the rest
  // is for whoever looks for orphans.
  void abandon();

 private:
  Result<> begin();
  std::unique_ptr<fetch::BodySource> source_of(const S3Part& part) const;
  void send(std::size_t number, S3Part part);
  Result<std::string> send_part(std::size_t number, const S3Part& part);
  Result<> wait_for_parts(std::size_t left_max);
  Result<> confirm(std::uint64_t bytes);
  void clear_away();
  std::string document() const;

  const S3UploadParts parts_;
  const std::string key_;
  UniqueFd file_;
  std::string upload_id_;  // "" where none was begun
  bool may_be_visible_ = false;
  std::stop_source stop_;

  std::mutex mutex_;  // Guards the three below; etags_ grows on the thread that adds only.
  std::condition_variable part_ended_;
  std::vector<std::string> etags_;
  std::size_t parts_left_ = 0;
  std::optional<Error> failure_;  // the first one
};

}  // namespace argot::blob
