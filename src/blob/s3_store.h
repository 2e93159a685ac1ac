// Content on S3, or on any server that speaks it: an object per blob, under a prefix that belongs
// to one catalogue. What S3 cannot promise is in docs/guides/s3.md.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/worker_pool.h"
#include "blob/blob_store.h"
#include "blob/file_ops.h"
#include "blob/part_memory.h"
#include "blob/s3_client.h"
#include "blob/s3_upload.h"
#include "digest/digest_values.h"

namespace argot::blob {

struct S3StoreOptions {
  S3ClientOptions client;
  // Where content stands while it arrives and has no room in memory: a folder that exists.
  std::string staging_folder;
  // An upload that was begun so long ago is nobody's any more.
  std::chrono::milliseconds upload_age_max = std::chrono::hours(24);
  // How long a direct_url() works, up to 7 days; 0 for none.
  std::chrono::seconds url_lifetime{0};
  // S3 takes no smaller ones but the last.
  std::uint64_t part_bytes = 8_MiB;
  // Of those that wait to be sent, in all uploads together: the others wait in a file.
  std::size_t parts_in_memory = 8;
  // Of parts, by all uploads together; each has one buffer of a connection in memory.
  std::size_t requests_at_once = 16;
  // The system's where null.
  FileOps* operations = nullptr;
};

// Content that stands in a file, to be sent from there.
struct ContentFile {
  UniqueFd file;  // from its offset 0
  std::uint64_t bytes = 0;
  digest::Sha256Value sha256;  // what it has to be
  // Told how far the file was read, and may end it with an error; may be empty.
  std::function<Result<>(std::uint64_t done)> progress;
};

// Several processes may have a store each of one bucket and prefix.
class S3Store final : public BlobStore {
 public:
  // Asks the server for something, so that what cannot work is found now. What the options borrow
  // must outlive the store, and the store what it hands out. Error: cannot_start, in one line.
  static Result<std::unique_ptr<S3Store>> open(const S3StoreOptions& options);
  // Closes it, and waits for what has to be cleared away.
  ~S3Store() override;

  Result<std::unique_ptr<StagedBlob>> stage() override;
  Result<std::unique_ptr<BlobReader>> open(const BlobId& id) override;
  std::optional<std::string> direct_url(const BlobId& id, std::string_view disposition) override;

  // Keeps a copy of another store's content under its id, which no object has yet. What arrives was
  // proved by its SHA-256, as with stage(). Errors: content_corrupt, and nothing is kept, where the
  // file is not what it has to be; those of StagedBlob.
  Result<> put_file(const BlobId& id, ContentFile content);

  Result<> remove(const BlobId& id) override;
  Result<> recover() override { return end_abandoned(); }
  // Those older than upload_age_max.
  Result<> end_abandoned() override;
  Result<> visit(const std::function<Result<>(const BlobEntry&)>& see) override;
  // Of the folder that content passes through: S3 has no bounds that it would tell.
  Result<StoreSpace> space() override;

  // From then on nothing takes longer than a few seconds, whatever S3 does. Thread-safe.
  void close() { client_.close_at(client_.clock().steady() + closing_time); }

  S3Counters& counters() { return client_.counters(); }

 private:
  static constexpr std::chrono::seconds closing_time{3};

  explicit S3Store(const S3StoreOptions& options);
  S3UploadParts upload_parts();
  Result<> send_file(S3Upload& upload, const ContentFile& content);
  std::string key_of(const BlobId& id) const { return client_.location().prefix + id.text(); }
  std::optional<BlobId> id_of(std::string_view key) const;
  Result<> abort_upload(const std::string& key, const std::string& upload_id);

  SystemFileOps system_;
  FileOps& operations_;
  Random& random_;
  const std::string staging_folder_;
  const std::chrono::milliseconds upload_age_max_;
  const std::chrono::seconds url_lifetime_;
  const std::uint64_t part_bytes_;
  PartMemory part_memory_;
  std::atomic<bool> knows_if_none_match_ = true;
  S3Client client_;
  WorkerPool threads_;  // last: its jobs use all of the above
};

}  // namespace argot::blob
