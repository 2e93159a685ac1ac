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

#include "base/bytes.h"
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

// Where some content stands.
struct S3Part {
  std::uint64_t bytes = 0;
  std::uint64_t offset = 0;   // in the file of the upload
  PartMemory::Buffer memory;  // with the content from its front; may be null
};

// Calls match, from one thread at a time:
//
//   ( hash* ( add hash* )* finish_hash ( put | add complete ) )? abandon?
//
// and may break off anywhere. The content of a part is hashed before the part is put or added: what
// arrives has to be that. Nothing is visible before put() or complete(). owners: a staged blob, and
// the jobs of its parts.
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

  S3Upload(const S3UploadParts& parts, std::string key);

  // The content in its order.
  void hash(Bytes content) { hash_.update(content); }
  // The digest of all of it.
  digest::Sha256Value finish_hash() { return hash_.finish(); }

  // Where the parts without memory stand. Once, and before the first of them.
  void use(UniqueFd file) { file_ = std::move(file); }
  bool has_file() const { return static_cast<bool>(file_); }
  int file() const { return file_.get(); }

  // The whole content, as one object.
  Result<> put(S3Part content);

  // The next part. The first one begins the upload.
  Result<> add(S3Part part);
  std::size_t parts() const { return etags_.size(); }

  // Waits for the parts, makes them an object of `bytes` bytes, and looks whether it is one.
  Result<> complete(std::uint64_t bytes);

  // Returns at once. What was sent is cleared away by the threads, as far as S3 lets them; the rest
  // is for whoever looks for orphans.
  void abandon();

 private:
  // A part, and how S3 hears of what must arrive.
  struct Payload {
    S3Part part;
    std::string sha256;
  };

  // Ends the hash of this part.
  Payload payload_of(S3Part part);
  Result<> put_payload(const Payload& content);
  Result<> begin();
  std::unique_ptr<fetch::BodySource> source_of(const S3Part& part) const;
  void send(std::size_t number, Payload payload);
  Result<std::string> send_payload(std::size_t number, const Payload& payload);
  Result<> wait_for_parts(std::size_t left_max);
  Result<> confirm(std::uint64_t bytes);
  void clear_away();
  std::string document() const;

  const S3UploadParts parts_;
  const std::string key_;
  digest::PartedSha256 hash_;  // of parts as well where payloads are signed
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
